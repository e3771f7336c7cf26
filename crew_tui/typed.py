"""A text that is being typed, and what each editing key makes of it. Pure: no widget has to be ready for a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rich.cells import split_graphemes

from crew_tui.text import clean


@dataclass(frozen=True, slots=True)
class Typed:
    """`at` is how many characters stand before the caret; it is never inside of a grapheme."""

    text: str = ""
    at: int = 0

    @property
    def before(self) -> str:
        return self.text[: self.at]

    @property
    def after(self) -> str:
        return self.text[self.at :]

    def insert(self, text: str) -> Typed:
        return Typed(self.before + text + self.after, self.at + len(text))


def typed(text: str) -> Typed:
    """`text` with the caret at its end."""
    return Typed(text, len(text))


def pasted(before: Typed, text: str, *, lines: bool = False) -> Typed:
    """With what the clipboard held, cleaned. Without `lines` its lines become one."""
    safe = clean(text, single_line=False)
    return before.insert(safe if lines else " ".join(safe.split("\n")))


def up_or_down(now: Typed, by: int) -> Typed | None:
    """The caret in the same column `by` lines on (-1 or 1); None: there is no such line."""
    lines = now.text.split("\n")
    row = now.before.count("\n")
    column = now.at - (now.before.rfind("\n") + 1)
    if not 0 <= row + by < len(lines):
        return None
    begin = sum(len(line) + 1 for line in lines[: row + by])
    return replace(now, at=begin + min(column, len(lines[row + by])))


def pressed(before: Typed, key: str, character: str | None) -> Typed | None:
    """What a key makes of the text; None: it is none that edits. `key` is Textual's name of it."""
    edit = _EDITS.get(key)
    if edit is not None:
        return edit(before)
    if character is None or not character.isprintable() or key.startswith(("ctrl+", "alt+", "super+")):
        return None
    return before.insert(character)


def _previous(now: Typed) -> int:
    """Where the grapheme before the caret begins."""
    spans = split_graphemes(now.before)[0]
    return spans[-1][0] if spans else 0


def _next(now: Typed) -> int:
    spans = split_graphemes(now.after)[0]
    return now.at + spans[0][1] if spans else now.at


def _word_start(now: Typed) -> int:
    kept = now.before.rstrip()
    return len(kept) - len(kept.split()[-1]) if kept else 0


def _word_end(now: Typed) -> int:
    rest = now.after.lstrip()
    return len(now.text) - len(rest) + len(rest.split()[0]) if rest else len(now.text)


def _without(now: Typed, begin: int, end: int) -> Typed:
    return Typed(now.text[:begin] + now.text[end:], begin)


_EDITS: dict[str, Callable[[Typed], Typed]] = {
    "left": lambda now: replace(now, at=_previous(now)),
    "right": lambda now: replace(now, at=_next(now)),
    "ctrl+left": lambda now: replace(now, at=_word_start(now)),
    "ctrl+right": lambda now: replace(now, at=_word_end(now)),
    "home": lambda now: replace(now, at=0),
    "end": lambda now: replace(now, at=len(now.text)),
    "backspace": lambda now: _without(now, _previous(now), now.at),
    "delete": lambda now: _without(now, now.at, _next(now)),
    "ctrl+w": lambda now: _without(now, _word_start(now), now.at),
    "ctrl+u": lambda now: _without(now, 0, now.at),
    "ctrl+k": lambda now: Typed(now.before, now.at),
}
_EDITS |= {
    "ctrl+a": _EDITS["home"],
    "ctrl+e": _EDITS["end"],
    # What terminals without a protocol for keys send for Backspace.
    "ctrl+h": _EDITS["backspace"],
    "ctrl+backspace": _EDITS["ctrl+w"],
    "alt+backspace": _EDITS["ctrl+w"],
    "alt+b": _EDITS["ctrl+left"],
    "alt+f": _EDITS["ctrl+right"],
}
