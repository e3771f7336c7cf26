"""One run in the middle of its work, as the tabs Health, Graph, Mail and Plan see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace
from msgspec.structs import replace as with_changes

from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, AttemptPhase
from crew_core.observe.slices import Evidence, RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import (
    Approval,
    Box,
    HealthSlice,
    Letter,
    MailSlice,
    PlanItem,
    PlanPhase,
    PlanSlice,
    Worker,
)
from tests.tui.builders import ROOT, a_busy_project, ago

RUN_DIR = ROOT / "r"
HOSTILE = "\x1b[2J\x1b]0;owned\x07go\u202eal\nsecond line [red]x[/] \U0001f9d1\u200d\U0001f4bb \u4f60\u597d"


def attempt(n: int, start: float, end: float | None, outcome: AttemptOutcome | None = None, **changes: Any) -> Attempt:
    """An attempt from `start` to `end` seconds before now."""
    given: dict[str, Any] = {
        "n": n,
        "cause": AttemptCause.FIRST if n == 1 else AttemptCause.RETRY,
        "phase": AttemptPhase.RUNNING if end is None else AttemptPhase.ENDED,
        "worker_id": f"w{n}",
        "at": ago(start),
        "started_at": ago(start),
        "ended_at": None if end is None else ago(end),
        "outcome": outcome,
    }
    return Attempt(**{**given, **changes})


def ran(task: Task, *attempts: Attempt) -> Task:
    """The task with these attempts, the last of which ended it or goes on."""
    last = attempts[-1].ended_at if task.status.ended else None
    return with_changes(task, attempts=attempts, started_at=attempts[0].started_at, finished_at=last)


def worker(task_id: str, beat: float | None = 1.0, **changes: Any) -> Worker:
    """A worker that was last heard of `beat` seconds ago."""
    given: dict[str, Any] = {
        "task_id": task_id,
        "attempt": 1,
        "pid": 48112,
        "started_at": ago(100),
        "beat_at": None if beat is None else ago(beat),
        "alive": True,
    }
    return Worker(**{**given, **changes})


def letter(id: str, box: Box = Box.INBOX, **changes: Any) -> Letter:
    given: dict[str, Any] = {
        "id": id,
        "box": box,
        "kind": "message",
        "sender": "leader",
        "to": "04_tests",
        "at": ago(60),
        "text": f"text of {id}",
        "status": "delivered",
    }
    return Letter(**{**given, **changes})


def mail(*letters: Letter, state: SliceState = SliceState.READY) -> MailSlice:
    return MailSlice(state, letters)


def health(*workers: Worker, **changes: Any) -> HealthSlice:
    given: dict[str, Any] = {
        "state": SliceState.READY if workers else SliceState.EMPTY,
        "workers": workers,
        "coordinator": "coordinator pid 3, epoch 2, holds the lock since 2026-05-15T14:00:00Z",
    }
    return HealthSlice(**{**given, **changes})


def a_run_in_every_tab() -> dict[SliceName, object]:
    slices = a_busy_project()
    tasks, run = slices[SliceName.TASKS], slices[SliceName.RUN]
    assert isinstance(tasks, TasksSlice)
    assert isinstance(run, RunSlice)
    spans = {
        "01_explore": (attempt(1, 252, 200, AttemptOutcome.COMPLETED),),
        "02_plan": (attempt(1, 190, 150, AttemptOutcome.COMPLETED),),
        "03_execute": (attempt(1, 148, 100, AttemptOutcome.FAILED),),
        "04_tests": (attempt(1, 148, 90, AttemptOutcome.FAILED), attempt(2, 50, None)),
        "05_docs": (attempt(1, 148, None),),
    }
    members = tuple(ran(task, *spans[task.id]) if task.id in spans else task for task in tasks.tasks)
    doubt = Evidence("no-answer", "its result is empty: the agent said nothing", RUN_DIR / "tasks.json")
    held = Evidence("lock-held", "coordinator pid 3, epoch 2, holds the lock", RUN_DIR / "coordinator.lock")
    slices[SliceName.TASKS] = replace(tasks, tasks=members, doubts={"02_plan": doubt})
    slices[SliceName.RUN] = replace(run, path=RUN_DIR, evidence=(held,))
    slices[SliceName.HEALTH] = health(worker("04_tests", doing="bash npm test"), worker("05_docs", 74))
    slices[SliceName.MAIL] = mail(
        letter("m0", kind="group-join", sender="team", to="leader", at=ago(200), status="acknowledged"),
        letter("m1", Box.OUTBOX, sender="05_docs", to="leader", status="queued", text="Need the final names"),
        letter(
            "m2",
            kind="steer",
            at=ago(12),
            urgent=True,
            task_id="04_tests",
            reply_to="m0",
            text="Please keep the public API unchanged\nand report when the refresh tests pass.",
            data='{"priority": "urgent", "paths": ["src/auth", "src/session"]}',
        ),
    )
    slices[SliceName.PLAN] = a_plan()
    return slices


def a_plan(source: Path | None = RUN_DIR / "adaptive-plan.json") -> PlanSlice:
    return PlanSlice(
        SliceState.READY,
        (
            PlanPhase("explore", (PlanItem("explore", "01_explore", "explorer"),)),
            PlanPhase("plan", (PlanItem("plan", "02_plan", "planner", ("01_explore",)),)),
            PlanPhase(
                "execute",
                (
                    PlanItem("split session store", "03_execute", "executor", ("02_plan",)),
                    PlanItem("rotate refresh tokens", "04_tests", "executor", ("02_plan",)),
                    PlanItem("update docs", None, "writer", ("03_execute", "04_tests")),
                ),
            ),
        ),
        Approval("pending", ago(660)),
        source,
    )
