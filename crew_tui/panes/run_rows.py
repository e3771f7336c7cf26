"""The lines of the list of runs, each made when it is looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from crew_tui.grouping import GROUPS, Days, Group
from crew_tui.lines import Kept, Line, Tone, line
from crew_tui.panes.run_list import Listed, RunList, place_in
from crew_tui.sorting import Sort


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that cannot be selected, and the runs from number `first` to before `last` below them."""

    above: tuple[Line, ...]
    first: int
    last: int

    @property
    def height(self) -> int:
        return len(self.above) + self.last - self.first


class RunRows:
    """What the list holds at one moment: a later change of the runs does not change it."""

    def __init__(self, runs: RunList, sections: Sequence[Section], line_of: Callable[[Listed], Line]) -> None:
        self._runs = runs
        self._listed = tuple(runs.shown)
        self._sections = tuple(each for each in sections if each.height)
        self._line_of = line_of
        self._length = sum(each.height for each in self._sections)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, row: int, /) -> Line:
        above, listed = self._at(row)
        if listed is not None:
            return self._line_of(listed)
        assert above is not None
        return above

    def __iter__(self) -> Iterator[Line]:
        return map(self.__getitem__, range(self._length))

    def place_of(self, key: str) -> int | None:
        listed = self._runs.find(key)
        number = place_in(self._listed, listed) if listed else None
        return None if number is None else self._row_of(number)

    def key_at(self, row: int) -> str:
        listed = self._at(row)[1]
        return listed.key if listed else ""

    def beside(self, row: int, by: int) -> int:
        listed = self._at(row)[1]
        number = place_in(self._listed, listed) if listed else None
        if number is None:
            return row
        return self._row_of(max(0, min(number + by, len(self._listed) - 1)))

    def _at(self, row: int) -> tuple[Line | None, Listed | None]:
        if not 0 <= row < self._length:
            raise IndexError(row)
        for section in self._sections:
            if row < section.height:
                inner = row - len(section.above)
                return (section.above[row], None) if inner < 0 else (None, self._listed[section.first + inner])
            row -= section.height
        raise IndexError(row)

    def _row_of(self, number: int) -> int:
        row = 0
        for section in self._sections:
            if section.first <= number < section.last:
                return row + len(section.above) + number - section.first
            row += section.height
        raise IndexError(number)


def group_sections(runs: Sequence[Listed], sort: Sort, days: Days, kept: Kept[Line]) -> Iterator[Section]:
    """A section for each group, and one for each day of RECENT where there are several in this order."""
    for rank, group in enumerate(GROUPS):
        first = bisect_left(runs, rank, key=_group)
        last = bisect_right(runs, rank, lo=first, key=_group)
        if first == last:
            continue
        heading = kept.get(group, (group, last - first), partial(_heading, group, last - first))
        by_day = _by_day(runs, first, last, sort, days) if group is Group.RECENT and sort.timed else []
        if len(by_day) < 2:
            yield Section((heading,), first, last)
            continue
        yield Section((heading,), first, first)
        for name, begin, end in by_day:
            count = end - begin
            yield Section((kept.get(name, (name, count), partial(_day_heading, name, count)),), begin, end)


def _group(listed: Listed) -> int:
    return listed.place[0]


def _by_day(runs: Sequence[Listed], first: int, last: int, sort: Sort, days: Days) -> list[tuple[str, int, int]]:
    """Name, first and last of each day that has runs; they stand in order already."""

    def rank(listed: Listed) -> float:
        found = listed.place[1]
        assert isinstance(found, float)
        return found

    if sort.turned:
        yesterday = bisect_left(runs, days.yesterday, lo=first, hi=last, key=rank)
        today = bisect_left(runs, days.today, lo=yesterday, hi=last, key=rank)
        found = [("older", first, yesterday), ("yesterday", yesterday, today), ("today", today, last)]
    else:
        today = bisect_right(runs, -days.today, lo=first, hi=last, key=rank)
        yesterday = bisect_right(runs, -days.yesterday, lo=today, hi=last, key=rank)
        found = [("today", first, today), ("yesterday", today, yesterday), ("older", yesterday, last)]
    return [each for each in found if each[1] < each[2]]


def _heading(group: Group, members: int) -> Line:
    tone = Tone.WARN if group is Group.NEEDS_YOU else Tone.DIM
    return line((f" {group.value} ", tone), (str(members), Tone.DIM))


def _day_heading(name: str, members: int) -> Line:
    return line((f"   {name} {members}", Tone.DIM))
