"""How the runs that alerts are about are reached, with the keys that the person has given to that."""

from __future__ import annotations

from crew_tui.actions import Action
from crew_tui.keymap.names import shown_key
from crew_tui.keymap.table import Keymap


def how_to_reach(keymap: Keymap) -> str:
    """`press ! to see them, there Enter to go to one`."""
    lists = _key(keymap, Action.ALERTS)
    goes = _key(keymap, Action.OPEN_ITEM) or "a double click"
    return f"press {lists} to see them, there {goes} to go to one" if lists else ""


def _key(keymap: Keymap, action: Action) -> str:
    keys = (key for entry in keymap.entries if entry.action is action for key in entry.keys)
    return next(map(shown_key, keys), "")
