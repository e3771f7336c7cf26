"""Finding the directories that hold runs below a path that a person names."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.observe.picrew.formats import discover, is_picrew_run, run_named_by
from tests.engine.run_builders import plan, task
from tests.observe.picrew import written
from tests.observe.picrew.written import RUN_ID
from tests.observe.written_run import WrittenRun


@pytest.mark.parametrize(
    "named", ["", ".crew", ".crew/state", ".crew/state/runs", f".crew/state/runs/{RUN_ID}", "..", "../one"]
)
def test_a_project_of_pi_crew_is_found_from_everywhere(tmp_path: Path, named: str) -> None:
    project = tmp_path / "several" / "one"
    run = written.completed(project)
    assert discover(project / named) == (run.run.parent,)


@pytest.mark.parametrize(
    ("below", "named"),
    [
        (".pi/teams", ""),
        (".pi/teams", ".pi"),
        (".pi/teams", ".pi/teams"),
        (".pi/agent/extensions/pi-crew", ""),
        (".pi/agent/extensions/pi-crew", ".pi/agent"),
        (".pi/agent/extensions/pi-crew", ".pi/agent/extensions/pi-crew"),
    ],
)
def test_other_places_of_pi_crew(tmp_path: Path, below: str, named: str) -> None:
    run = written.completed(tmp_path / "made")
    place = tmp_path / "home" / below
    place.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "made" / ".crew").rename(place)
    assert discover(tmp_path / "home" / named) == (place / "state" / "runs",)
    assert is_picrew_run(place / "state" / "runs" / run.run.name)


def test_ours_and_theirs_side_by_side(tmp_path: Path) -> None:
    theirs = written.completed(tmp_path)
    ours = WrittenRun(tmp_path / ".crew" / "runs", plan(task("a")))
    assert set(discover(tmp_path)) == {theirs.run.parent, ours.path.parent}
    assert is_picrew_run(theirs.run)
    assert not is_picrew_run(ours.path)
    assert run_named_by(ours.path) == ours.path
    assert discover(ours.path) == (ours.path.parent,)


def test_several_projects_one_level_below(tmp_path: Path) -> None:
    runs = [written.completed(tmp_path / name).run.parent for name in ("a", "b")]
    (tmp_path / "c" / "src").mkdir(parents=True)
    assert discover(tmp_path) == tuple(runs)
    assert discover(tmp_path, nested=False) == ()


def test_a_directory_without_runs_has_none(tmp_path: Path) -> None:
    (tmp_path / "runs" / "2026-05-15").mkdir(parents=True)
    (tmp_path / "state" / "runs").mkdir(parents=True)
    assert discover(tmp_path) == ()
    assert discover(tmp_path / "missing") == ()
    assert discover(tmp_path / "runs" / "2026-05-15") == ()


@pytest.mark.parametrize("below", ["", "ui"])
def test_a_file_that_is_called_like_our_plan_makes_no_run(tmp_path: Path, below: str) -> None:
    ours = WrittenRun(tmp_path / "project" / ".crew" / "runs", plan(task("a")))
    other = tmp_path / "project" / below
    other.mkdir(exist_ok=True)
    (other / "workflow.json").write_text("{}")
    assert run_named_by(other) is None
    assert discover(tmp_path / "project") == (ours.path.parent,)


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    run = written.completed(tmp_path / "elsewhere")
    project = tmp_path / "project"
    project.mkdir()
    (project / ".crew").symlink_to(tmp_path / "elsewhere" / ".crew")
    assert discover(project) == ()
    inside = written.completed(tmp_path / "inside")
    link = inside.run.parent / "team_20260101000000_0000000000000000"
    link.symlink_to(run.run)
    assert not is_picrew_run(link)
    # Naming the link is naming what it leads to.
    assert discover(project / ".crew") == (run.run.parent,)


def test_a_run_that_stands_alone_is_known_by_its_manifest(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    alone = tmp_path / "kept" / RUN_ID
    alone.parent.mkdir()
    run.run.rename(alone)
    assert is_picrew_run(alone)
    assert run_named_by(alone) == alone


def test_a_run_without_its_manifest_is_still_one(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    (run.run / "manifest.json").unlink()
    assert is_picrew_run(run.run)
    assert not is_picrew_run(run.run.parent / "team_empty")
    (run.run.parent / "team_empty").mkdir()
    assert not is_picrew_run(run.run.parent / "team_empty")
