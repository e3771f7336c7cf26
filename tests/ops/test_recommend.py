"""Which team a goal gets: by whole words, by what is to be done first, by the repository, by what teams say."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.ops.advice.goal import goal_of
from crew_core.ops.advice.judging import judge
from crew_core.ops.advice.rules import RULES, Fact, Work
from crew_core.ops.errors import InputWrong
from crew_core.ops.recommend import Confidence, recommend
from crew_core.ops.trusting import trust
from crew_core.store.layout import config_home
from tests.resources.resource_files import put

GOALS = {
    # pi-crew finds "pr" in these and sends a reviewer, "test" in "latest", "build" in a question.
    "Print the project name on startup": "default",
    "Process pr events in the webhook": "default",
    "Update the latest-release page": "default",
    "Upgrade to the latest version of the library": "default",
    "Explain the build system": "research",
    "Explain how to implement a plugin": "research",
    "Fix the source map bug": "fast-fix",
    "Remove the test suite of the old API": "default",
    "Improve the preview": "default",
    "Rename `review` to `audit`": "fast-fix",
    "Delete review.py": "default",
    "Fix a typo in the README": "fast-fix",
    "Please fix the crash when the file is empty": "fast-fix",
    "Could you bump the version?": "fast-fix",
    "Fix all the lint errors across the codebase": "implementation",
    "Add a --verbose flag": "default",
    "Write tests for the date parser": "default",
    "Make the tests faster": "default",
    "Document the configuration file": "default",
    "We need to add a health check": "default",
    "Implement OAuth login with refresh tokens": "implementation",
    "Refactor the parser": "implementation",
    "Migrate the database schema to v2": "implementation",
    "Build a web server from scratch": "implementation",
    "Please rename Foo to Bar everywhere": "implementation",
    "- add a login form\n- add a logout button\n- write tests for both": "implementation",
    "1. rename the module\n2. move the tests\n3. delete the old one": "implementation",
    "Rename a in one.py, two.py, three.py and four.py": "implementation",
    "Review the pull request": "review",
    "Audit the code for SQL injection": "review",
    "do a security review of the login": "review",
    "Check that the examples in the docs work": "review",
    "Look over the last commits": "review",
    "How does the scheduler decide what to start?": "research",
    "Investigate why startup is slow": "research",
    "Can you find out where the time goes?": "research",
    "Document how the worker is stopped": "research",
    "Write a report about the state of the tests": "research",
    "Do not change anything: tell me what is wrong with the cache": "research",
    "What is a project?": "research",
    "Summarize the preview feature": "research",
    "Compare sqlite, duckdb and postgres for our event store": "parallel-research",
    "Deep dive into all the services and summarize their failure modes": "parallel-research",
    "Explain each of the modules": "parallel-research",
    "Investigate:\n- who calls it\n- how often it fails\n- what is lost then": "parallel-research",
}


def _best(goal: str, facts: Collection[Fact] = ()) -> set[str]:
    points = judge(goal_of(goal), facts).points
    return {work.value for work, each in points.items() if each == max(points.values()) > 0}


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_gets_the_kind_of_work_that_it_asks_for(goal: str) -> None:
    assert _best(goal) == {GOALS[goal]}


@pytest.mark.parametrize("goal", ["hello", "bug", "latest", "сделай это", "…", "review.py", "`fix`", "the preview"])
def test_words_that_ask_for_nothing_get_no_points(goal: str) -> None:
    assert _best(goal) == set()


@pytest.mark.parametrize(
    "goal",
    ["Review the parser and fix what you find", "Investigate why CI is red and fix it", "Audit, then repair, it"],
)
def test_who_is_to_change_what_is_found_is_no_team_that_only_reads(goal: str) -> None:
    assert not _best(goal) & {"review", "research", "parallel-research"}


@given(st.text(max_size=400))
def test_any_text_is_judged_and_points_add_up_to_the_reasons(text: str) -> None:
    judgement = judge(goal_of(text))
    for work in Work:
        assert judgement.points[work] == max(0, sum(reason.points for reason in judgement.reasons[work]))


def test_rules_have_names_of_their_own_and_patterns_that_compile() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.pattern() and (rule.terms or rule.fact) for rule in RULES)


def test_the_repository_counts_too() -> None:
    assert _best("Explain the code", {Fact.LARGE_REPOSITORY}) == {"parallel-research"}
    assert _best("Create a parser", {Fact.NO_FILES}) == _best("Create a parser") | {"implementation"}
    assert "review" not in _best("Check it", {Fact.NO_FILES})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository with one committed file, outside of which there is no project."""
    place = tmp_path / "p"
    put(place / "src" / "parser.py", "x = 1\n")
    subprocess.run(["git", "init", "-q", place], check=True)
    subprocess.run(["git", "-C", place, "add", "."], check=True)
    subprocess.run(["git", "-C", place, "commit", "-qm", "first"], check=True)
    return place


def test_a_recommendation_has_reasons_and_a_command_that_starts_it(place: Path) -> None:
    found = recommend("Fix it's parser bug", place)
    assert (found.team, found.workflow, found.confidence) == ("fast-fix", "fast-fix", Confidence.HIGH)
    assert {"change-verb", "fix-verb", "small", "size"} == {reason.rule for reason in found.reasons}
    assert sum(reason.points for reason in found.reasons) == found.points
    assert shlex.split(found.command) == ["crew-tui", "run", "Fix it's parser bug", "--team", "fast-fix"]
    assert found.others[0].team == "default"


def test_what_no_rule_knows_goes_to_the_default_team_without_confidence(place: Path) -> None:
    found = recommend("hello", place)
    assert (found.team, found.points, found.confidence, found.tied) == ("default", 0, Confidence.LOW, ())


def test_a_tie_is_told_and_the_plain_team_comes_first(place: Path) -> None:
    found = recommend("Investigate why CI is red and fix it", place)
    assert (found.team, found.tied, found.confidence) == ("default", ("fast-fix",), Confidence.LOW)


def test_changes_that_are_not_committed_and_missing_tests_are_notes_only_where_the_team_writes(place: Path) -> None:
    put(place / "src" / "new.py", "y = 1\n")
    notes = " ".join(recommend("Add a flag", place).notes)
    assert "1 uncommitted change here" in notes
    assert "no tests were found here" in notes
    put(place / "tests" / "test_new.py", "")
    assert "no tests" not in " ".join(recommend("Add a flag", place).notes)
    assert "uncommitted" not in " ".join(recommend("Review the code", place).notes)


def test_looking_at_a_repository_runs_none_of_its_programs(place: Path, tmp_path: Path) -> None:
    monitor = put(tmp_path / "monitor", f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    monitor.chmod(0o700)
    subprocess.run(["git", "-C", place, "config", "core.fsmonitor", str(monitor)], check=True)
    index = (place / ".git" / "index").stat().st_mtime_ns
    recommend("Add a flag", place)
    assert not (tmp_path / "ran").exists()
    assert (place / ".git" / "index").stat().st_mtime_ns == index


_ROLES = "- mapper\n- linter\n- tester\n- reporter\n"


def _team(layer: Path, name: str, words: str) -> None:
    put(layer / "teams" / f"{name}.team.md", f"---\ndefaultWorkflow: demo\n{words}\n---\n{_ROLES}")


def test_a_persons_own_team_is_taken_for_its_own_words(place: Path) -> None:
    _team(config_home(), "docs", "triggers: changelog, release notes, doc-*\nuseWhen: prose\navoidWhen: api docs")
    assert recommend("Write the release notes", place).team == "docs"
    assert recommend("Improve doc-strings and prose", place).team == "docs"
    assert recommend("Write the api docs and the changelog", place).team == "default"
    assert recommend("Add a changelogger", place).team == "default"
    assert recommend("use the docs team", place).reasons[0].rule == "team:docs:name"


def test_a_project_is_asked_for_its_teams_once_it_is_trusted(place: Path) -> None:
    _team(place / ".crew", "ours", "triggers: parser")
    before = recommend("Fix the parser", place)
    assert before.team == "fast-fix"
    assert f"{place} is not trusted: its own teams were not asked" in before.notes
    trust(place)
    assert recommend("Fix the parser", place).team == "ours"


def test_why_it_cannot_be_started_is_told(place: Path) -> None:
    put(config_home() / "teams" / "default.team.md", "---\ndefaultWorkflow: gone\n---\n- explorer\n")
    (note, *_) = recommend("Add a flag", place).notes
    assert note.startswith("cannot be started: run: ")
    assert "gone" in note


@pytest.mark.parametrize("goal", ["", " \n", "a\0b"])
def test_no_goal_is_a_wrong_goal(place: Path, goal: str) -> None:
    with pytest.raises(InputWrong, match=r"^recommend: "):
        recommend(goal, place)
