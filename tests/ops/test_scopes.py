"""Whose runs are looked at, and what is told where there are none."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from crew_core.observe.slices import Looked, OtherRuns
from crew_core.ops.scopes import EVERYWHERE, Scope, around, scope_of_projects, scopes_of
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
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    scopes = (
        *(here, Scope("there", lambda: (tmp_path / "runs",)), Scope("shut", shut)),
        *(Scope("broken", lambda: (in_the_way,)), Scope("some", lambda: (in_the_way, tmp_path / "runs"))),
    )
    others = (("there", 1), ("shut", None), ("broken", None), ("some", 1))
    assert around(here, scopes) == Looked((tmp_path / "none",), tuple(OtherRuns(*each) for each in others))


def test_a_project_that_is_removed_while_one_looks_is_one_without_runs(tmp_path: Path) -> None:
    project = tmp_path / "acme"
    run = WrittenRun(project / ".crew" / "runs", plan(task("a")))
    scopes = (*scopes_of(project), scope_of_projects([project]))
    assert [each.total for each in scopes] == [1, 1, 1]
    shutil.rmtree(project)
    assert [each.total for each in scopes] == [0, 0, 0]
    assert all(run.path.parent in each.find() for each in scopes)
    assert around(scopes[1], scopes).others[0].total == 0
