"""The keys that a person has chosen instead: `[ui.keys]` of the settings, from an action's name to its keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crew_tui.actions import Action
from crew_tui.keymap.entry import Key
from crew_tui.keymap.names import every_name, key_named, shown_key, shown_keys
from crew_tui.keymap.places import place_words
from crew_tui.keymap.table import DEFAULT, Keymap
from crew_tui.text import clean

#: They leave the dashboard wherever one is, also when it hangs in a question; Ctrl-Z for a while.
RESERVED = frozenset({"ctrl+c", "ctrl+q", "ctrl+z"})

#: Of a stranger's word, what a message repeats.
_LONGEST = 40

Wanted = Mapping[Action, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """An action with keys of the person's own."""

    action: Action
    before: str
    after: str


def with_overrides(keymap: Keymap, wishes: Mapping[str, object]) -> tuple[Keymap, tuple[str, ...]]:
    """The table with the keys that `wishes` gives to actions, and one line for each wish that is not followed.

    A wish is not followed when there is no such action or key, or when another action has the key in the same
    place; then the action keeps its own. An empty list takes all keys away.
    """
    wanted: dict[Action, tuple[str, ...]] = {}
    problems: list[str] = []
    for name, said in wishes.items():
        action, why = _action(name)
        keys, wrong = _keys(said)
        if action is None or wrong:
            problems.append(f"ui.keys.{clean(name)[:_LONGEST]}: {why or wrong}")
        else:
            wanted[action] = keys
    changed = _applied(keymap.entries, wanted)
    while (clash := _clash(changed, wanted)) is not None:
        action, why = clash
        problems.append(f"ui.keys.{action}: {why}; it keeps {_told(keymap.entries, action)}")
        del wanted[action]
        changed = _applied(keymap.entries, wanted)
    return (Keymap(changed) if wanted else keymap), tuple(problems)


def changes(keymap: Keymap, usual: Keymap = DEFAULT) -> tuple[Change, ...]:
    """What a person's keymap has otherwise, in the order of the table."""
    found = []
    for action in dict.fromkeys(entry.action for entry in usual.entries):
        before, after = _all_keys(usual.entries, action), _all_keys(keymap.entries, action)
        if before != after:
            found.append(Change(action, _words(before), _words(after)))
    return tuple(found)


def _action(name: str) -> tuple[Action | None, str]:
    try:
        return Action(name), ""
    except ValueError:
        from crew_core.config.spelling import nearest

        return None, f"no action has that name; {nearest(name, list(Action)) or 'docs/keys.md lists them'}"


def _keys(said: object) -> tuple[tuple[str, ...], str]:
    """The keys, and what is wrong with them."""
    words = said if isinstance(said, list | tuple) else [said]
    keys: list[str] = []
    for word in words:
        key = key_named(word) if isinstance(word, str) else None
        if key is None:
            return (), _no_key(word)
        if key in RESERVED:
            return (), f"{shown_key(key)} leaves the dashboard, wherever one is"
        keys.append(key)
    return tuple(dict.fromkeys(keys)), ""


def _no_key(word: object) -> str:
    from crew_core.config.spelling import nearest

    if not isinstance(word, str):
        return f"{clean(repr(word))[:_LONGEST]} is no text; write keys in quotes"
    said = clean(word)[:_LONGEST]
    hint = nearest(said, every_name()) or "write a character, or a name such as f5, ctrl+x or pageup"
    return f"{said or '(empty)'} is no key; {hint}"


def _applied(entries: Sequence[Key], wanted: Wanted) -> list[Key]:
    """An action may have entries that hold in the same place, for different keys, or at different lines.

    A key that the action has already stays where it is; a new one goes wherever the action is.
    """
    changed: list[Key] = []
    for place, entry in enumerate(entries):
        wish = wanted.get(entry.action)
        if wish is None:
            changed.append(entry)
            continue
        usual = _all_keys(entries, entry.action)
        covered = any(
            each.action is entry.action and entry.scope <= each.scope and each.keys != entry.keys
            for each in entries[:place]
        )
        keys = tuple(key for key in wish if key in entry.keys or (key not in usual and not covered))
        if keys == entry.keys:
            changed.append(entry)
        elif keys or not covered:
            changed.append(replace(entry, keys=keys, shown=shown_keys(keys)))
    return changed


def _clash(entries: Iterable[Key], wanted: Wanted) -> tuple[Action, str] | None:
    """A wish that takes another action's key: of two wishes, the later one."""
    order = list(wanted)
    taken: dict[str, list[Key]] = {}
    for entry in sorted(entries, key=lambda each: order.index(each.action) if each.action in wanted else -1):
        for key in entry.keys:
            for other in taken.get(key, ()):
                both = entry.scope & other.scope
                if both and other.action is not entry.action and entry.action in wanted:
                    return entry.action, f"{shown_key(key)} is {other.action}, {place_words(both)}"
            taken.setdefault(key, []).append(entry)
    return None


def _all_keys(entries: Iterable[Key], action: Action) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for entry in entries if entry.action is action for key in entry.keys))


def _told(entries: Iterable[Key], action: Action) -> str:
    return _words(_all_keys(entries, action))


def _words(keys: Iterable[str]) -> str:
    return " ".join(shown_key(key) for key in keys) or "no key"
