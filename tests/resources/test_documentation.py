"""What docs/resources.md says is so: its keys, its defaults, and its examples, which are run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from crew_core.config.layers import load
from crew_core.model.plan import TaskPlan, VerifyCommand
from crew_core.model.status import Verdict
from crew_core.ops.start import StartRequest, start_run
from crew_core.ops.trusting import trust
from crew_core.ops.validating import validate
from crew_core.ops.writable import RESERVED
from crew_core.resources import (
    agent_file,
    instructions,
    sections,
    skill_choice,
    skill_file,
    step,
    step_settings,
    team_file,
    workflow_file,
)
from crew_core.resources.catalogue import BUILTIN, Catalogue
from crew_core.resources.front_matter import MOST_WORKERS
from crew_core.resources.resolve import resolve
from crew_core.resources.runnable import unrunnable
from tests.engine.real_run import RealRun
from tests.ops.crew_project import run_of, until_ended
from tests.resources.resource_files import put

DOCS = Path(__file__).parents[2] / "docs" / "resources.md"
README = Path(__file__).parents[2] / "README.md"

_EXAMPLE = re.compile(
    r"^`(?P<path>\.crew/[^`]+)`\n\n(?P<fence>`{3,})\w+\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)


def _section(title: str) -> str:
    """The text below a heading of the second level."""
    return re.split(r"^## ", DOCS.read_text(), flags=re.MULTILINE)[[*_titles()].index(title) + 1].split("\n`.crew/")[0]


def _titles() -> list[str]:
    return re.findall(r"^## (.*)$", DOCS.read_text(), flags=re.MULTILINE)


def _first_column(text: str) -> set[str]:
    return set(re.findall(r"^\| `([A-Za-z]+)` \|", text, flags=re.MULTILINE))


def _without_effect(text: str) -> set[str]:
    found = re.search(r"(?:Without effect yet|which it has met): (.*?)\.\n", text, re.DOTALL)
    assert found is not None
    return set(re.findall(r"`([A-Za-z]+)`", found[1]))


def _examples(root: Path, page: Path) -> list[str]:
    """Writes the examples of a page as files; returns the teams among them."""
    teams = []
    for found in _EXAMPLE.finditer(page.read_text()):
        path = put(root / found["path"], found["text"].encode())
        if path.name.endswith(".team.md"):
            teams.append(path.name.removesuffix(".team.md"))
    return teams


def test_the_keys_of_agents_are_those_that_are_read() -> None:
    text = _section("Agents")
    assert _first_column(text) == agent_file._USED
    assert _without_effect(text) == agent_file.UNUSED


def test_the_keys_of_teams_and_roles_are_those_that_are_read() -> None:
    front, roles = _section("Teams").split("Below the front matter")
    assert _first_column(front) == team_file._USED
    assert _without_effect(front) == team_file.UNUSED
    assert _first_column(roles) == set(team_file._TOKENS) - team_file._UNUSED_TOKENS
    assert set(re.findall(r"`(\w+)=`", roles)) == team_file._UNUSED_TOKENS


def test_the_keys_of_workflows_and_steps_are_those_that_are_read() -> None:
    text = _section("Workflows").split("### The script")[0]
    front, steps = text.split("\n\nBelow it")
    assert set(re.findall(r"`(\w+)`", front)) == workflow_file._KEYS
    assert _first_column(steps) == sections.STEP_KEYS
    assert _without_effect(steps) == sections.UNUSED_STEP_KEYS


def test_the_numbers_are_those_of_the_program() -> None:
    text = DOCS.read_text()
    assert f"ids of steps {step.LONGEST_ID}" in text
    assert f"0 to {step_settings.MOST_RETRIES} | {TaskPlan('a', 'a', 'r', 'a', '', '/').max_retries} |" in text
    assert f"1 to {MOST_WORKERS}" in text
    assert f"`{step_settings.LONGEST_TIMEOUT_S / 3600:.0f}h`" in text
    assert VerifyCommand("").timeout_s == 120
    assert f"1 to {step_settings.MOST_ITEMS} | {step_settings.DEFAULT_ITEMS} |" in text
    assert f"about {skill_file.TOLD_CHARS} characters of a skill" in text
    assert f"at most {skill_choice.MOST_SKILLS}." in text
    assert f"most {instructions.LARGEST_BYTES} bytes of it" in text


def test_the_skills_of_roles_are_those_that_are_chosen() -> None:
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| (`.*`) \|$", _section("Skills"), flags=re.MULTILINE)
    told = {
        role: tuple(re.findall(r"`([a-z-]+)`", skills))
        for roles, skills in rows
        for role in re.findall(r"`([a-z-]+)`", roles)
    }
    assert told == skill_choice.ROLE_SKILLS
    named = {skill for skills in told.values() for skill in skills}
    (rest,) = re.findall(r"Built in is also `([a-z-]+)`", DOCS.read_text())
    assert {*named, rest} == {path.name for path in (BUILTIN / "skills").iterdir()}


def test_what_is_built_in_is_as_it_says(tmp_path: Path) -> None:
    text = _section("What is built in")
    catalogue = Catalogue(tmp_path, None)
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| [^|]* \| ([^|]*) \|$", text, flags=re.MULTILINE))
    assert sorted(rows) == catalogue.teams.names() == catalogue.workflows.names()
    for name, steps in rows.items():
        for step_of in catalogue.workflows.found[name].resource.steps:
            assert step_of.id in steps
    read, write, rest = re.split(
        r"Agents that write|They name no program", " ".join(text.split("Agents that only read")[1].split())
    )
    for said, access in ((read, "read"), (write, "write")):
        for name in re.findall(r"`([a-z-]+)`", said):
            agent = catalogue.agents.found[name].resource
            assert (agent.access, agent.program) == (access, None)
    named = set(re.findall(r"`([a-z-]+)`", read + write + rest)) - {"demo"}
    assert named == set(catalogue.agents.found)


def test_the_commands_are_words_of_the_program() -> None:
    told = re.findall(r"^\| `crew-tui agents ([a-z]+)", _section("Changing"), flags=re.MULTILINE)
    assert tuple(told) == RESERVED


@pytest.mark.usefixtures("no_process_left")
def test_the_examples_run_as_they_are(tmp_path: Path) -> None:
    project = tmp_path / "project"
    teams = _examples(project, DOCS)
    assert teams == ["tour", "edges", "spread", "planned"]
    assert load(tmp_path, project / ".crew", trusted=True).settings.limits.max_run_minutes == 30
    assert validate(project).findings == ()
    trust(project)
    runs = {}
    for team in teams:
        started = start_run(StartRequest("see\nall", project, team=team))
        assert started.notices == ()
        runs[team] = run_of(started)
        assert until_ended(runs[team]) == "completed"
    _check_tour(runs["tour"])
    _check_edges(runs["edges"])
    assert runs["spread"].result("03_judge").split("VERDICT")[0] == "the north is fine\nthe south is fine\n"
    assert runs["spread"].task("03_judge").verdict is Verdict.PASS
    assert runs["planned"].task("02_check").verdict is Verdict.PASS
    assert (project / "planned").exists()
    assert Catalogue(tmp_path, project / ".crew").skills.names()[1] == "house-style"


def _check_tour(run: RealRun) -> None:
    assert [attempt.cause for attempt in run.task("01_make").attempts] == ["first", "verify", "verify"]
    assert run.result("02_count").strip() == "2"
    assert run.result("03_look") == "1\nsee\nall\n"


def _check_edges(run: RealRun) -> None:
    assert [str(task.status) for task in run.state().tasks.values()] == ["failed", "completed", "completed"]
    told = json.loads(run.result("03_report"))["inputs"]
    assert ("teh: the" in told[0]["error"], told[1]["text"]) == (True, "all links lead somewhere\n")


@pytest.mark.usefixtures("no_process_left")
def test_a_shell_step_has_the_documented_environment_and_inputs(tmp_path: Path) -> None:
    text = _section("Workflows")
    names = set(re.findall(r"^\| `(CREW_\w+)` \|", text, flags=re.MULTILINE))
    project = tmp_path / "project"
    put(project / ".crew" / "agents" / "a.md", "---\nprogram: shell\n---\n")
    put(project / ".crew" / "teams" / "t.team.md", "---\ndefaultWorkflow: w\n---\n- a\n")
    script = "env | sed -n 's/^\\(CREW_[A-Z_]*\\)=.*/\\1/p'"
    steps = f'## one\nrole: a\n\n{script}\n\n## two\nrole: a\ndependsOn: one\n\ncat "$CREW_INPUTS"\n'
    put(project / ".crew" / "workflows" / "w.workflow.md", steps)
    trust(project)
    run = run_of(start_run(StartRequest("go", project, team="t")))
    assert until_ended(run) == "completed"
    assert set(run.result("01_one").split()) - {"CREW_TEST_ID"} == names
    told = json.loads(run.result("02_two"))
    row = next(line for line in text.splitlines() if line.startswith("| `CREW_INPUTS`"))
    assert {*told, *told["inputs"][0]} <= set(re.findall(r"`(\w+)`", row))


def test_the_examples_of_the_readme_are_right(tmp_path: Path) -> None:
    (team,) = _examples(tmp_path, README)
    resolved = resolve(Catalogue(tmp_path / "user", tmp_path / ".crew"), team, None, tmp_path)
    assert unrunnable(resolved, ["shell"]) == []
