"""The one table of keys: dispatch, footer, help, palette and docs are made from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crew_tui.actions import Action
from crew_tui.keymap.entry import Key
from crew_tui.keymap.finding import FINDING
from crew_tui.keymap.in_screens import IN_SCREENS
from crew_tui.keymap.in_tabs import IN_TABS
from crew_tui.keymap.looking import LOOKING
from crew_tui.keymap.moving import MOVING
from crew_tui.keymap.program import PROGRAM
from crew_tui.keymap.steering import STEERING
from crew_tui.situation import Situation

#: In the order of the footer.
ENTRIES: tuple[Key, ...] = (*IN_TABS, *IN_SCREENS, *MOVING, *LOOKING, *FINDING, *STEERING, *PROGRAM)


class Keymap:
    """Entries with a quick way from a key to those that take it."""

    def __init__(self, entries: Iterable[Key] = ENTRIES) -> None:
        self.entries = tuple(entries)
        self._taking: dict[str, list[Key]] = {}
        for entry in self.entries:
            for key in entry.keys:
                self._taking.setdefault(key, []).append(entry)

    @property
    def keys(self) -> frozenset[str]:
        """Every key that some entry takes."""
        return frozenset(self._taking)

    def find(self, key: str, now: Situation) -> Action | None:
        """What `key` does in this situation; None if nothing."""
        for entry in self._taking.get(key, ()):
            if now.region in entry.scope and entry.does(now):
                return entry.action
        return None

    def available(self, now: Situation) -> Sequence[Key]:
        """The entries that would do something now, in the table's order."""
        return [entry for entry in self.entries if now.region in entry.scope and entry.does(now)]


DEFAULT = Keymap()
