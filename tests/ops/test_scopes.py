"""Whose runs are looked at, and what is told where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crew_core.observe.slices import Looked, OtherRuns
from crew_core.ops.scopes import EVERYWHERE, Scope, around, scopes_of
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun


def test_a_project_without_runs_tells_where_it_looked_and_what_all_projects_have(tmp_path: Path) -> None:
    project = tmp_path / "acme"
    (project / ".git").mkdir(parents=True)
    scopes = scopes_of(project)
    places = tuple(project / each for each in (".crew/runs", ".crew/state/runs", ".pi/teams/state/runs"))
    assert around(scopes[0], scopes) == Looked(places, (OtherRuns(EVERYWHERE, 0),))


def test_runs_of_other_scopes_are_counted_and_what_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    WrittenRun(tmp_path / "runs", plan(task("a")))

    def shut() -> Sequence[Path]:
        raise PermissionError

    here = Scope("here", lambda: (tmp_path / "none",))
    scopes = (here, Scope("there", lambda: (tmp_path / "runs",)), Scope("shut", shut))
    looked = Looked((tmp_path / "none",), (OtherRuns("there", 1), OtherRuns("shut", None)))
    assert around(here, scopes) == looked
