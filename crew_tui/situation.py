"""What the person is looking at: all that decides which keys do something now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crew_core.model.asks import Ask, AskKind
from crew_core.model.state import Run, Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.model.steering import SteerKind
from crew_core.observe.slices import Liveness, RunRow
from crew_tui.actions import Action
from crew_tui.run_words import fixed_word


class Region(StrEnum):
    """Where keys go to: the parts of the main screen, then the screens that cover it."""

    RUNS = "runs"
    AGENTS = "agents"
    PROGRESS = "progress"
    MAIL = "mail"
    OUTPUT = "output"
    HEALTH = "health"
    PLAN = "plan"
    GRAPH = "graph"
    TRANSCRIPT = "transcript"
    TEXT = "text"
    REPLAY = "replay"
    RESOURCES = "resources"
    ALERTS = "alerts"


#: The tabs of the selected run, in the order of their numbers.
TABS = (Region.AGENTS, Region.PROGRESS, Region.MAIL, Region.OUTPUT, Region.HEALTH, Region.PLAN, Region.GRAPH)

_AGAIN = frozenset({TaskStatus.FAILED, TaskStatus.CANCELLED})
_RESUMABLE = frozenset({RunStatus.BLOCKED, RunStatus.FAILED, RunStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Situation:
    """`run` and `task` are the selected ones, as last read; `interrupted`: active, and no coordinator lives.

    `offers` are the actions that the focused pane or screen itself can carry out now. `foreign`: the run cannot be
    steered from here; neither one with words for `newer`. While runs are `marked`, what is done to a run is done to
    them. `folded`: whether what is selected is folded; None where it has nothing to fold. `narrow`: there is room for
    one part of the main screen at a time; `small`: for none.
    """

    region: Region = Region.RUNS
    tab: Region = Region.AGENTS
    run: Run | None = None
    run_known: bool = False
    interrupted: bool = False
    tasks: Sequence[Task] = ()
    task: Task | None = None
    rows: int = 0
    zoomed: bool = False
    narrow: bool = False
    small: bool = False
    read_only: bool = False
    messages: bool = False
    foreign: bool = False
    newer: str = ""
    marked: tuple[RunRow, ...] = ()
    filtered: bool = False
    folded: bool | None = None
    offers: frozenset[Action] = frozenset()

    @property
    def may_act(self) -> bool:
        return not self.read_only

    @property
    def may_steer(self) -> bool:
        """The selected run takes commands from here."""
        return self.may_act and not self.foreign and not self.newer

    @property
    def may_end_run(self) -> bool:
        """A blocked run has ended for its coordinator, but not for the person."""
        if self.marked:
            return self.may_act and any(can_end(row) for row in self.marked)
        run = self.run
        return self.may_steer and run is not None and (not run.status.ended or run.status is RunStatus.BLOCKED)

    @property
    def may_end_task(self) -> bool:
        return self.may_steer and self.task is not None and not self.task.status.ended

    @property
    def may_retry_task(self) -> bool:
        return self.may_steer and self.task is not None and self.task.status in _AGAIN

    @property
    def open_ask(self) -> Ask | None:
        """What the selected task asks, if it can be answered from here."""
        return self.task.open_ask if self.task is not None and self.takes(SteerKind.ANSWER) else None

    @property
    def may_decide(self) -> bool:
        ask = self.open_ask
        return ask is not None and ask.kind is AskKind.PERMISSION

    def takes(self, *kinds: SteerKind) -> bool:
        """The selected task's agent works, and can be sent one of these."""
        attempt = self.task.current if self.task is not None and self.may_steer else None
        return attempt is not None and any(kind in attempt.takes for kind in kinds)

    @property
    def may_retry_run(self) -> bool:
        if self.marked:
            return self.may_act and any(can_retry(row) for row in self.marked)
        return self.may_steer and self.run is not None and any(task.status in _AGAIN for task in self.tasks)

    @property
    def may_resume(self) -> bool:
        if self.marked:
            return self.may_act and any(can_resume(row) for row in self.marked)
        run = self.run
        return self.may_steer and run is not None and (self.interrupted or run.status in _RESUMABLE)

    @property
    def can_go_back(self) -> bool:
        """Esc has something to undo; it never quits."""
        return bool(self.messages or self.zoomed or self.marked or self.filtered) or self.region is not Region.RUNS


def can_end(row: RunRow) -> bool:
    return not fixed_word(row) and row.status is not None and (not row.status.ended or row.status is RunStatus.BLOCKED)


def can_retry(row: RunRow) -> bool:
    return not fixed_word(row) and row.status in (RunStatus.FAILED, RunStatus.CANCELLED)


def can_resume(row: RunRow) -> bool:
    return not fixed_word(row) and (row.live is Liveness.INTERRUPTED or row.status in _RESUMABLE)
