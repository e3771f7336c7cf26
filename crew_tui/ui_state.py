"""What the person has arranged, kept from one dashboard to the next in a small file of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import msgspec

from crew_tui.crash import log_path
from crew_tui.state_entries import merge_entries, read_entries

#: Somebody who drags the edge of a region writes once.
DELAY_S = 1.0

T = TypeVar("T")

_Cells = Annotated[int, msgspec.Meta(ge=1, le=1000)]


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
    return _state_of(read_entries(path))


class Timer(Protocol):
    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]


def in_a_thread(delay_s: float, call: Callable[[], None]) -> Timer:
    """Call it after so many seconds, unless the program has ended by then."""
    timer = threading.Timer(delay_s, call)
    timer.daemon = True
    timer.start()
    return timer


class UiStateFile:
    """Writes what was changed here, entry by entry: what another dashboard has changed meanwhile stays.

    `remember` is called on the loop and does not wait for the disk; `close` writes what is left, when the screen is
    gone. A file that cannot be written is no reason to disturb anybody: then nothing is kept.
    """

    def __init__(self, path: Path, *, later: Later = in_a_thread) -> None:
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
                merge_entries(self._path, changes)


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
