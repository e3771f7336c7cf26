"""Crews that no shell script stands behind: pi-crew's files and the built-in ones, driven by the offline program."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crew_core.model.status import Verdict
from crew_core.ops.planning import plan_run
from crew_core.ops.request import StartRequest
from crew_core.ops.start import start_run
from crew_core.ops.trusting import trust
from tests.engine.real_run import RealRun
from tests.ops.crew_project import run_of, until_ended
from tests.resources.resource_files import put

CORPUS = Path(__file__).parents[3] / "shared" / "fixtures" / "picrew" / "init-project"

pytestmark = pytest.mark.usefixtures("no_process_left")


def _carried_out(project: Path, team: str) -> RealRun:
    run = run_of(start_run(StartRequest("explain add in src/calc.py", project, team=team, agent="offline")))
    until_ended(run)
    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of one module that nobody had to trust."""
    put(tmp_path / "p" / ".git" / "HEAD", "ref: refs/heads/main\n")
    put(tmp_path / "p" / "src" / "calc.py", "def add(a, b):\n    return a + b\n")
    return tmp_path / "p"


def test_a_fan_out_that_is_built_in_runs_once_for_each_part(small: Path) -> None:
    run = _carried_out(small, "parallel-research")
    tasks = run.state().tasks
    assert [str(task.status) for task in tasks.values()] == ["completed"] * len(tasks)
    items = [task for task in tasks if task.startswith("02_explore-")]
    assert items
    assert set(items) <= set(tasks["03_synthesize"].depends_on)


@pytest.mark.parametrize(
    "team", ["default", "fast-fix", "implementation", "review", "research", "parallel-research", "demo"]
)
def test_every_team_that_is_built_in_can_be_started_anywhere(small: Path, team: str) -> None:
    planned = plan_run(StartRequest("x", small, team=team, agent="offline"))
    assert planned.refusals == ()


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_files_of_a_pi_crew_user_run_as_they_are(tmp_path: Path) -> None:
    project = tmp_path / "p"
    shutil.copytree(CORPUS, project)
    trust(project)
    run = _carried_out(project, "fast-fix")
    assert str(run.task("03_verify").verdict) in set(Verdict)
    assert [str(task.status) for task in run.state().tasks.values()] == ["completed"] * 3
    plan = plan_run(StartRequest("x", project, team="implementation", agent="offline")).plan
    assert (plan.tasks[0].wants, len(plan.roles)) == ("plan", 10)
    assert "team action=" not in plan.instructions
