"""What the person is looking at: all that decides which keys do something now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crew_core.model.state import Run, Task
from crew_core.model.status import RunStatus, TaskStatus


class Region(StrEnum):
    """The parts of the screen that can have the focus."""

    RUNS = "runs"
    AGENTS = "agents"
    PROGRESS = "progress"
    OUTPUT = "output"


TABS = (Region.AGENTS, Region.PROGRESS, Region.OUTPUT)

_AGAIN = frozenset({TaskStatus.FAILED, TaskStatus.CANCELLED})
_RESUMABLE = frozenset({RunStatus.BLOCKED, RunStatus.FAILED, RunStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Situation:
    """`run` and `task` are the selected ones, as last read; `interrupted`: active, and no coordinator lives."""

    region: Region = Region.RUNS
    tab: Region = Region.AGENTS
    run: Run | None = None
    run_known: bool = False
    interrupted: bool = False
    tasks: Sequence[Task] = ()
    task: Task | None = None
    rows: int = 0
    following: bool = False
    zoomed: bool = False
    narrow: bool = False
    read_only: bool = False
    messages: bool = False

    @property
    def may_act(self) -> bool:
        return not self.read_only

    @property
    def may_end_run(self) -> bool:
        """A blocked run has ended for its coordinator, but not for the person."""
        run = self.run
        return self.may_act and run is not None and (not run.status.ended or run.status is RunStatus.BLOCKED)

    @property
    def may_end_task(self) -> bool:
        return self.may_act and self.task is not None and not self.task.status.ended

    @property
    def may_retry_task(self) -> bool:
        return self.may_act and self.task is not None and self.task.status in _AGAIN

    @property
    def may_retry_run(self) -> bool:
        return self.may_act and self.run is not None and any(task.status in _AGAIN for task in self.tasks)

    @property
    def may_resume(self) -> bool:
        run = self.run
        return self.may_act and run is not None and (self.interrupted or run.status in _RESUMABLE)

    @property
    def can_go_back(self) -> bool:
        """Esc has something to undo; it never quits."""
        return self.messages or self.zoomed or self.region is not Region.RUNS
