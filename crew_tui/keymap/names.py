"""Names of keys: as Textual calls them, and as they stand on screens and in a person's settings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from textual.keys import KEY_NAME_REPLACEMENTS, REPLACED_KEYS, key_to_character

_SHOWN = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
_NAMED = {shown.casefold(): key for key, shown in _SHOWN.items()} | {
    "return": "enter",
    "esc": "escape",
    "pgdown": "pagedown",
    "page-up": "pageup",
    "page-down": "pagedown",
}
_FUNCTION = tuple(f"f{number}" for number in range(1, 25))
_PLAIN = frozenset((*_SHOWN, *_FUNCTION))

#: In the order in which Textual writes them.
_MODIFIERS = ("alt", "ctrl", "shift", "super")
_ALSO_CALLED = {"control": "ctrl", "option": "alt", "meta": "alt", "strg": "ctrl", "cmd": "super"}

#: A terminal sends the same for both.
_SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
    "ctrl+h": "backspace",
    "ctrl+space": "ctrl+@",
}


def shown_key(key: str) -> str:
    """`ctrl+x` → `Ctrl-X`, `question_mark` → `?`."""
    *modifiers, base = key.split("+")
    name = _SHOWN.get(base) or (base.upper() if base in _FUNCTION else _character(base) or base)
    if modifiers and len(name) == 1:
        name = name.upper()
    return "-".join([*(each.capitalize() for each in modifiers), name])


def shown_keys(keys: Iterable[str]) -> str:
    """What is advertised of several: the first two."""
    return " ".join(shown_key(key) for key in list(keys)[:2])


def key_named(text: str) -> str | None:
    """Textual's name of the key that a person wrote: `?`, `F5`, `ctrl+x`, `Shift-Tab`, `question_mark`; None: none."""
    word = text.strip() or text[:1]
    if len(word) == 1:
        return _NAMED.get(word) or _of_character(word)
    *modifiers, base = _parts(word)
    known = _base(base, bool(modifiers))
    wanted = {_ALSO_CALLED.get(each.casefold(), each.casefold()) for each in modifiers}
    if known is None or not wanted.issubset(_MODIFIERS):
        return None
    if wanted == {"shift"} and known not in _PLAIN:
        # A letter comes as its capital, a sign as the sign that stands above it.
        return known.upper() if len(known) == 1 and known.isalpha() else None
    key = "+".join([*(each for each in _MODIFIERS if each in wanted), known])
    return _SAME.get(key, key)


def _parts(word: str) -> list[str]:
    """`ctrl+x`, `Ctrl-X` and `ctrl++`."""
    parts: list[str] = []
    while len(word) > 1:
        cut = next((at for at, letter in enumerate(word) if letter in "+-" and at > 0), None)
        if cut is None or cut == len(word) - 1 or word.casefold() in _NAMED:
            break
        parts.append(word[:cut])
        word = word[cut + 1 :]
    return [*parts, word]


def _base(name: str, modified: bool) -> str | None:
    if len(name) == 1:
        return _NAMED.get(name) or _of_character(name.lower() if modified else name)
    folded = name.casefold()
    found = _NAMED.get(folded, folded)
    if found in _PLAIN:
        return found
    character = _character(found)
    return found if character is not None and _of_character(character) == found else None


def _character(key: str) -> str | None:
    return key_to_character(REPLACED_KEYS.get(key, key))


def _of_character(character: str) -> str | None:
    """As Textual names it: a letter is itself, a sign has its name in Unicode."""
    if character.isalnum():
        return character
    if not character.isprintable():
        return None
    if character == " ":
        return "space"
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name) or None


def every_name() -> tuple[str, ...]:
    """The keys that have a name, as a person writes them."""
    words = (shown.casefold() for shown in _SHOWN.values() if len(shown) > 1)
    return (*words, "up", "down", "left", "right", *_FUNCTION)
