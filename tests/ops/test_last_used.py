"""When a team, a workflow or an agent was last at work here."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.status import AttemptCause, AttemptOutcome
from crew_core.observe.run_row import row_of
from crew_core.observe.slices import Liveness
from crew_core.ops.last_used import last_uses
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun


def written(project: Path, run_id: str) -> WrittenRun:
    """Its first task was done by the agent `reader`; that of `writer` was never begun."""
    tasks = (task("look"), task("change", agent="writer", after=("look",)))
    run = WrittenRun(project / ".crew" / "runs", plan(*tasks, run_id=run_id, cwd=project))
    run.record(e.RunRunning())
    starting = e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0)
    run.record(starting, "look")
    run.record(e.AttemptEnded(n=1, outcome=AttemptOutcome.COMPLETED, code="exit"), "look")
    run.record(e.TaskCompleted(), "look")
    run.snapshots()
    return run


def test_the_newest_run_of_the_project_counts(tmp_path: Path) -> None:
    old, new = (written(tmp_path, f"team_2026010203040{number}_0123456789abcdef") for number in (5, 6))
    rows = [replace(row_of(run.path), live=Liveness.LIVE) for run in (new, old)]
    uses = last_uses(rows, tmp_path)
    assert uses.teams["test"].began == new.book.state.run.started_at
    assert set(uses.teams) == set(uses.workflows) == {"test"}
    team = uses.teams["test"]
    assert (team.run_id, team.outcome, team.ended, team.task) == (new.path.name, "running", None, None)
    assert set(uses.agents) == {"reader"}
    reader = uses.agents["reader"]
    assert reader.task is not None
    assert (reader.run_id, reader.task.id, reader.outcome) == (new.path.name, "look", "completed")
    assert reader.ended is not None
    assert reader.began <= reader.ended


def test_other_projects_programs_and_damage_are_passed_over(tmp_path: Path) -> None:
    run = written(tmp_path, "team_20260102030405_0123456789abcdef")
    row = row_of(run.path)
    assert not last_uses([row], tmp_path / "other").teams
    assert not last_uses([replace(row, foreign=True)], tmp_path).teams
    run.layout.tasks.write_text("{")
    uses = last_uses([row], tmp_path)
    assert uses.teams["test"].outcome == "interrupted"
    assert not uses.agents
