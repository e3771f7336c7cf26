"""Where conditions begin and end: successive slices compared, and the difference written into the book of alerts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crew_core.model.status import RunStatus
from crew_core.observe.alert_conditions import (
    Condition,
    Key,
    Standing,
    in_health,
    in_link,
    in_mail,
    in_places,
    in_row,
    in_run,
    in_tasks,
    over,
)
from crew_core.observe.alerts import AlertBook
from crew_core.observe.slices import LinkSlice, RunRow, RunSlice, RunsSlice, SliceState, TasksSlice
from crew_core.observe.tab_slices import HealthSlice, MailSlice
from crew_core.store.clock import parse_iso

#: Runs that left the list and whose alerts are not raised anew when they come back, as after a change of scope.
REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Watched:
    """The run that is looked at. Slices that are not read, because nobody looks at them, are None."""

    run: RunSlice
    tasks: TasksSlice | None = None
    health: HealthSlice | None = None
    mail: MailSlice | None = None


#: Something that is observed by itself: a run's row, one of its slices, or what is outside of every run.
_Part = tuple[Path, str]

_ROW, _TASKS, _PROBLEMS, _MAIL = "row", "tasks", "problems", "mail"
_PLACES: _Part = (Path(), "places")
_LINK: _Part = (Path(), "link")


class Episodes:
    """Fed with slices by one thread.

    What was so when it came into sight is not told; of that, only what needs a person is listed.
    """

    def __init__(self, opened_at: datetime) -> None:
        self.book = AlertBook()
        self._opened_at = opened_at
        self._listed = False
        self._runs: RunsSlice | None = None
        self._rows: dict[Path, RunRow] = {}
        self._left: dict[Path, RunRow] = {}
        #: What held in each part when it was last observed; of rows it is found again when it is asked for.
        self._held: dict[_Part, tuple[Standing, ...]] = {}
        #: Parts of the run that is looked at which were observed since it is looked at.
        self._looked: set[_Part] = set()
        #: Letters that lay there when a run was over: no news either when it goes on, or stops saying that it is.
        self._old_letters: dict[Path, set[Key]] = {}

    # The list of runs

    def take_runs(self, runs: RunsSlice, now: datetime) -> None:
        """Costs what has changed in it, and a glance at each row."""
        if runs.state is SliceState.LOADING or runs is self._runs:
            return
        before = set(map(id, self._runs.rows)) if self._runs else set()
        self._runs = runs
        for row in runs.rows:
            if id(row) not in before:
                self._take_row(row, now)
        if len(self._rows) != len(runs.rows):
            self._let_go(self._rows.keys() - {row.path for row in runs.rows}, now)
        self._observe(_PLACES, in_places(runs.problems), now, quiet=not self._listed)
        self._listed = True

    def _take_row(self, row: RunRow, now: datetime) -> None:
        path = row.path
        known, left = self._rows.get(path), self._left.pop(path, None)
        self._rows[path] = row
        if over(row):
            self._end_details(path, now)
        held: tuple[Standing, ...] = ()
        quiet = not (self._listed and self._since_opened(row.created_at))
        if known is not None:
            held = in_row(known)
            # How it stood while that could not be read, nobody knows: its end may be an old one.
            quiet = known.status is None and quiet and not self._since_opened(row.finished_at or "")
        elif left is not None:
            self.book.come_back(path)
            held, quiet = tuple(each for each in in_row(left) if self.book.holds(each.key)), True
        self._change((path, _ROW), held, in_row(row), now, quiet=quiet)

    def _since_opened(self, moment: str) -> bool:
        """It was not so when we began to look. What cannot be read has no beginning: it is not new."""
        try:
            return parse_iso(moment) >= self._opened_at
        except ValueError:
            return False

    def _let_go(self, paths: Iterable[Path], now: datetime) -> None:
        """Runs that are not listed any more: removed, or of another scope."""
        for path in paths:
            self._left[path] = self._rows.pop(path)
            self.book.let_go(path, now)
        while len(self._left) > REMEMBERED:
            forgotten = next(iter(self._left))
            del self._left[forgotten]
            self.book.forget(forgotten)
            self._old_letters.pop(forgotten, None)
            for part in self._parts_of(forgotten):
                del self._held[part]

    # The run that is looked at

    def take_watched(self, watched: Watched, now: datetime) -> None:
        """Only what is news since it is looked at is told.

        Of a run whose status cannot be read nothing is told but that: what its parts say may be long past.
        """
        path = watched.run.path
        if path is None or watched.run.state is SliceState.LOADING:
            self._looked.clear()
            return
        if any(part[0] != path for part in self._looked):
            self._looked.clear()
        done = self._done(watched.run, path)
        self._look((path, _PROBLEMS), in_run(path, watched.run.problems), now)
        if watched.run.run is None and watched.run.problems:
            return
        tasks, health, mail = watched.tasks, watched.health, watched.mail
        if tasks is not None and tasks.state is not SliceState.LOADING:
            self._look((path, _TASKS), () if done else in_tasks(path, tasks), now)
        if health is not None and health.state is not SliceState.LOADING:
            self._look((path, "health"), () if done else in_health(path, health), now)
        if mail is not None and mail.state is not SliceState.LOADING:
            self._look((path, _MAIL), self._new_letters(path, in_mail(path, mail), done=done), now)

    def _new_letters(self, path: Path, found: tuple[Standing, ...], *, done: bool) -> tuple[Standing, ...]:
        old = self._old_letters.setdefault(path, set())
        if done:
            old.update(each.key for each in found)
        return tuple(each for each in found if each.key not in old)

    def _done(self, run: RunSlice, path: Path) -> bool:
        """The list and the slices are read one after the other: whoever says that it is over is believed."""
        row = self._rows.get(path)
        status = run.run.status if run.run else None
        return (row is not None and over(row)) or (
            status is not None and status.ended and status is not RunStatus.BLOCKED
        )

    def _look(self, part: _Part, found: tuple[Standing, ...], now: datetime) -> None:
        quiet = part not in self._looked
        self._looked.add(part)
        self._observe(part, found, now, quiet=quiet)

    def take_link(self, link: LinkSlice, now: datetime) -> None:
        """How changes are noticed."""
        self._observe(_LINK, in_link(link), now, quiet=False)

    # What has changed

    def _parts_of(self, path: Path) -> list[_Part]:
        return [part for part in self._held if part[0] == path]

    def _end_details(self, path: Path, now: datetime) -> None:
        """Of a run that is over nothing is true any more that its parts said when they were last read."""
        for part in self._parts_of(path):
            if part[1] != _PROBLEMS:
                self._observe(part, (), now, quiet=True)

    def _observe(self, part: _Part, found: tuple[Standing, ...], now: datetime, *, quiet: bool) -> None:
        held = self._held.pop(part, ())
        if found:
            self._held[part] = found
        if found != held:
            self._change(part, held, found, now, quiet=quiet)

    def _change(
        self, part: _Part, held: tuple[Standing, ...], found: tuple[Standing, ...], now: datetime, *, quiet: bool
    ) -> None:
        before = {each.key: each for each in held}
        after = {each.key: each for each in found}
        for key in before:
            if key not in after and not self._held_elsewhere(key, part):
                self.book.end(key, now)
        for key, each in after.items():
            row = self._rows.get(key.path)
            goal = row.goal if row else ""
            former = before.get(key)
            if former is None:
                self.book.begin(each, now, goal=goal, quiet=quiet)
            elif former != each:
                self.book.go_on(former, each, now, goal=goal)

    def _held_elsewhere(self, key: Key, part: _Part) -> bool:
        """The list and the run that is looked at can say the same of a task."""
        row = self._rows.get(key.path)
        if key.condition is not Condition.NEEDS_YOU or row is None or not row.needs_you:
            return False
        other = self._held.get((key.path, _TASKS), ()) if part[1] == _ROW else in_row(row)
        return any(each.key == key for each in other)
