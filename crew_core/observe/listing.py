"""The list of runs: names newest first, and of each run only its row."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.status import RunStatus
from crew_core.observe.run_row import read_row, with_liveness
from crew_core.observe.slices import Problem, RunRow, RunsSlice, SliceState
from crew_core.store.layout import RunLayout, is_safe_id

#: More rows than anybody scrolls through; the total is exact all the same.
ROWS = 200

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
        self._paths: list[Path] = []
        self._problems: tuple[Problem, ...] = ()
        self._heads: dict[Path, _Head] = {}
        self._rows: dict[Path, RunRow] = {}
        self._last: RunsSlice | None = None

    def paths(self) -> tuple[list[Path], list[Problem]]:
        """Run directories, newest first: ids begin with the time. Reads names only."""
        found: dict[str, Path] = {path.name: path for path in self._extra if path.is_dir()}
        problems = []
        for root in self._roots:
            try:
                with os.scandir(root) as entries:
                    names = [entry.name for entry in entries if is_safe_id(entry.name) and entry.is_dir()]
            except FileNotFoundError:
                continue
            except OSError as error:
                problems.append(Problem(root, f"cannot be read: {error.strerror or error}"))
                continue
            found.update((name, root / name) for name in names)
        return [found[name] for name in sorted(found, reverse=True)], problems

    def read(
        self, limit: int | None = ROWS, changed: Collection[Path] | None = None, *, names: bool = True
    ) -> RunsSlice:
        """The list. With ``changed`` only those runs are looked at again; without ``names`` no directory is listed."""
        if names:
            self._paths, problems = self.paths()
            self._problems = tuple(problems)
        shown = self._paths if limit is None else self._paths[:limit]
        rows = tuple(self._row(path, looked=changed is None or path in changed) for path in shown)
        for path in self._heads.keys() - set(shown):
            del self._heads[path]
            self._rows.pop(path, None)
        state = SliceState.PARTIAL if self._problems else SliceState.READY if rows else SliceState.EMPTY
        last = self._last
        if (
            last is not None
            and (last.state, last.total, last.problems) == (state, len(self._paths), self._problems)
            and len(last.rows) == len(rows)
            and all(a is b for a, b in zip(last.rows, rows, strict=True))
        ):
            return last
        self._last = RunsSlice(state, rows, len(self._paths), self._problems)
        return self._last

    def _row(self, path: Path, *, looked: bool) -> RunRow:
        known = self._rows.get(path)
        if known is not None and not looked:
            return known
        head = self._head(path)
        row = with_liveness(head.row)
        if row == known:
            return known
        self._rows[path] = row
        return row

    def _head(self, path: Path) -> _Head:
        layout = RunLayout(path)
        stamps = (_stamp(layout.manifest), _stamp(layout.plan))
        known = self._heads.get(path)
        if known is not None and known.stamps == stamps:
            return known
        head = _Head(stamps, read_row(layout))
        self._heads[path] = head
        return head


def list_runs(roots: Sequence[Path], limit: int | None = None, statuses: Collection[RunStatus] = ()) -> RunsSlice:
    """The list, read once, for the command line. With ``statuses`` only runs in one of them."""
    everything = RunIndex(roots).read(None if statuses else limit)
    if not statuses:
        return everything
    rows = [row for row in everything.rows if row.status in statuses]
    return RunsSlice(everything.state, tuple(rows[:limit]), len(rows), everything.problems)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        # Missing or forbidden: reading it will say which.
        return _NONE
    return (found.st_ino, found.st_size, found.st_mtime_ns)
