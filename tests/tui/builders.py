"""Runs, tasks and slices as a dashboard test wants them, all at one frozen moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from crew_core.model.events import Event, EventMetadata
from crew_core.model.prices import Price
from crew_core.model.progress import Progress
from crew_core.model.spent import Spent, spent_by
from crew_core.model.state import Attempt, Run, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, AttemptPhase, RunStatus, TaskStatus
from crew_core.model.usage import Usage
from crew_core.observe.slices import (
    AppendLog,
    EventsSlice,
    Evidence,
    LinkSlice,
    LinkState,
    Liveness,
    RunRow,
    RunSlice,
    RunsSlice,
    SliceName,
    SliceState,
    TasksSlice,
)
from crew_core.observe.tab_slices import (
    Approval,
    Box,
    HealthSlice,
    Letter,
    MailSlice,
    OutputLine,
    OutputSlice,
    PlanItem,
    PlanPhase,
    PlanSlice,
    Worker,
)
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Kept, Line
from crew_tui.panes.frame import Frame
from crew_tui.panes.run_list import RunList
from crew_tui.panes.run_rows import RunRows
from crew_tui.panes.runs_view import runs_lines

NOW = datetime(2026, 5, 15, 14, 3, 22, tzinfo=UTC)
ROOT = Path("/src/acme-api/.crew/runs")
STATUS = {word.value: word for word in RunStatus}


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def frame(width: int = 80, height: int = 24, **changes: Any) -> Frame:
    return Frame(**{"now": NOW, "width": width, "height": height, "glyphs": UNICODE, "zone": UTC, **changes})


def row(number: int, status: RunStatus | None = RunStatus.COMPLETED, *, seconds: float = 600, **changes: Any) -> RunRow:
    run_id = f"team_20260515140000_{number:016x}"
    active = status is not None and not status.ended
    given: dict[str, Any] = {
        "run_id": run_id,
        "path": ROOT / run_id,
        "project": "acme-api",
        "team": "default",
        "workflow": "fast-fix",
        "goal": f"Goal number {number}",
        "status": status,
        "live": Liveness.LIVE if active else Liveness.ENDED,
        "created_at": ago(seconds),
        "updated_at": ago(1),
        "finished_at": None if active else ago(seconds / 2),
        "done": 1 if active else 3,
        "total": 3,
        "running": int(active),
        "needs_you": False,
    }
    return RunRow(**{**given, **changes})


def runs(*rows: RunRow, state: SliceState = SliceState.READY) -> RunsSlice:
    return RunsSlice(state, rows, len(rows))


def list_lines(
    shown: RunsSlice, on: Frame, kept: Kept[Line] | None = None, order: RunList | None = None, **options: Any
) -> RunRows:
    """The list of runs, without `order` all of them in the usual one."""
    order = RunList() if order is None else order
    order.take(shown.rows)
    return runs_lines(shown, on, Kept() if kept is None else kept, order, **options)


def task(
    id: str,
    status: TaskStatus = TaskStatus.QUEUED,
    *,
    model: str | None = None,
    spent: Spent | None = None,
    began: float = 60,
    ended: float = 19,
    **changes: Any,
) -> Task:
    """`model` and `spent` are those of its one attempt; `began` and `ended` are so many seconds ago."""
    begun = status not in (TaskStatus.QUEUED, TaskStatus.SKIPPED)
    attempt = Attempt(
        n=1,
        cause=AttemptCause.FIRST,
        phase=AttemptPhase.ENDED if status.ended else AttemptPhase.RUNNING,
        worker_id=f"w-{id}",
        at=ago(began),
        started_at=ago(began),
        model=model,
        spent=spent,
    )
    given: dict[str, Any] = {
        "id": id,
        "run_id": "r",
        "step_id": id.partition("_")[2] or id,
        "role": "worker",
        "agent": "executor",
        "title": id,
        "status": status,
        "cwd": "/src/acme-api",
        "attempts": (attempt,) if begun else (),
        "started_at": ago(began) if begun else None,
        "finished_at": ago(ended) if status.ended and begun else None,
    }
    return Task(**{**given, **changes})


def run_of(of: RunRow, **changes: Any) -> Run:
    assert of.status is not None
    given: dict[str, Any] = {
        "run_id": of.run_id,
        "team": of.team,
        "workflow": of.workflow,
        "goal": of.goal,
        "status": of.status,
        "created_at": of.created_at,
        "updated_at": of.updated_at,
        "started_at": of.created_at,
        "finished_at": of.finished_at,
        "cwd": "/src/acme-api",
    }
    return Run(**{**given, **changes})


def run_slice(of: RunRow, **changes: Any) -> RunSlice:
    given: dict[str, Any] = {"state": SliceState.READY, "path": of.path, "run": run_of(of), "live": of.live}
    return RunSlice(**{**given, **changes})


def tasks(*members: Task, **reasons: str) -> TasksSlice:
    return TasksSlice(SliceState.READY, members, reasons)


def event(
    seq: int,
    type: str,
    task_id: str | None = None,
    message: str | None = None,
    *,
    seconds: float | None = None,
    **data: Any,
) -> Event:
    """`seconds` ago; default: one after the other within the last minute."""
    return Event(
        time=ago(60 - seq if seconds is None else seconds),
        type=type,
        run_id="r",
        metadata=EventMetadata(seq=seq),
        task_id=task_id,
        message=message,
        data=data,
    )


def events(*members: Event) -> EventsSlice:
    log: AppendLog[Event] = AppendLog()
    for each in members:
        log.append(each)
    return EventsSlice(SliceState.READY, log, len(members))


def output(lines: Iterable[tuple[str, str, str]], task_id: str | None = None) -> OutputSlice:
    log: AppendLog[OutputLine] = AppendLog()
    for number, (of, kind, text) in enumerate(lines):
        log.append(OutputLine(ago(50 - number), of, kind, text))
    return OutputSlice(SliceState.READY, task_id, 1, log, len(log))


LINK = LinkSlice("inotify", LinkState.LIVE, ago(0))


def progress(*said: str, **changes: Any) -> Progress:
    return Progress(recent_output=said, last_activity_at=ago(2), **changes)


def letter(id: str, box: Box, sender: str, to: str, text: str, *, seconds: float = 60, **changes: Any) -> Letter:
    return Letter(
        **{
            "id": id,
            "box": box,
            "kind": "message",
            "sender": sender,
            "to": to,
            "at": ago(seconds),
            "text": text,
            **changes,
        }
    )


MAIL = MailSlice(
    SliceState.READY,
    (
        letter(
            "m1", Box.OUTBOX, "03_execute", "leader", "Group 7f21 is complete (2 of 2).", kind="group_join", seconds=240
        ),
        letter(
            "m2", Box.INBOX, "leader", "03_execute", "Also cover the refresh path", status="acknowledged", seconds=180
        ),
        letter(
            "m3",
            Box.OUTBOX,
            "05_docs",
            "leader",
            "Need the final function names before I can write on.",
            task_id="05_docs",
        ),
        letter(
            "m4",
            Box.INBOX,
            "leader",
            "04_tests",
            "Please keep the public API unchanged and report when the refresh tests pass.",
            kind="steer",
            urgent=True,
            status="delivered",
            task_id="04_tests",
            seconds=12,
        ),
    ),
)

HEALTH = HealthSlice(
    SliceState.READY,
    (
        Worker("04_tests", 2, 48112, ago(41), ago(1), True, "bash npm test -- auth/session"),
        Worker("05_docs", 1, 48119, ago(73), ago(34), True, "writing"),
    ),
    "coordinator pid 48100, epoch 1, holds the lock since 14:00:02",
    (Evidence("lock-held", "a coordinator holds the lock of the run", Path("/r/coordinator.lock"), 10),),
)

PLAN = PlanSlice(
    SliceState.READY,
    (
        PlanPhase("explore", (PlanItem("find the session code", "01_explore", "explorer"),)),
        PlanPhase("plan", (PlanItem("decide what to split", "02_plan", "planner", ("01_explore",)),)),
        PlanPhase(
            "execute",
            (
                PlanItem("split the session store", "03_execute", "executor", ("02_plan",)),
                PlanItem("rotate refresh tokens", "04_tests", "test-engineer", ("02_plan",)),
                PlanItem("update the docs", "05_docs", "writer", ("02_plan",)),
            ),
        ),
    ),
    Approval("approved", ago(120), "operator"),
    Path("/r/artifacts/adaptive-plan.json"),
)


def _tried_again(member: Task) -> Task:
    """Its first attempt failed, and the one that it has is the second."""
    (second,) = member.attempts
    failed = replace(
        second,
        phase=AttemptPhase.ENDED,
        ended_at=ago(61),
        outcome=AttemptOutcome.FAILED,
        message="exit status 1",
        exit_code=1,
        spent=None,
    )
    second = replace(second, n=2, cause=AttemptCause.RETRY, at=ago(60), started_at=ago(60), worker_id="w-04-2")
    return replace(member, attempts=(failed, second), retries_spent=1, max_retries=2)


def a_busy_project() -> dict[SliceName, object]:
    """Seven runs, one of them in the middle of its work: what most screens are looked at with."""
    working = row(
        0xCFC0CF97,
        RunStatus.RUNNING,
        seconds=252,
        goal="Refactor auth middleware and add regression tests",
        workflow="implementation",
        total=7,
        done=4,
    )
    listed = runs(
        working,
        row(0x4565AE5A, RunStatus.RUNNING, seconds=52, workflow="parallel-review", total=5, done=1),
        row(0x9E01B7D2, RunStatus.BLOCKED, seconds=660, total=6, done=2, needs_you=True, why="no worker slot"),
        row(0x2ADC6C64, RunStatus.RUNNING, seconds=7300, live=Liveness.INTERRUPTED, needs_you=True),
        row(0x94CD24FB, RunStatus.FAILED, seconds=2400, done=2),
        row(0x663C7957, seconds=3720),
        row(0x7F5F4955, RunStatus.CANCELLED, seconds=9000, done=1, total=4),
    )
    members = tasks(
        task(
            "01_explore",
            TaskStatus.COMPLETED,
            agent="explorer",
            began=250,
            ended=209,
            model="claude-sonnet-4-5",
            spent=spent_by(Usage(input=12_600, output=1_400, cache_read=41_000, cost=0.0712), None),
            agent_progress=progress("42 modules", tokens=14_000),
        ),
        task(
            "02_plan",
            TaskStatus.COMPLETED,
            agent="planner",
            began=208,
            ended=177,
            model="gpt-5.1-codex",
            spent=spent_by(Usage(input=30_000, output=2_000), Price(1.25, 10)),
            depends_on=("01_explore",),
        ),
        task("03_execute", TaskStatus.FAILED, error="exit status 2", began=176, ended=150, depends_on=("02_plan",)),
        _tried_again(
            task(
                "04_tests",
                TaskStatus.RUNNING,
                agent="test-engineer",
                depends_on=("02_plan",),
                model="qwen2.5-coder",
                began=176,
                spent=spent_by(Usage(input=11_000, output=1_100), None),
                agent_progress=progress(
                    current_tool="bash",
                    current_tool_args="npm test -- auth/session",
                    current_tool_started_at=ago(8),
                    tokens=12_100,
                ),
            )
        ),
        task(
            "05_docs",
            TaskStatus.RUNNING,
            agent="writer",
            began=176,
            depends_on=("02_plan",),
            agent_progress=progress("## Migration notes", "Sessions are now rotated."),
        ),
        task("06_verify", depends_on=("04_tests", "05_docs")),
        task("07_report", TaskStatus.SKIPPED, depends_on=("03_execute",)),
        **{
            "03_execute": "exit status 2",
            "06_verify": "waits for 04_tests, 05_docs",
            "07_report": "skipped because 03_execute did not complete",
        },
    )
    journal = events(
        event(1, "run.created", message="Refactor auth middleware", seconds=252),
        event(2, "run.running", seconds=251),
        event(3, "attempt.starting", "01_explore", n=1, cause="first", program="claude", seconds=250),
        event(4, "task.completed", "01_explore", exit_code=0, seconds=209),
        event(5, "task.progress", "02_plan", seconds=190),
        event(6, "task.completed", "02_plan", seconds=177),
        event(
            7, "attempt.ended", "03_execute", n=1, outcome="failed", code="exit", detail="exit status 2", seconds=150
        ),
        event(8, "task.failed", "03_execute", code="exit", error="exit status 2", seconds=150),
        event(9, "task.skipped", "07_report", because="03_execute", seconds=150),
        event(10, "attempt.starting", "04_tests", n=2, cause="retry", seconds=60),
    )
    printed = output(
        [
            ("04_tests", "tool_start", "bash npm test -- auth"),
            ("05_docs", "text", "## Migration notes"),
            ("04_tests", "text", "PASS test/auth/session.test.ts (12)"),
            ("04_tests", "error", "FAIL test/auth/refresh.test.ts › rotates token"),
            ("05_docs", "text", "    indented = kept"),
        ]
    )
    return {
        SliceName.RUNS: listed,
        SliceName.LINK: LINK,
        SliceName.RUN: run_slice(working, evidence=HEALTH.evidence),
        SliceName.TASKS: members,
        SliceName.EVENTS: journal,
        SliceName.OUTPUT: printed,
        SliceName.MAIL: MAIL,
        SliceName.HEALTH: HEALTH,
        SliceName.PLAN: PLAN,
    }
