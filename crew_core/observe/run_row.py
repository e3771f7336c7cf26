"""The line of one run in the list, from the small files that say enough: no journal and no tasks are read."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from crew_core.model.plan import RunPlan
from crew_core.model.snapshots import Manifest
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.liveness import liveness
from crew_core.observe.slices import Liveness, RunRow
from crew_core.store.errors import NewerFormat, StoreError
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import decode_any_format

T = TypeVar("T")

#: The files whose change can change the row.
ROW_FILES = frozenset({"manifest.json", "workflow.json", "coordinator.lock"})


def row_of(run_dir: Path) -> RunRow:
    """The row of one run, as its files say it now."""
    return with_liveness(read_row(RunLayout(run_dir)))


def read_row(layout: RunLayout) -> RunRow:
    """The row without liveness, which no file's content can tell. Its id is the directory's name, whatever they say."""
    try:
        run, newer = _read(layout.manifest, Manifest)
    except FileNotFoundError:
        return _planned_row(layout)
    except NewerFormat as error:
        return _unknown_row(layout, error.told, newer=error.told)
    except (OSError, StoreError) as error:
        return _unknown_row(layout, f"manifest.json: {error}")
    counts = run.task_counts
    return RunRow(
        run_id=layout.run_id,
        path=layout.root,
        project=run.project_root or run.cwd,
        team=run.team,
        workflow=run.workflow,
        goal=run.goal,
        status=run.status,
        live=Liveness.UNKNOWN,
        created_at=run.created_at,
        updated_at=run.updated_at,
        finished_at=run.finished_at,
        done=sum(number for status, number in counts.items() if status.ended),
        total=sum(counts.values()),
        running=counts.get(TaskStatus.RUNNING, 0),
        needs_you=bool(run.paused or run.waiting) or run.status is RunStatus.BLOCKED,
        why=newer or _why(run),
        spent_by_day=run.spent_by_day,
        newer=newer,
        clock_spent_s=run.clock_spent_s,
        clock_since=run.clock_since,
    )


def _read(path: Path, kind: type[T]) -> tuple[T, str]:
    """The record, also of a newer format as far as we understand it, and the words for that."""
    record, newer = decode_any_format(path, path.read_bytes(), kind)
    return record, newer.told if newer else ""


def _why(run: Manifest) -> str:
    if run.paused:
        return f"{run.paused} is paused"
    return f"{run.waiting} waits for you" if run.waiting else run.summary or ""


def _planned_row(layout: RunLayout) -> RunRow:
    """A run whose coordinator has written nothing yet."""
    try:
        plan, newer = _read(layout.plan, RunPlan)
    except NewerFormat as error:
        return _unknown_row(layout, error.told, newer=error.told)
    except (OSError, StoreError) as error:
        return _unknown_row(layout, f"neither manifest.json nor workflow.json can be read: {error}")
    return RunRow(
        run_id=layout.run_id,
        path=layout.root,
        project=plan.project_root or plan.cwd,
        team=plan.team,
        workflow=plan.workflow,
        goal=plan.goal,
        status=RunStatus.QUEUED,
        live=Liveness.UNKNOWN,
        created_at=plan.created_at,
        updated_at=plan.created_at,
        finished_at=None,
        done=0,
        total=len(plan.tasks),
        running=0,
        needs_you=False,
        why=newer or "waits for its coordinator",
        newer=newer,
    )


def _unknown_row(layout: RunLayout, problem: str, *, newer: str = "") -> RunRow:
    return RunRow(
        run_id=layout.run_id,
        path=layout.root,
        project="",
        team="",
        workflow="",
        goal="",
        status=None,
        live=Liveness.UNKNOWN,
        created_at="",
        updated_at="",
        finished_at=None,
        done=0,
        total=0,
        running=0,
        needs_you=False,
        problem=problem.splitlines()[0],
        newer=newer,
    )


def with_liveness(row: RunRow) -> RunRow:
    """The row with whether somebody works on the run now."""
    live = liveness(row.path, row.status)
    interrupted = live is Liveness.INTERRUPTED
    why = "no coordinator works on it: resume" if interrupted and not row.newer else row.why
    return replace(row, live=live, why=why, needs_you=row.needs_you or interrupted)
