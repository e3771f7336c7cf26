"""`recommend`: a team with its reasons, and a command to copy."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.conftest import Run
from tests.cli.program import Project
from tests.resources.resource_files import put


@pytest.fixture(autouse=True)
def _wide(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    put(project.path / "src" / "parser.py", "x = 1\n")


def test_the_team_its_reasons_and_the_command(project: Project, crew: Run) -> None:
    project.workflow({"one": "true"})
    told = crew("recommend", "Fix a typo in 'README'")
    assert (told.status, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0] == "team     fast-fix, workflow fast-fix  high confidence, 7 points"
    assert lines[1] == "because  +4 asks for a change: fix (change-verb)"
    assert "others   default 4, implementation 2" in lines
    assert shlex.split(lines[-1]) == ["crew-tui", "run", "Fix a typo in 'README'", "--team", "fast-fix"]
    assert crew(*shlex.split(lines[-1])[1:], "--json", "--read-only").status == 4


def test_words_that_no_rule_knows_are_told(project: Project, crew: Run) -> None:
    told = crew("recommend", "hello")
    assert "no rule knows these words" in told.out
    assert "low confidence" in told.out


def test_json_has_every_reason_with_the_rule_that_gave_it(project: Project, crew: Run) -> None:
    told = crew("recommend", "Explain the build system", "--json").json["recommendation"]
    assert (told["team"], told["confidence"]) == ("research", "medium")
    assert told["reasons"] == [
        {"rule": "research-verb", "points": 4, "why": "asks to find something out: explain"},
    ]
    assert told["command"] == "crew-tui run 'Explain the build system' --team research"
    assert not (project.path / ".crew" / "runs").exists()


def test_a_goal_of_several_lines_stays_one_word_of_the_command(project: Project, crew: Run) -> None:
    goal = "- add a form\n- add a button\n- write tests"
    told = crew("recommend", goal).out
    assert shlex.split(told[told.index("crew-tui run") :]) == ["crew-tui", "run", goal, "--team", "implementation"]


def test_a_goal_that_is_no_single_word_is_pointed_out(project: Project, crew: Run) -> None:
    assert crew("recommend", "fix", "it").err == "crew-tui: recommend: too many words: it; put the goal in quotes\n"
