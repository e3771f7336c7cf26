"""Starting a run: what is written, what is refused, and that a coordinator carries it out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from crew_core.model.plan import RunPlan
from crew_core.ops.errors import InputWrong, NotPermitted, OpsError
from crew_core.ops.project import registered_runs
from crew_core.ops.start import StartRequest, ourselves, start_run
from crew_core.store.identity import real_identities
from crew_core.store.layout import RunLayout, config_home, data_home
from crew_core.store.snapshot import read_snapshot
from tests.ops.crew_project import CrewProject, run_of, until_ended
from tests.resources.resource_files import put

pytestmark = pytest.mark.usefixtures("no_process_left")


def _plan(path: Path) -> RunPlan:
    return read_snapshot(RunLayout(path).plan, RunPlan)


def _runs(project: CrewProject) -> list[str]:
    root = project.root / ".crew" / "runs"
    return os.listdir(root) if root.exists() else []


def test_a_run_is_written_registered_and_carried_out(project: CrewProject) -> None:
    project.trusted().with_steps(
        "## a\nrole: reader\n\n```sh\necho one $CREW_GOAL\n```\n\n## b\nrole: writer\n\necho two\n"
    )
    with pytest.raises(NotPermitted, match="changed since it was trusted"):
        start_run(project.request())
    project.trusted()
    started = start_run(project.request(goal="go"))
    run = run_of(started)
    assert until_ended(run) == "completed"
    assert (run.result("01_a"), run.result("02_b")) == ("one go\n", "two\n")
    assert (started.team, started.workflow, started.tasks, started.notices) == ("t", "w", 2, ())
    (registered,) = registered_runs()
    assert (registered.run_id, registered.path) == (started.run_id, str(started.path))
    assert registered.project == str(project.root)
    assert sorted(_runs(project)) == [".gitignore", started.run_id]
    assert (started.path.stat().st_mode & 0o777, RunLayout(started.path).plan.stat().st_mode & 0o777) == (0o700, 0o600)


def test_runs_are_invisible_to_git(project: CrewProject) -> None:
    subprocess.run(["git", "init", "-q", project.root], check=True)
    until_ended(project.trusted().start())
    status = ["git", "-C", project.root, "status", "--porcelain", "-uall"]
    listed = subprocess.run(status, check=True, capture_output=True, text=True)
    assert "runs" not in listed.stdout


def test_outside_of_a_project_a_run_is_the_persons_own(tmp_path: Path) -> None:
    crew = CrewProject.make(tmp_path / "elsewhere").root / ".crew"
    config_home().parent.mkdir(exist_ok=True)
    crew.rename(config_home())
    (tmp_path / "nowhere").mkdir()
    started = start_run(StartRequest("go", tmp_path / "nowhere", team="t"))
    assert until_ended(run_of(started)) == "completed"
    assert started.path.parent == data_home() / "runs"
    assert (_plan(started.path).project_root, _plan(started.path).cwd) == (None, str(tmp_path / "nowhere"))


def test_editing_the_files_does_not_change_a_run(project: CrewProject) -> None:
    project.with_steps("## a\nrole: reader\n\n```sh\ncat .crew/workflows/w.workflow.md\n```\n").trusted()
    run = project.start()
    project.with_steps("## b\nrole: reader\n\necho changed\n")
    assert until_ended(run) == "completed"
    assert list(run.state().tasks) == ["01_a"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"goal": " \n"}, "run: the goal is empty; say what the crew is to do"),
        ({"goal": "a\0b"}, "run: the goal has a NUL"),
        ({"goal": "é" * 50_001}, "run: the goal has a NUL or more than 100000 bytes; put it into a file"),
        ({"goal": "\udcff"}, "run: the goal is not UTF-8; write it in UTF-8"),
        ({"team": "u"}, "run: no team 'u'; there is: default, demo, "),
        ({"workflow": "ww"}, "run: no workflow 'ww'; there is: default, demo, "),
        ({"max_minutes": 0.0}, "run: --max-minutes is 0; it must be above 0"),
        ({"max_minutes": float("nan")}, "run: --max-minutes is nan"),
        ({"max_workers": 0}, "run: --max-workers is 0; it must be 1 to 1024"),
        ({"cwd": Path("/nowhere/at/all")}, "/nowhere/at/all: no such directory; name one that is there"),
    ],
)
def test_a_wrong_request_is_refused_before_anything_is_written(
    project: CrewProject, change: dict[str, object], told: str
) -> None:
    with pytest.raises(InputWrong) as caught:
        start_run(project.trusted().request(**change))
    assert str(caught.value).startswith(told)
    assert caught.value.exit_status == 2
    assert _runs(project) == []


def test_a_wrong_file_is_named_with_its_line(project: CrewProject) -> None:
    flow = project.root / ".crew" / "workflows" / "w.workflow.md"
    put(flow, "## a\nrole: reader\ndependsOn: b\n\n## c\nrole: reader\ndependsOn: d\n")
    with pytest.raises(InputWrong) as caught:
        start_run(project.request())
    assert str(caught.value).startswith(f"run: {flow}:3: step 'a' depends on unknown step 'b'")
    assert str(caught.value).endswith("(and 1 more)")


def test_a_program_that_cannot_be_driven_is_named_with_its_line(project: CrewProject) -> None:
    agent = put(project.root / ".crew" / "agents" / "reader.md", "---\nname: reader\nprogram: shall\n---\n")
    with pytest.raises(InputWrong, match=f"{agent}:3: agent 'reader': program 'shall' is not known"):
        start_run(project.trusted().request())


def test_wrong_settings_are_named_with_their_line(project: CrewProject) -> None:
    settings = put(project.root / ".crew" / "config.toml", "[limits]\nmaxWorkers = 0\n")
    with pytest.raises(InputWrong, match=f"run: {settings}:2: limits.maxWorkers is 0"):
        start_run(project.trusted().request())


def test_a_project_that_nobody_trusts_runs_nothing_of_its_own(project: CrewProject) -> None:
    with pytest.raises(NotPermitted) as caught:
        start_run(project.request())
    assert caught.value.exit_status == 4
    assert str(caught.value).endswith(f"; crew-tui trust {project.root}")
    assert "is untrusted" in str(caught.value)
    assert _runs(project) == []


def test_what_an_untrusted_project_has_under_a_built_in_name_is_not_used_and_that_is_said(project: CrewProject) -> None:
    crew = project.root / ".crew"
    flow = put(crew / "workflows" / "demo.workflow.md", "## a\nrole: mapper\n\n```sh\ntouch evil\n```\n")
    started = start_run(project.request(team="demo"))
    assert (started.team, started.tasks) == ("demo", 4)
    (notice,) = started.notices
    assert notice.startswith(f"{flow} is not used, because the project is not trusted")
    assert notice.endswith(f"; crew-tui trust {project.root}")
    assert until_ended(run_of(started)) == "completed"
    assert not (project.root / "evil").exists()


def test_skills_beside_the_crew_of_a_project_need_trust_too(project: CrewProject) -> None:
    put(project.root / "skills" / "house" / "SKILL.md", "Do it our way.\n")
    project.with_steps("## only\nrole: reader\nskills: house\n\n```sh\ntrue\n```\n")
    with pytest.raises(NotPermitted, match=r"crew-tui trust"):
        start_run(project.request())
    started = start_run(project.trusted().request())
    assert _plan(started.path).skills["house"].text == "Do it our way."
    assert until_ended(run_of(started)) == "completed"


def test_roles_skills_and_the_projects_instructions_are_written_down(project: CrewProject) -> None:
    put(project.root / "AGENTS.md", "Be quick.\n")
    project.with_steps("## only\nrole: reader\nwants: list\nskills: safe-bash\n\n```sh\necho '[]'\n```\n").trusted()
    started = start_run(project.request())
    plan = _plan(started.path)
    assert [role.name for role in plan.roles] == ["reader", "writer"]
    assert (plan.tasks[0].wants, plan.tasks[0].skills, list(plan.skills)) == ("list", ("safe-bash",), ["safe-bash"])
    assert plan.instructions == "From AGENTS.md of the project:\n\nBe quick.\n"
    assert f"project: {project.root / 'AGENTS.md'}" in plan.sources
    until_ended(run_of(started))


def test_settings_of_a_project_that_nobody_trusts_only_tighten_and_say_so(project: CrewProject) -> None:
    crew = project.root / ".crew"
    for name in ("agents", "teams", "workflows"):
        config_home().mkdir(parents=True, exist_ok=True)
        (crew / name).rename(config_home() / name)
    settings = put(crew / "config.toml", "[limits]\nmaxWorkers = 2\nmachineWorkers = 1000\n")
    started = start_run(project.request())
    limits = _plan(started.path).limits
    assert (limits.max_workers, limits.machine_workers) == (2, 8)
    assert started.notices == (
        f"{settings}:3: limits.machineWorkers = 1000 is not taken: the project is not trusted",
    )  # fmt: skip
    assert until_ended(run_of(started)) == "completed"


def test_a_crew_that_leads_elsewhere_starts_nothing(project: CrewProject, tmp_path: Path) -> None:
    project.trusted()
    (project.root / ".crew").rename(tmp_path / "crew")
    (project.root / ".crew").symlink_to(tmp_path / "crew")
    with pytest.raises(NotPermitted, match="is a symbolic link"):
        start_run(project.request())


def test_what_is_asked_for_counts_before_settings_and_the_tightest_of_these_counts(project: CrewProject) -> None:
    put(project.root / ".crew" / "config.toml", "[limits]\nmaxWorkers = 7\nmaxRunMinutes = 9\n")
    project.with_steps("---\nmaxConcurrency: 5\n---\n## a\nrole: reader\n\ntrue\n").trusted()
    configured = project.start()
    asked = project.start(max_workers=9, max_minutes=1.0)
    limits = [_plan(run.layout.root).limits for run in (configured, asked)]
    assert [(each.max_workers, each.max_run_minutes) for each in limits] == [(5, 9), (9, 1)]
    for run in (configured, asked):
        until_ended(run)


def test_a_tether_is_written_down(project: CrewProject) -> None:
    run = project.trusted().start(tether=ourselves())
    assert _plan(run.layout.root).tether == real_identities().current()
    assert until_ended(run) == "completed"


def test_a_crew_that_an_agent_starts_is_one_deeper_and_tied_to_it(
    project: CrewProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = real_identities().current()
    for name, value in {"CREW_DEPTH": "1", "CREW_MAX_DEPTH": "2", "CREW_TETHER": us.encode()}.items():
        monkeypatch.setenv(name, value)
    run = project.with_steps("## a\nrole: reader\n\necho $CREW_DEPTH $CREW_MAX_DEPTH\n").trusted().start()
    plan = _plan(run.layout.root)
    assert (plan.depth, plan.max_depth, plan.tether) == (1, 2, us)
    assert until_ended(run) == "completed"
    assert run.result("01_a") == "2 2\n"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"CREW_DEPTH": "2"}, "a crew at depth 2 is too deep; limits.maxDepth is 2"),
        ({"CREW_DEPTH": "1", "CREW_MAX_DEPTH": "1"}, "a crew at depth 1 is too deep; limits.maxDepth is 1"),
        ({"CREW_DEPTH": "0", "CREW_MAX_DEPTH": "0"}, "a crew at depth 0 is too deep"),
        ({"CREW_DEPTH": "7", "CREW_MAX_DEPTH": "99"}, "a crew at depth 7 is too deep; limits.maxDepth is 2"),
        ({"CREW_DEPTH": "-1"}, "is not what a crew sets"),
        ({"CREW_DEPTH": "one"}, "is not what a crew sets"),
        ({"CREW_DEPTH": "1", "CREW_TETHER": "nobody"}, "is not what a crew sets"),
        ({"CREW_DEPTH": "1", "CREW_TETHER": None}, "is not what a crew sets"),
    ],
)
def test_crews_do_not_nest_without_end(
    project: CrewProject, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str | None], told: str
) -> None:
    monkeypatch.setenv("CREW_TETHER", real_identities().current().encode())
    for name, value in environment.items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name)
    with pytest.raises(NotPermitted) as caught:
        start_run(project.trusted().request())
    assert told in str(caught.value)
    assert _runs(project) == []


def test_a_directory_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/odd\xff"))
    odd.mkdir()
    with pytest.raises(InputWrong, match="the directory is not UTF-8"):
        start_run(StartRequest("go", odd, team="demo"))


def test_runs_that_cannot_be_kept_are_not_started(project: CrewProject) -> None:
    put(project.trusted().root / ".crew" / "runs", "a file in the way")
    with pytest.raises(OpsError, match=r"run: not started, nothing runs: .*File exists") as caught:
        start_run(project.request())
    assert caught.value.exit_status == 1
