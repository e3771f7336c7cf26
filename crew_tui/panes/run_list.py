"""The runs in their order, kept up to date run by run: what did not change costs nothing."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter

from crew_core.observe.slices import RunRow
from crew_tui.grouping import GROUPS, group_of
from crew_tui.run_words import fixed_word
from crew_tui.sorting import Rank, Sort, created

Wanted = Callable[[RunRow], bool]


# Not frozen: thousands are made at once, and frozen ones take twice the time. Nobody changes one.
@dataclass(slots=True, eq=False)
class Listed:
    """A run with its place: its group's number, what it is sorted by, then the newest first.

    Its key ends the place, so that none is taken twice.
    """

    row: RunRow
    key: str
    place: tuple[int, Rank, float, str]


PLACE = attrgetter("place")

#: When more than this part of the list changes at once, sorting all of it is cheaper.
_SORT_ALL_FROM = 1 / 16


class RunList:
    """All runs, and in `shown` those that are wanted. A run is known by its path, an unchanged row by identity."""

    def __init__(self) -> None:
        self.sort = Sort()
        self._rank = self.sort.ranking()
        self._rows: Sequence[RunRow] = ()
        self._by_key: dict[str, Listed] = {}
        self._by_id: dict[int, Listed] = {}
        self._order: list[Listed] = []
        self._wanted: Wanted | None = None
        self._shown: list[Listed] | None = None
        self._projects: Counter[str] = Counter()
        self._fixed = 0

    def __len__(self) -> int:
        return len(self._order)

    @property
    def shown(self) -> list[Listed]:
        """In order; changes with the next row that changes."""
        if self._wanted is None:
            return self._order
        if self._shown is None:
            wanted = self._wanted
            self._shown = [each for each in self._order if wanted(each.row)]
        return self._shown

    @property
    def several_projects(self) -> bool:
        return len(self._projects) > 1

    @property
    def some_fixed(self) -> bool:
        """There is one to which nothing can be done from here."""
        return self._fixed > 0

    def find(self, key: str) -> Listed | None:
        return self._by_key.get(key)

    def shows(self, key: str) -> bool:
        listed = self._by_key.get(key)
        return listed is not None and place_in(self.shown, listed) is not None

    def take(self, rows: Sequence[RunRow]) -> bool:
        """The present rows, in whatever order they come; True when some run is not there any more."""
        if rows is self._rows:
            return False
        self._rows = rows
        known = self._by_id
        came = {str(row.path): row for row in rows if id(row) not in known}
        gone = [old for key in came if (old := self._by_key.get(key)) is not None]
        lost = len(self._by_key) - len(gone) + len(came) > len(rows)
        if lost:
            present = set(map(id, rows))
            gone = [each for key, each in known.items() if key not in present]
        self._replace(gone, came.values())
        return lost

    def sort_by(self, sort: Sort) -> None:
        if sort == self.sort:
            return
        self.sort = sort
        rank = self._rank = sort.ranking()
        for each in self._order:
            row, key = each.row, each.key
            self._by_key[key] = self._by_id[id(row)] = Listed(row, key, (each.place[0], rank(row), each.place[2], key))
        self._sort_all()

    def want(self, wanted: Wanted | None) -> None:
        """Show only these; None for all."""
        self._wanted = wanted
        self._shown = None

    def _replace(self, gone: Collection[Listed], came: Collection[RunRow]) -> None:
        for each in gone:
            self._forget(each)
        listed = [self._remember(row) for row in came]
        if len(gone) + len(came) > _SORT_ALL_FROM * len(self._order):
            self._sort_all()
            return
        for each in gone:
            _remove(self._order, each)
            if self._shown is not None:
                _remove(self._shown, each)
        for each in listed:
            insort(self._order, each, key=PLACE)
            if self._shown is not None and self._wanted is not None and self._wanted(each.row):
                insort(self._shown, each, key=PLACE)

    def _sort_all(self) -> None:
        self._order = sorted(self._by_key.values(), key=PLACE)
        self._shown = None

    def _remember(self, row: RunRow) -> Listed:
        key = str(row.path)
        known = self._by_key.get(key)
        if known is not None:
            self._forget(known)
        listed = Listed(row, key, (GROUPS.index(group_of(row)), self._rank(row), -created(row), key))
        self._by_key[key] = self._by_id[id(row)] = listed
        self._fixed += bool(fixed_word(row))
        if row.project:
            self._projects[row.project] += 1
        return listed

    def _forget(self, listed: Listed) -> None:
        row = listed.row
        del self._by_key[listed.key], self._by_id[id(row)]
        self._fixed -= bool(fixed_word(row))
        if row.project:
            self._projects[row.project] -= 1
            if not self._projects[row.project]:
                del self._projects[row.project]


def place_in(runs: Sequence[Listed], listed: Listed) -> int | None:
    """Where it stands among these sorted ones."""
    found = bisect_left(runs, listed.place, key=PLACE)
    return found if found < len(runs) and runs[found] is listed else None


def _remove(runs: list[Listed], listed: Listed) -> None:
    place = place_in(runs, listed)
    if place is not None:
        del runs[place]
