"""What the person has arranged, kept from one dashboard to the next in a small file of their own."""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import msgspec

from crew_tui.crash import log_path

#: Somebody who drags the edge of a region writes once.
DELAY_S = 1.0

#: A file of ours has a few hundred bytes; of one that has more, nothing is believed.
_LONGEST = 65_536

T = TypeVar("T")

_Cells = Annotated[int, msgspec.Meta(ge=1, le=1000)]

#: Together as long as a person does not mind when the dashboard is left.
_TRIES, _PAUSE_S = 10, 0.02


@dataclass(frozen=True, slots=True)
class UiState:
    """`runs_width`: cells of the list of runs. `tab`, `sort`, `theme` by name; empty is the default."""

    runs_width: int | None = None
    tab: str = ""
    sort: str = ""
    theme: str = ""


def state_path() -> Path:
    """`$XDG_STATE_HOME/crew-tui/ui.json`."""
    return log_path().with_name("ui.json")


def read_state(path: Path) -> UiState:
    """What stands in the file; the default for what is missing, damaged or not what it should be."""
    return _state_of(_entries(path))


class Timer(Protocol):
    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]


def _in_a_thread(delay_s: float, call: Callable[[], None]) -> Timer:
    timer = threading.Timer(delay_s, call)
    timer.daemon = True
    timer.start()
    return timer


class UiStateFile:
    """Writes what was changed here, entry by entry: what another dashboard has changed meanwhile stays.

    `remember` is called on the loop and does not wait for the disk; `close` writes what is left, when the screen is
    gone. A file that cannot be written is no reason to disturb anybody: then nothing is kept.
    """

    def __init__(self, path: Path, *, later: Later = _in_a_thread) -> None:
        self._path = path
        self._later = later
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._changes: dict[str, object] = {}
        self._timer: Timer | None = None
        self.state = read_state(path)

    def remember(self, changed: UiState) -> None:
        """The present arrangement, whole; only what differs from the former one is written."""
        before, after = _written(self.state), _written(changed)
        changes = {
            name: after.get(name) for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        }
        self.state = changed
        if not changes:
            return
        with self._lock:
            self._changes |= changes
            if self._timer is None:
                self._timer = self._later(DELAY_S, self._write)

    def close(self) -> None:
        """Write at once what has not been written yet."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self._write()

    def _write(self) -> None:
        # Whoever closes waits for a write that is under way.
        with self._writing:
            with self._lock:
                changes, self._changes = self._changes, {}
                self._timer = None
            if changes:
                self._merge(changes)

    def _merge(self, changes: Mapping[str, object]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _alone(self._path.parent):
                merged = {**_entries(self._path), **changes}
                _replace(self._path, {name: value for name, value in merged.items() if value is not None})
        except OSError:
            # As with a home that is read-only: it is kept for as long as the dashboard is there.
            return


def _state_of(entries: Mapping[str, object]) -> UiState:
    return UiState(
        runs_width=_as(_Cells, entries.get("runsWidth")),
        tab=_as(str, entries.get("tab")) or "",
        sort=_as(str, entries.get("sort")) or "",
        theme=_as(str, entries.get("theme")) or "",
    )


def _as(kind: type[T], value: object) -> T | None:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def _written(state: UiState) -> dict[str, object]:
    """The entries of the file; what is the default has none."""
    entries: dict[str, object] = {
        "runsWidth": state.runs_width,
        "tab": state.tab or None,
        "sort": state.sort or None,
        "theme": state.theme or None,
    }
    return {name: value for name, value in entries.items() if value is not None}


def _entries(path: Path) -> dict[str, object]:
    """Also those of a newer version, which are kept as they are."""
    try:
        with path.open("rb") as file:
            found = msgspec.json.decode(file.read(_LONGEST + 1))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _replace(path: Path, entries: Mapping[str, object]) -> None:
    text = msgspec.json.format(msgspec.json.encode(entries), indent=2) + b"\n"
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """No other dashboard writes meanwhile. One that is suspended with the lock in its hand is not waited for."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(descriptor)
