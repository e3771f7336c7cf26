"""Which entries of a transcript are unfolded: a rule, and what the person made of it."""

from __future__ import annotations

from crew_core.observe.transcript_entries import Role
from crew_core.observe.transcript_index import Key
from crew_core.observe.transcript_told import Contents


def by_rule(contents: Contents, entry: int) -> bool:
    """Whether it is unfolded as long as the person has said nothing: errors and the last text are."""
    if contents.index is None:
        return False
    table = contents.index.table
    return entry == contents.last_said or table.role(entry) is Role.ERROR or table.failed(entry)


class Folding:
    """The rule holds until the person says otherwise."""

    def __init__(self) -> None:
        self._all: bool | None = None
        self._chosen: dict[Key, bool] = {}
        #: The entry with the match that one is at; it is unfolded as long as one is there.
        self.revealed: Key | None = None

    def unfolded(self, key: Key, *, by_rule: bool) -> bool:
        if key == self.revealed:
            return True
        return self._chosen.get(key, by_rule if self._all is None else self._all)

    def turn(self, key: Key, *, by_rule: bool) -> bool:
        """Fold it, or unfold it; true when it is unfolded now."""
        now = not self.unfolded(key, by_rule=by_rule)
        if self.revealed == key:
            self.revealed = None
        self._chosen[key] = now
        return now

    def all_are(self, *, unfolded: bool) -> bool:
        """The person has folded all, or unfolded all, and none of them since."""
        return self._all is unfolded and not self._chosen and self.revealed is None

    def turn_all(self, *, unfolded: bool) -> None:
        self._all = unfolded
        self._chosen.clear()
        self.revealed = None
