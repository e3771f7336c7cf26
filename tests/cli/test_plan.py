"""`plan`, `run --agent` and `run --role`: what would be done, in the words of the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run
from tests.cli.program import Project, make_project


@pytest.fixture
def flow(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("COLUMNS", "100")
    project.workflow({"rest": "echo", "one": "echo", "two": "echo"}, after={"rest": "one, two:any"})
    return project


def test_a_plan_lists_tasks_in_their_order_with_what_is_decided(flow: Project, crew: Run) -> None:
    told = crew("plan", "do it", "--team", "crew", "--max-workers", "2", "--max-minutes", "5")
    assert (told.status, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0] == "goal     do it"
    crew_words = "crew, workflow crew, 3 tasks: at most 2 at a time, 1 of them writing in a directory"
    assert " ".join(told.out.split()).find(f"team {crew_words}, stopped after 5m00s of work") > 0
    assert f"writes   {flow.path}/.crew/runs" in lines
    assert "checks   the project's own may run" in lines
    assert [line.split() for line in lines[-3:]] == [
        ["02_one", "worker", "shell", "read", "0", "–", "–"],
        ["03_two", "worker", "shell", "read", "0", "–", "–"],
        ["01_rest", "worker", "shell", "read", "0", "–", "02_one,", "03_two:any"],
    ]
    assert not (flow.path / ".crew" / "runs").exists()


def test_json_has_the_plan_as_it_would_be_written(flow: Project, crew: Run) -> None:
    told = crew("plan", "do it", "--team", "crew", "--json").json["plan"]
    assert told["order"] == ["02_one", "03_two", "01_rest"]
    assert (told["team"], told["agents"]["worker"]["program"], told["refusals"]) == ("crew", "shell", [])
    assert told["runsDirectory"] == f"{flow.path}/.crew/runs"
    assert told["checks"]["refused"] == ""
    assert "runId" not in told


def test_a_plan_that_would_be_refused_is_shown_and_says_why(flow: Project, crew: Run) -> None:
    flow.write("agents/worker.md", "---\nname: worker\nprogram: shell\naccess: write\n---\n")
    told = crew("plan", "do it", "--team", "crew")
    assert told.status == 4
    assert "02_one" in told.out
    assert told.err.startswith("crew-tui: run would be refused: run: ")
    assert told.err.endswith(f"its agents/worker.md; crew-tui trust {flow.path}\n")
    as_json = crew("plan", "do it", "--team", "crew", "--json")
    (refusal,) = as_json.json["plan"]["refusals"]
    assert (as_json.status, refusal["exitStatus"], refusal["hint"]) == (4, 4, f"crew-tui trust {flow.path}")


def test_the_same_words_are_wrong_for_plan_as_for_run(flow: Project, crew: Run) -> None:
    for words in (["--team", "crw"], ["--agent", "clod"], ["--role", "wrker"], ["--max-workers", "0"]):
        planned, run = crew("plan", "x", *words), crew("run", "x", *words)
        assert planned.status == run.status == 2
        assert len(planned.err.splitlines()) == 1
        assert planned.err.replace("plan", "run") == run.err


def test_a_run_says_which_program_drives_it_and_why(
    project: Project, monkeypatch: pytest.MonkeyPatch, no_process_left: None
) -> None:
    project.write("agents/worker.md", "---\nname: worker\naccess: read\n---\nWork.\n")
    project.workflow({"one": "echo hello"})
    told = project.crew("run", "x", "--team", "crew", "--agent", "shell")
    assert (told.status, told.err) == (0, "")
    chosen = project.crew("plan", "x", "--team", "crew", "--agent", "auto")
    assert chosen.err.startswith("crew-tui: agent program: offline, because no agent program is installed")
    assert "offline" in chosen.out


def test_one_agent_alone_does_what_the_goal_says(project: Project, no_process_left: None) -> None:
    project.workflow({"one": "true"})
    told = project.crew("run", "echo alone", "--role", "worker", "--json")
    assert told.status == 0, told.err
    assert told.json["run"]["team"] == "direct-worker"
    shown = project.crew("transcript", "last", "agent")
    assert "alone" in shown.out


def test_a_stranger_may_be_planned_and_not_run(tmp_path: object, project: Project, crew: Run) -> None:
    stranger = make_project(project.path.parent / "stranger")
    told = crew("plan", "x", "--role", "worker", "--root", str(stranger.path))
    assert told.status == 4
    assert "direct-worker" in told.out
    assert "checks   not run: the project is not trusted" in told.out
