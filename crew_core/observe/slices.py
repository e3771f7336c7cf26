"""What a screen is made of: immutable pieces of the state, the same object as long as nothing in them changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from crew_core.model.events import Event
from crew_core.model.state import Run, Task
from crew_core.model.status import RunStatus

T = TypeVar("T")


class SliceName(StrEnum):
    RUNS = "runs"
    RUN = "run"
    TASKS = "tasks"
    EVENTS = "events"
    OUTPUT = "output"
    LINK = "link"


class SliceState(StrEnum):
    """How far a slice can be believed. ``PARTIAL``: shown is true, something is missing; the problems say what."""

    LOADING = "loading"
    READY = "ready"
    EMPTY = "empty"
    PARTIAL = "partial"
    STALE = "stale"
    ERROR = "error"


class Liveness(StrEnum):
    """Whether somebody works on a run. ``INTERRUPTED``: it is not over and no coordinator lives."""

    LIVE = "live"
    INTERRUPTED = "interrupted"
    ENDED = "ended"
    UNKNOWN = "unknown"


class LinkState(StrEnum):
    LIVE = "live"
    POLLING = "polling"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read. ``what`` is a sentence for a person."""

    path: Path
    what: str
    seq: int | None = None


class AppendLog(Generic[T]):
    """A growing sequence that many slices share: a slice is the log with the count it had at that moment.

    Appended to by the store thread only; entries below a count never change, so readers need no lock.
    """

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[T] = []

    def append(self, entry: T) -> None:
        self._entries.append(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> T:
        return self._entries[index]

    def first(self, count: int) -> Iterator[T]:
        return (self._entries[index] for index in range(count))


@dataclass(frozen=True, slots=True)
class RunRow:
    """One line of the list of runs. ``status`` None is unknown; ``why`` says what it waits for."""

    run_id: str
    path: Path
    project: str
    team: str
    workflow: str
    goal: str
    status: RunStatus | None
    live: Liveness
    created_at: str
    updated_at: str
    finished_at: str | None
    done: int
    total: int
    running: int
    needs_you: bool
    why: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RunsSlice:
    """Newest first. ``total`` counts also what is not among the rows."""

    state: SliceState
    rows: tuple[RunRow, ...]
    total: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSlice:
    """The selected run."""

    state: SliceState
    path: Path | None
    run: Run | None
    live: Liveness
    why: str = ""
    problems: tuple[Problem, ...] = ()
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class TasksSlice:
    """``reasons``: for each task why it stands as it does, empty when its status says all."""

    state: SliceState
    tasks: tuple[Task, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventsSlice:
    state: SliceState
    log: AppendLog[Event]
    count: int


@dataclass(frozen=True, slots=True)
class OutputLine:
    """One line of what an agent printed or did. ``kind`` is that of the normalized event."""

    at: str
    task_id: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class OutputSlice:
    """``task_id`` None: all agents in order of arrival. ``skipped_lines`` lie before the first one here."""

    state: SliceState
    run_id: str
    task_id: str | None
    attempt: int | None
    log: AppendLog[OutputLine]
    count: int
    skipped_lines: int = 0


@dataclass(frozen=True, slots=True)
class LinkSlice:
    """How changes are noticed, and whether that works."""

    backend: str
    state: LinkState
    as_of: str | None
    problems: tuple[Problem, ...] = ()
