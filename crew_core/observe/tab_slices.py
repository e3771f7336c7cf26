"""Slices of the selected run that only one tab shows, each: they are read while it is in sight."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from crew_core.observe.slices import AppendLog, Evidence, Problem, SliceState


class OutputLine(msgspec.Struct, frozen=True):
    """One line of what an agent printed or did. ``kind`` is that of the normalized event."""

    at: str
    task_id: str
    kind: str
    text: str


class OutputSlice(msgspec.Struct, frozen=True):
    """``task_id`` None: all agents in order of arrival, but ``unread`` ones.

    ``skipped_lines`` of the files come before the first ones of their agents here, and can be read; from the line
    ``whole_from`` on nothing is left out. ``answers``: how often more was asked for and has been looked for. ``full``:
    there is room for no more, neither older nor newer lines. ``growing`` are the last lines of agents that are in the
    middle of one; they stand behind those of the log.
    """

    state: SliceState
    task_id: str | None
    attempt: int | None
    log: AppendLog[OutputLine]
    count: int
    skipped_lines: int = 0
    growing: tuple[OutputLine, ...] = ()
    unread: int = 0
    whole_from: int = 0
    answers: int = 0
    full: bool = False


class LookBack(StrEnum):
    """What is asked of the output: the newest lines, those that are there, or also some that come before them."""

    NEWEST = "newest"
    HELD = "held"
    EARLIER = "earlier"


class Box(StrEnum):
    """``INBOX``: to a task or its agent; ``OUTBOX``: from one."""

    INBOX = "inbox"
    OUTBOX = "outbox"


class Letter(msgspec.Struct, frozen=True):
    """One message. ``status`` is its newest delivery state, in pi-crew's words."""

    id: str
    box: Box
    kind: str
    sender: str
    to: str
    at: str
    text: str
    task_id: str | None = None
    status: str = ""
    urgent: bool = False
    reply_to: str | None = None
    data: str = ""

    @property
    def open(self) -> bool:
        """Nobody has acknowledged it."""
        return self.status != "acknowledged"

    @property
    def unread(self) -> bool:
        """On record, nobody has acknowledged it; where nothing is recorded of that, nobody is expected to."""
        return self.open and bool(self.status)


class MailSlice(msgspec.Struct, frozen=True):
    """All messages of the run, oldest first."""

    state: SliceState
    letters: tuple[Letter, ...]
    problems: tuple[Problem, ...] = ()


class Grade(StrEnum):
    """How a worker is doing, from its last sign of life. ``MISSING``: there has been none."""

    STARTING = "starting"
    HEALTHY = "healthy"
    WARN = "warn"
    STALE = "stale"
    DEAD = "dead"
    MISSING = "missing"


class Worker(msgspec.Struct, frozen=True):
    """A running task's worker. ``alive`` None: that cannot be known from here. Its grade depends on the moment."""

    task_id: str
    attempt: int
    pid: int | None
    started_at: str | None
    beat_at: str | None
    alive: bool | None
    doing: str = ""


class HealthSlice(msgspec.Struct, frozen=True):
    """``coordinator``: who works on the run, in words. ``evidence``: what the verdicts rest on."""

    state: SliceState
    workers: tuple[Worker, ...]
    coordinator: str
    evidence: tuple[Evidence, ...] = ()


class PlanItem(msgspec.Struct, frozen=True):
    """A task of the plan, or one that the plan names and that is no task (yet): ``task_id`` None."""

    title: str
    task_id: str | None
    role: str
    after: tuple[str, ...] = ()


class PlanPhase(msgspec.Struct, frozen=True):
    """``id``: the same while the run goes on, whatever is added to it; its name where it is empty."""

    name: str
    items: tuple[PlanItem, ...]
    id: str = ""


class Approval(msgspec.Struct, frozen=True):
    """``status`` is the record's own word: pending, approved, cancelled; ``at``: since when it says so."""

    status: str
    at: str | None = None
    by: str = ""
    asked_at: str | None = None


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class PlanChange(msgspec.Struct, frozen=True):
    """An item in which two versions of a plan differ; ``how`` says it of a changed one."""

    kind: ChangeKind
    title: str
    how: str = ""


class PlanRevision(msgspec.Struct, frozen=True):
    """What is different in the newest version of a plan than in the one before.

    ``version``: the number of the newest one, from 2. ``planner``: the task that gave both.
    """

    planner: str
    version: int
    changes: tuple[PlanChange, ...]


class PlanSlice(msgspec.Struct, frozen=True):
    """What the run means to do. ``source``: the file that says so; None when the workflow alone does.

    ``revisions``: of each plan of which there is an earlier version.
    """

    state: SliceState
    phases: tuple[PlanPhase, ...]
    approval: Approval | None = None
    source: Path | None = None
    revisions: tuple[PlanRevision, ...] = ()
