"""What can be asked of runs. Words mean what the list shows."""

from __future__ import annotations

from datetime import datetime

from crew_core.model.status import RunStatus
from crew_core.observe.slices import Liveness, RunRow
from crew_tui.filtering.fields import Choice, Number, Schema, Span, Text
from crew_tui.grouping import Group, group_of
from crew_tui.quantities import elapsed, moment
from crew_tui.run_clock import run_worked_s
from crew_tui.run_words import FOREIGN, INTERRUPTED, UNKNOWN, project_name, status_word
from crew_tui.spent_words import cost_of_run

MINE, DOUBTED, ACTIVE, ENDED = "mine", "doubted", "active", "ended"


def _is(row: RunRow) -> tuple[str, ...]:
    whose = FOREIGN if row.foreign else MINE
    doubted = (DOUBTED,) if row.doubt else ()
    if row.status is None:
        return (whose, *doubted)
    return (whose, *doubted, ENDED if row.status.ended else ACTIVE)


def _age(row: RunRow, now: datetime) -> float | None:
    return elapsed(row.finished_at or row.created_at, None, now)


def _took(row: RunRow, now: datetime) -> float | None:
    """Of one that nobody works on, nothing goes on."""
    live = row.live is Liveness.LIVE
    known = now if live else moment(row.updated_at) or now
    return run_worked_s(row, row.created_at, row.finished_at, known, live=live)


def _count(number: int, row: RunRow) -> int | None:
    return number if row.total else None


RUNS: Schema[RunRow] = Schema(
    fields=(
        Choice("status", (*(each.value for each in RunStatus), INTERRUPTED, UNKNOWN), lambda row: (status_word(row),)),
        Choice("is", (MINE, FOREIGN, DOUBTED, ACTIVE, ENDED), _is),
        Choice("needs", ("you",), lambda row: ("you",) if group_of(row) is Group.NEEDS_YOU else ()),
        Text("team", lambda row: (row.team,)),
        Text("workflow", lambda row: (row.workflow,)),
        Text("goal", lambda row: (row.goal,)),
        Text("project", lambda row: (project_name(row), row.project)),
        # The list shows the end of the id.
        Text("id", lambda row: (row.run_id, row.run_id.rpartition("_")[2][-8:])),
        Span("age", _age),
        Span("updated", lambda row, now: elapsed(row.updated_at, None, now)),
        Span("duration", _took),
        Number("done", lambda row: _count(row.done, row)),
        Number("tasks", lambda row: _count(row.total, row)),
        Number("running", lambda row: _count(row.running, row)),
        Number("cost", cost_of_run),
    ),
    text=lambda row: "\n".join((row.run_id, row.goal, row.team, row.workflow, project_name(row), status_word(row))),
)
