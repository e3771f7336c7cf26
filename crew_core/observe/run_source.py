"""One run on disk, whoever wrote it: what the store thread asks of its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from crew_core.model.events import Event
from crew_core.model.state import Run, Task
from crew_core.model.transcript import AgentEvent
from crew_core.observe.slices import AppendLog, Evidence, Liveness, Problem
from crew_core.observe.tab_slices import HealthSlice, MailSlice, PlanSlice
from crew_core.observe.watcher import Hints

Decode = Callable[[bytes], Sequence[AgentEvent]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a run at a moment. Parts that did not change are the same objects as before.

    ``run`` None: nothing has happened yet, or nothing can be read. ``gone``: its directory is not there any more.
    ``newer``: that a newer crew-tui has written it, in words. ``unread`` and ``plan_waits``: see ``RunSlice``.
    """

    run: Run | None
    live: Liveness
    why: str
    tasks: tuple[Task, ...]
    log: AppendLog[Event]
    count: int
    reasons: Mapping[str, str] = field(default_factory=dict)
    task_doubts: Mapping[str, Evidence] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    doubts: tuple[Evidence, ...] = ()
    gone: bool = False
    newer: str = ""
    unread: int = 0
    plan_waits: bool = False


@dataclass(frozen=True, slots=True)
class AgentFile:
    """What one attempt's agent printed, as events: the file and what makes events of its lines.

    ``decoder`` gives one that wants lines in order, from the beginning of the file or from somewhere.
    """

    task_id: str
    attempt: int
    path: Path
    decoder: Callable[[], Decode]


class RunSource(Protocol):
    """Owned by one thread. Never raises for what is on disk: damage becomes a problem."""

    @property
    def foreign(self) -> bool:
        """It was written by another program, and can only be looked at."""

    def read(self, hints: Hints) -> Known:
        """Take in what has changed; the very same object when nothing has."""

    def watched(self) -> Set[Path]:
        """The directories in which something may change."""

    def agent_file(self, task: Task) -> AgentFile | None:
        """The transcript of the task's newest attempt."""

    def mail(self) -> MailSlice: ...

    def health(self) -> HealthSlice: ...

    def plan(self) -> PlanSlice: ...


def source_of(run_dir: Path) -> RunSource:
    """The reader that understands the directory."""
    from crew_core.observe.picrew.formats import is_picrew_run

    if is_picrew_run(run_dir):
        from crew_core.observe.picrew.source import PicrewRun

        return PicrewRun(run_dir)
    from crew_core.observe.own_run import OwnRun

    return OwnRun(run_dir)
