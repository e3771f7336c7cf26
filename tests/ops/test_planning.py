"""What a run would do: programs, one agent alone, checks, refusals, and that looking writes nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from crew_core.model.plan import CommandPlan, Mapped, ProgramSettings, RunPlan
from crew_core.model.status import PermissionMode
from crew_core.ops.assigning import unable
from crew_core.ops.choosing import Choice, Program, choose
from crew_core.ops.errors import InputWrong, NotPermitted
from crew_core.ops.order import in_order
from crew_core.ops.planning import Planned, plan_run
from crew_core.ops.request import StartRequest
from crew_core.ops.start import start_run
from crew_core.ops.trusting import trust
from crew_core.store.identity import real_identities
from crew_core.store.layout import RunLayout, config_home
from crew_core.store.snapshot import read_snapshot
from tests.engine.run_builders import task
from tests.ops.crew_project import CrewProject, run_of, until_ended
from tests.resources.resource_files import put

NOTHING_INSTALLED = "agent program: offline, because no agent program is installed that this version can drive"

SHELL = Program("shell", True, "/bin/sh")
OFFLINE = Program("offline", True, "built in")


@pytest.fixture
def mixed(project: CrewProject) -> CrewProject:
    """A trusted project whose agent ``thinker`` names no program and whose ``reader`` is a shell agent."""
    put(project.root / ".crew" / "agents" / "thinker.md", "---\naccess: read\n---\nThink.\n")
    put(project.root / ".crew" / "teams" / "t.team.md", "---\ndefaultWorkflow: w\n---\n- reader\n- thinker\n")
    steps = "## look\nrole: reader\n\n```sh\necho seen\n```\n\n## think\nrole: thinker\ndependsOn: look\n\nThink.\n"
    return project.with_steps(steps).trusted()


def _programs(planned: Planned) -> dict[str, str]:
    return {agent.name: agent.program for agent in planned.plan.agents.values()}


def _tree(*roots: Path) -> str:
    """Every name, size, content and time below."""
    digest = hashlib.sha256()
    for path in sorted(path for root in roots for path in root.rglob("*")):
        found = path.lstat()
        digest.update(f"{path} {found.st_mode} {found.st_mtime_ns} {found.st_ino}".encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def test_agents_that_name_no_program_get_the_runs_and_the_others_keep_theirs(
    mixed: CrewProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    planned = plan_run(mixed.request())
    assert _programs(planned) == {"reader": "shell", "thinker": "offline"}
    assert planned.notices == (NOTHING_INSTALLED,)
    assert planned.refusals == ()


def test_a_program_that_is_asked_for_drives_those_that_name_none_and_the_others_are_told(mixed: CrewProject) -> None:
    planned = plan_run(mixed.request(agent="offline"))
    assert _programs(planned) == {"reader": "shell", "thinker": "offline"}
    assert planned.notices == ("not driven by offline, because their files name a program: reader (shell)",)
    shell = plan_run(mixed.request(agent="shell"))
    assert (_programs(shell), shell.notices) == ({"reader": "shell", "thinker": "shell"}, ())


def test_a_program_from_the_settings_counts_unless_another_is_asked_for(mixed: CrewProject) -> None:
    put(config_home() / "config.toml", '[agent]\nprogram = "shell"\n')
    planned = plan_run(mixed.request())
    assert planned.choice == Choice("shell", "because agent.program says so")
    assert _programs(planned)["thinker"] == "shell"
    assert _programs(plan_run(mixed.request(agent="offline")))["thinker"] == "offline"
    assert _programs(plan_run(mixed.request(agent="auto")))["thinker"] == "offline"


def test_nothing_is_said_of_programs_when_every_agent_names_its_own(project: CrewProject) -> None:
    planned = plan_run(project.trusted().request())
    assert (planned.choice, planned.notices) == (None, ())


@pytest.mark.parametrize("name", ["clod", ""])
def test_a_program_that_nobody_can_drive_is_refused(mixed: CrewProject, name: str) -> None:
    with pytest.raises(InputWrong, match=f"run: --agent: no adapter for program '{name}'; there is: shell, offline"):
        plan_run(mixed.request(agent=name))


@pytest.mark.parametrize(
    ("known", "chosen", "reason"),
    [
        ([SHELL, OFFLINE], "offline", "no agent program is installed that this version can drive"),
        ([Program("claude", True, "/c", True, True), Program("pi", True, "/p", None, True)], "claude", "the first"),
        ([Program("claude", True, None, None, True), Program("pi", True, "/p", None, True)], "pi", "can work: /p"),
        ([Program("claude", True, "/c", False, True), OFFLINE], "offline", "claude is installed, but nobody is logged"),
        ([Program("pi", False, "/p", None, True), OFFLINE], "offline", "pi is installed, but this version cannot"),
    ],
)
def test_auto_takes_the_first_real_program_that_can_work_and_never_the_shell(
    known: list[Program], chosen: str, reason: str
) -> None:
    choice = choose(None, "auto", known)
    assert choice.program == chosen
    assert reason in choice.reason


@pytest.mark.usefixtures("no_process_left")
def test_one_agent_without_a_team_gets_the_goal_as_its_task(project: CrewProject) -> None:
    started = start_run(StartRequest("echo hello from $CREW_TASK_ID", project.trusted().root, role="reader"))
    run = run_of(started)
    assert (started.team, started.workflow, started.tasks) == ("direct-reader", "direct-agent", 1)
    assert until_ended(run) == "completed"
    assert run.result("01_agent") == "hello from 01_agent\n"
    written = read_snapshot(RunLayout(started.path).plan, RunPlan)
    assert [source for source in written.sources if "reader.md" not in source] == []


def test_one_agent_of_a_stranger_is_refused_and_one_that_is_not_there_is_named(project: CrewProject) -> None:
    (refusal,) = plan_run(StartRequest("x", project.root, role="reader")).refusals
    assert isinstance(refusal, NotPermitted)
    with pytest.raises(InputWrong, match=r"no agent 'readr'.*did you mean 'reader'"):
        plan_run(StartRequest("x", project.trusted().root, role="readr"))
    with pytest.raises(InputWrong, match="--role is one agent without a team"):
        plan_run(project.request(role="reader"))


def test_a_plan_is_made_and_nothing_is_written(
    project: CrewProject, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", project.root], check=True)
    project.trusted()
    before = _tree(project.root, own_home)
    planned = plan_run(project.request())
    assert planned.runs == project.root / ".crew" / "runs"
    assert [each.id for each in planned.plan.tasks] == ["01_only"]
    plan_run(StartRequest("x", project.root, role="reader"))
    assert _tree(project.root, own_home) == before


def test_what_run_would_refuse_is_told_with_the_plan(project: CrewProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREW_DEPTH", "2")
    monkeypatch.setenv("CREW_TETHER", real_identities().current().encode())
    told = [str(refusal) for refusal in plan_run(project.request()).refusals]
    assert len(told) == 2
    assert "is untrusted" in told[0]
    assert "a crew at depth 2 is too deep" in told[1]


def _refused(directory: Path) -> str:
    return plan_run(StartRequest("x", directory, team="demo")).plan.checks.refused


def test_a_projects_own_checks_run_only_after_it_was_accepted_as_it_is(tmp_path: Path) -> None:
    project = tmp_path / "p"
    (project / ".git").mkdir(parents=True)
    put(project / "Makefile", "check:\n\ttrue\n")
    assert _refused(project) == "the project is not trusted"
    trust(project)
    assert _refused(project) == ""
    put(project / ".crew" / "agents" / "a.md", "---\nprogram: shell\n---\n")
    assert _refused(project) == "the project has changed since it was trusted"
    trust(project)
    assert _refused(project) == ""


def test_no_checks_run_outside_of_a_project_or_inside_of_a_crew(
    project: CrewProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nowhere").mkdir()
    assert _refused(tmp_path / "nowhere") == "no project"
    monkeypatch.setenv("CREW_DEPTH", "1")
    monkeypatch.setenv("CREW_TETHER", real_identities().current().encode())
    assert _refused(project.trusted().root) == "a crew inside a crew runs no checks"


def test_tasks_are_told_in_an_order_in_which_they_could_start() -> None:
    tasks = [task("c", after=("a", "b")), task("a"), task("b", after=("a",)), task("d")]
    assert [each.id for each in in_order(tasks)] == ["a", "d", "b", "c"]


def test_a_plan_needs_no_right_to_write(project: CrewProject) -> None:
    project.trusted()
    os.chmod(project.root / ".crew", 0o500)
    try:
        assert plan_run(project.request()).refusals == ()
    finally:
        os.chmod(project.root / ".crew", 0o700)


def _put_agent(project: CrewProject, front: str) -> CrewProject:
    put(project.root / ".crew" / "agents" / "reader.md", f"---\nname: reader\naccess: read\n{front}---\nRead.\n")
    return project.trusted()


def _plan_of(project: CrewProject, **wishes: str) -> Planned:
    return plan_run(StartRequest("x", project.root, role="reader", **wishes))


def test_the_model_that_is_asked_for_counts_before_the_files(project: CrewProject) -> None:
    _put_agent(project, "model: slow\n")
    planned = _plan_of(project, agent="claude", model="fast")
    assert planned.plan.agents["reader"].model == "fast"
    assert _plan_of(project, agent="claude").plan.agents["reader"].model == "slow"
    _put_agent(project, "program: pi\nmodel: slow\n")
    assert _plan_of(project, model="fast").plan.agents["reader"].model == "fast"
    kept = _plan_of(project, agent="claude", model="fast")
    assert kept.plan.agents["reader"].model == "slow"
    assert "--model fast is for claude only, not for: reader (pi)" in kept.notices


def test_a_model_for_what_asks_none_has_no_effect_and_says_so(project: CrewProject) -> None:
    _put_agent(project, "")
    planned = _plan_of(project, agent="offline", model="fast")
    assert planned.plan.agents["reader"].model is None
    assert "--model fast has no effect: offline asks no model" in planned.notices


def test_a_plan_keeps_what_the_person_has_set_for_the_program(project: CrewProject) -> None:
    put(config_home() / "config.toml", '[programs.claude]\nargs = "--x"\nenv = { A = "b" }\nshareLogin = true\n')
    _put_agent(project, "thinking: high\npermissions: ask\n")
    agent = _plan_of(project, agent="claude").plan.agents["reader"]
    assert agent.settings == ProgramSettings((), ("--x",), {"A": "b"}, share_login=True)
    assert (agent.thinking, agent.permissions) == ("high", PermissionMode.ASK)
    assert _plan_of(project, agent="pi").plan.agents["reader"].settings == ProgramSettings()


def test_a_login_that_the_built_in_agent_cannot_share_has_no_effect_and_says_so(project: CrewProject) -> None:
    told = "programs.builtin.shareLogin has no effect: builtin has no login, only keys"
    put(config_home() / "config.toml", "[programs.builtin]\nshareLogin = true\n")
    _put_agent(project, "")
    assert told in _plan_of(project, agent="builtin").notices
    assert told not in _plan_of(project, agent="claude").notices


def test_an_agent_that_uses_the_persons_own_state_says_so_and_that_a_login_needs_no_sharing(
    project: CrewProject,
) -> None:
    put(config_home() / "config.toml", '[programs."acp:mine"]\ncommand = "mine acp"\n')
    _put_agent(project, "")
    told = "acp:mine works with your own state directory and login, nobody knows how to give it another"
    assert told in _plan_of(project, agent="acp:mine").notices
    put(config_home() / "config.toml", '[programs."acp:mine"]\ncommand = "mine acp"\nshareLogin = true\n')
    assert f"{told}: shareLogin has no effect" in _plan_of(project, agent="acp:mine").notices
    assert not [each for each in _plan_of(project, agent="acp:qwen").notices if "state directory" in each]


def test_a_command_of_the_agents_is_its_program_and_keeps_it(project: CrewProject) -> None:
    _put_agent(project, "command: my-tool {prompt}\nmap.text: type=text text=.text\n")
    planned = _plan_of(project)
    assert planned.refusals == ()
    agent, mapped = planned.plan.agents["reader"], (Mapped("text", {"type": "text"}, {"text": "text"}),)
    assert (agent.program, agent.command) == (
        "command",
        CommandPlan(("my-tool", "{prompt}"), "file", "jsonl", map=mapped),
    )
    put(project.root / ".crew" / "agents" / "reader.md", "---\nname: reader\ncommand: evil\n---\n")
    (refusal,) = _plan_of(project).refusals
    assert isinstance(refusal, NotPermitted)


def test_any_agent_of_the_protocol_is_taken_when_somebody_says_how_it_is_started(project: CrewProject) -> None:
    _put_agent(project, "")
    with pytest.raises(InputWrong, match=r"nobody says how acp:mine is started; set programs"):
        _plan_of(project, agent="acp:mine")
    put(config_home() / "config.toml", '[programs."acp:mine"]\ncommand = "mine acp"\n')
    planned = _plan_of(project, agent="acp:mine")
    assert planned.refusals == ()
    assert planned.plan.agents["reader"].settings.command == ("mine", "acp")


def test_what_a_file_asks_of_a_program_that_cannot_do_it_is_told(project: CrewProject) -> None:
    _put_agent(project, "program: shell\nthinking: low\npermissions: ask\n")
    told = _plan_of(project).notices
    assert "agent reader: permissions: ask has no effect: shell cannot ask" in told
    assert "agent reader: thinking has no effect: shell asks no model" in told


def test_what_a_program_cannot_do_is_said_in_words() -> None:
    assert unable("shell") == unable("no such program") == ()
    assert "say what it used" in unable("command")
    assert "be resumed" in unable("command")
    late = "say what it used before a turn is over"
    assert late in unable("acp:mine")
    assert late not in unable("gemini")
