"""How runs stood when somebody last looked at them, kept from one dashboard to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from crew_core.observe.since_left import Left, left
from crew_core.observe.slices import RunRow
from crew_tui.crash import log_path
from crew_tui.state_entries import merge_entries, read_entries
from crew_tui.ui_state import Later, Timer, in_a_thread

#: A terminal that is closed, or a link that breaks, takes so much of what was seen with it.
DELAY_S = 5.0

#: Directories of runs that are remembered: those that were looked at last.
MOST = 100


def left_path() -> Path:
    """`$XDG_STATE_HOME/crew-tui/left.json`."""
    return log_path().with_name("left.json")


class LeftFile:
    """An entry for each directory of runs. `remember` costs nothing: a thread writes, and `close` what is left."""

    def __init__(
        self, path: Path, *, later: Later = in_a_thread, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = path
        self._later = later
        self._clock = clock
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._timer: Timer | None = None
        self._rows: Sequence[RunRow] = ()
        self._roots: Sequence[Path] = ()
        #: Somebody is there and sees them.
        self._seen = False
        #: How they stood when the person left, until that is written.
        self._at_leaving: dict[Path, Left] | None = None
        self._written: dict[Path, Left] = {}
        self.before = _read(path)

    def remember(self, rows: Sequence[RunRow], roots: Sequence[Path] = ()) -> None:
        """The person sees them. `roots`: where they were looked for."""
        with self._lock:
            self._rows, self._roots, self._seen = rows, roots, True
            if self._timer is None:
                self._timer = self._later(DELAY_S, self._write_changes)

    def leave(self) -> None:
        """What is remembered stays so until the person comes back. A thread writes it, at once."""
        with self._lock:
            if self._seen:
                self._at_leaving, self._seen = self._standing(), False
        self._later(0, self._write_changes)

    def close(self) -> None:
        """Write what is left to write; what was there until now has been seen, if anybody was there.

        For when the program ends or is stopped: the caller waits for the disk.
        """
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self._write(always=True)

    def _write_changes(self) -> None:
        self._write(always=False)

    def _write(self, *, always: bool) -> None:
        with self._writing:
            with self._lock:
                at_leaving, self._at_leaving, self._timer = self._at_leaving, None, None
                now = self._standing() if self._seen else at_leaving
            if now is None:
                return
            if always or at_leaving is not None or _open(now) != _open(self._written):
                self._written = now
                merge_entries(self._path, _without_oldest(self._path, now))

    def _standing(self) -> dict[Path, Left]:
        return left(self._rows, self._clock(), self._roots)


def _open(found: dict[Path, Left]) -> object:
    return {path: each.open for path, each in found.items()}


def _without_oldest(path: Path, now: dict[Path, Left]) -> dict[str, object]:
    changes: dict[str, object] = {str(where): msgspec.to_builtins(each) for where, each in now.items()}
    others = sorted((each.at, str(where)) for where, each in _read(path).items() if str(where) not in changes)
    return changes | dict.fromkeys(where for _, where in others[: max(0, len(others) + len(changes) - MOST)])


def _read(path: Path) -> dict[Path, Left]:
    found = {}
    for where, each in read_entries(path).items():
        try:
            entry = msgspec.convert(each, Left)
        except msgspec.ValidationError:
            continue
        if entry.at.tzinfo is not None:
            found[Path(where)] = entry
    return found
