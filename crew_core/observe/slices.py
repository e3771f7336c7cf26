"""What a screen is made of: immutable pieces of the state, the same object as long as nothing in them changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from crew_core.model.events import Event
from crew_core.model.spent import Spent
from crew_core.model.state import Run, Task
from crew_core.model.status import RunStatus

T = TypeVar("T")


class SliceName(StrEnum):
    RUNS = "runs"
    RUN = "run"
    TASKS = "tasks"
    EVENTS = "events"
    OUTPUT = "output"
    MAIL = "mail"
    HEALTH = "health"
    PLAN = "plan"
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


class Problem(msgspec.Struct, frozen=True, rename="camel"):
    """Something that could not be read. ``what`` is a sentence for a person."""

    path: Path
    what: str
    seq: int | None = None


class Evidence(msgspec.Struct, frozen=True, rename="camel"):
    """What a verdict rests on. ``rule`` is the short name of the rule that was applied, ``says`` its finding."""

    rule: str
    says: str
    path: Path | None = None
    seq: int | None = None


class AppendLog(Generic[T]):
    """A growing sequence that many slices share: a slice is the log with the count it had at that moment.

    Appended to by the store thread only; entries below a count never change, so readers need no lock.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[T] = ()) -> None:
        self._entries: list[T] = list(entries)

    def append(self, entry: T) -> None:
        self._entries.append(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> T:
        return self._entries[index]

    def first(self, count: int) -> Iterator[T]:
        return (self._entries[index] for index in range(count))


class RunRow(msgspec.Struct, frozen=True, rename="camel"):
    """One line of the list of runs. ``status`` None is unknown; ``why`` says what it waits for.

    ``foreign``: written by another program; nothing can be done to it here. ``newer``: neither to one that a newer
    crew-tui has written; these are the words for it. ``doubt``: what speaks against the recorded status, empty when
    nothing does.
    """

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
    foreign: bool = False
    doubt: str = ""
    #: What its agents have used, by day (UTC); of a foreign run nothing is said here.
    spent_by_day: Mapping[str, Spent] = {}
    newer: str = ""
    #: The run's own clock, as in `Run`; a foreign run keeps none.
    clock_spent_s: float = 0.0
    clock_since: str | None = None


class OtherRuns(msgspec.Struct, frozen=True):
    """How many runs another scope had when they were counted; None: its directories cannot be read."""

    scope: str
    total: int | None


class Looked(msgspec.Struct, frozen=True):
    """Of a list without runs: where they are looked for, whether or not it is there, and whether others have some."""

    places: tuple[Path, ...]
    others: tuple[OtherRuns, ...] = ()


class RunsSlice(msgspec.Struct, frozen=True):
    """Newest first. ``total`` counts also what is not among the rows; ``roots`` is where they were found.

    ``looked``: told only when there are none. ``as_of``: of a stale one, when it was true.
    """

    state: SliceState
    rows: tuple[RunRow, ...]
    total: int
    problems: tuple[Problem, ...] = ()
    roots: tuple[Path, ...] = ()
    looked: Looked | None = None
    as_of: str | None = None


class RunSlice(msgspec.Struct, frozen=True):
    """The selected run.

    ``evidence``: what ``live`` rests on. ``doubts``: what speaks against the recorded status of the run; the screen
    shows the record and the doubt. What speaks against a task's is in the slice of tasks. ``newer``: that a newer
    crew-tui has written it, so that it can only be looked at. ``unread``: letters that nobody has acknowledged, where
    that is recorded; ``plan_waits``: for somebody to approve it. ``as_of``: of a stale one, when it was true.
    """

    state: SliceState
    path: Path | None
    run: Run | None
    live: Liveness
    why: str = ""
    problems: tuple[Problem, ...] = ()
    as_of: str | None = None
    evidence: tuple[Evidence, ...] = ()
    doubts: tuple[Evidence, ...] = ()
    foreign: bool = False
    newer: str = ""
    unread: int = 0
    plan_waits: bool = False

    @property
    def shown(self) -> bool:
        """There is something to show of it: its record, or, where that cannot be read, what lies beside it."""
        return self.run is not None or self.state is SliceState.PARTIAL

    @property
    def fixed(self) -> bool:
        """Nothing can be done to it from here, whoever asks."""
        return self.foreign or bool(self.newer)


class TasksSlice(msgspec.Struct, frozen=True):
    """``reasons``: for each task why it stands as it does, empty when its status says all.

    ``doubts``: for a task what speaks against its recorded status.
    """

    state: SliceState
    tasks: tuple[Task, ...]
    reasons: Mapping[str, str] = {}
    doubts: Mapping[str, Evidence] = {}


class EventsSlice(msgspec.Struct, frozen=True):
    state: SliceState
    log: AppendLog[Event]
    count: int


class LinkSlice(msgspec.Struct, frozen=True):
    """How changes are noticed, and whether that works."""

    backend: str
    state: LinkState
    as_of: str | None
    problems: tuple[Problem, ...] = ()


#: As long as no run is selected.
NO_RUN = RunSlice(SliceState.EMPTY, None, None, Liveness.UNKNOWN)
NO_TASKS = TasksSlice(SliceState.EMPTY, ())
