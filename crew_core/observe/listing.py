"""The list of runs: names newest first, and of each run only its row."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.observe.giving_way import giving_way
from crew_core.observe.run_row import read_row, with_liveness
from crew_core.observe.slices import Problem, RunRow, RunsSlice, SliceState
from crew_core.store.layout import RunLayout, is_safe_id

if TYPE_CHECKING:
    from crew_core.observe.picrew.row import PicrewRow

#: Rows read before other threads are let in: a row takes a fifth of a millisecond.
_AT_ONCE = 8

#: The time in an id, ours and pi-crew's: its first long number.
_TIME = re.compile(r"[0-9]{14}")

_Stamp = tuple[int, int, int]
_NONE: _Stamp = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Head:
    """A row without liveness, with the stamps of the files that it was read from."""

    stamps: tuple[_Stamp, ...]
    row: RunRow


class RunIndex:
    """Rows of all runs below some directories. Owned by one thread; keeps what it read until a file changes."""

    def __init__(self, roots: Sequence[Path], extra: Iterable[Path] = ()) -> None:
        """``extra``: run directories elsewhere."""
        self._roots = tuple(roots)
        self._extra = tuple(extra)
        self._names: list[tuple[str, str]] = []
        self._paths: list[Path] = []
        self._problems: tuple[Problem, ...] = ()
        self._heads: dict[Path, _Head] = {}
        self._foreign: dict[Path, PicrewRow] = {}
        self._rows: dict[Path, RunRow] = {}
        self._last: RunsSlice | None = None

    def paths(self) -> tuple[list[Path], list[Problem]]:
        """Run directories, newest first: ids hold the time. Reads names only."""
        names, problems = self._list()
        return [Path(root, name) for name, root in names], problems

    def _list(self) -> tuple[list[tuple[str, str]], list[Problem]]:
        """Name and root of each run, newest first. Paths are made of those only that are looked at: there may be
        thousands.
        """
        # A copy of a run elsewhere has the same name: only with its root it is one run.
        found = dict.fromkeys((path.name, str(path.parent)) for path in self._extra if os.path.isdir(path))
        problems = []
        for root in self._roots:
            try:
                with os.scandir(root) as entries:
                    # A link may lead anywhere: what is no directory of its own is no run.
                    names = [each.name for each in entries if each.is_dir(follow_symlinks=False)]
            except FileNotFoundError:
                continue
            except OSError as error:
                problems.append(Problem(root, f"cannot be read: {error.strerror or error}"))
                continue
            found.update(dict.fromkeys((name, str(root)) for name in names if is_safe_id(name)))
        return sorted(found, key=_began, reverse=True), problems

    @property
    def complete(self) -> bool:
        """Every run that there is has a row."""
        return self._last is not None and len(self._last.rows) == self._last.total

    def read(
        self, limit: int | None = None, changed: Collection[Path] | None = None, *, names: bool = True
    ) -> RunsSlice:
        """The list. With ``changed`` only those runs are looked at again; without ``names`` no directory is listed.

        ``limit``: at most so many rows, newest first; the total is exact all the same.
        """
        if names or self._last is None:
            found, problems = self._list()
            self._problems = tuple(problems)
            if found != self._names:
                self._names = found
                self._paths.clear()
        count = len(self._names) if limit is None else min(limit, len(self._names))
        shown = self._first(count)
        for path in giving_way(shown if changed is None else (*changed, *self._missing(shown)), _AT_ONCE):
            self._look(path)
        if names:
            for path in self._rows.keys() - set(shown):
                del self._rows[path]
                self._heads.pop(path, None)
                self._foreign.pop(path, None)
        return self._slice(tuple(self._rows[path] for path in shown))

    def _first(self, count: int) -> list[Path]:
        """The paths of the newest runs; made once."""
        for name, root in self._names[len(self._paths) : count]:
            self._paths.append(Path(root, name))
        return self._paths[:count]

    def _missing(self, shown: Sequence[Path]) -> list[Path]:
        return [path for path in shown if path not in self._rows]

    def _slice(self, rows: tuple[RunRow, ...]) -> RunsSlice:
        state = SliceState.PARTIAL if self._problems else SliceState.READY if rows else SliceState.EMPTY
        last = self._last
        if (
            last is not None
            and (last.state, last.total, last.problems) == (state, len(self._names), self._problems)
            and len(last.rows) == len(rows)
            and all(a is b for a, b in zip(last.rows, rows, strict=True))
        ):
            return last
        self._last = RunsSlice(state, rows, len(self._names), self._problems, self._roots)
        return self._last

    def _look(self, path: Path) -> None:
        known = self._rows.get(path)
        row = self._row(path)
        if row != known:
            self._rows[path] = row

    def _row(self, path: Path) -> RunRow:
        foreign = self._foreign.get(path)
        if foreign is not None:
            return foreign.read(time.time())
        layout = RunLayout(path)
        stamps = (_stamp(layout.manifest), _stamp(layout.plan))
        known = self._heads.get(path)
        if known is None and stamps[1] == _NONE and self._is_foreign(path):
            return self._row(path)
        if known is None or known.stamps != stamps:
            known = self._heads[path] = _Head(stamps, read_row(layout))
        return with_liveness(known.row)

    def _is_foreign(self, path: Path) -> bool:
        """Another program wrote it: ours has a plan from its first moment on."""
        from crew_core.observe.picrew.formats import is_picrew_run

        if not is_picrew_run(path):
            return False
        from crew_core.observe.picrew.row import PicrewRow

        self._foreign[path] = PicrewRow(path)
        return True


def list_runs(roots: Sequence[Path]) -> RunsSlice:
    """The list, read once, for the command line."""
    return RunIndex(roots).read()


def _began(found: tuple[str, str]) -> tuple[str, str]:
    name = found[0]
    time = _TIME.search(name)
    return (time.group() if time else "", name)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        # Missing or forbidden: reading it will say which.
        return _NONE
    return (found.st_ino, found.st_size, found.st_mtime_ns)
