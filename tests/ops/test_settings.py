"""Settings as a person changes and sees them, and that a run gets what is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crew_core.config.first_look import first_look
from crew_core.config.layers import Layer
from crew_core.config.schema import Key, Value
from crew_core.config.settings import ProjectRule
from crew_core.config.trust import Standing
from crew_core.config.values import to_text
from crew_core.model.plan import RunPlan
from crew_core.ops.errors import InputWrong, NotPermitted, OpsError
from crew_core.ops.planning import plan_run
from crew_core.ops.settings import change, settings_at, settings_files
from crew_core.ops.trusting import trust, trust_store
from crew_core.store.layout import RunLayout, config_home
from crew_core.store.snapshot import read_snapshot
from tests.config.key_samples import EVERY_KEY, out_of_range, samples, toml
from tests.ops.crew_project import CrewProject, until_ended
from tests.resources.resource_files import put
from tests.seams.faulty_fs import Fault, FaultyFs
from tests.seams.unsynced_fs import UnsyncedFs

every_key = pytest.mark.parametrize("key", EVERY_KEY, ids=lambda key: key.path)
FAST = UnsyncedFs()


def _of_limits(name: str) -> Callable[[RunPlan], Value]:
    return lambda plan: msgspec.to_builtins(plan.limits)[name]


def _of_retry(name: str) -> Callable[[RunPlan], Value]:
    return lambda plan: msgspec.to_builtins(plan.retry)[name]


#: Where each setting acts in the plan of a run.
IN_THE_PLAN: dict[str, Callable[[RunPlan], Value]] = {
    **{key.path: _of_limits(key.name) for key in EVERY_KEY if key.section == "limits"},
    **{key.path: _of_retry(key.name) for key in EVERY_KEY if key.section == "retry"},
    "limits.maxDepth": lambda plan: plan.max_depth,
    "retry.maxRetries": lambda plan: plan.tasks[0].max_retries,
    "checks.timeoutS": lambda plan: plan.checks.timeout_s,
}
IN_THE_DASHBOARD = {
    f"ui.{name}" for name in ("theme", "watcher", "glyphs", "motion", "time", "mouse", "emojiWidth", "keys")
}
IN_ALERTS = {f"notifications.{name}" for name in ("toast", "bell", "desktop", "title")}
FOR_AGENTS = {"agent.program"}
#: The plan has them as prices, not as they were written: `test_limiting` has their own tests.
PRICES = {"prices.models"}


def _file() -> Path:
    return config_home() / "config.toml"


def test_every_setting_acts_somewhere() -> None:
    assert {key.path for key in EVERY_KEY} == (IN_THE_PLAN.keys() | IN_THE_DASHBOARD | IN_ALERTS | FOR_AGENTS | PRICES)


@every_key
def test_set_get_and_unset_go_round(key: Key, tmp_path: Path) -> None:
    mine = "# mine\n[limits] # bounds\n# end\n"
    put(_file(), mine)
    for value in samples(key):
        done = change(tmp_path, key.path, to_text(value), fs=FAST)
        assert done.wrote
        setting = settings_at(tmp_path).by_path[key.path]
        assert (setting.value, setting.origin.layer) == (value, Layer.USER)
        assert done.effective == setting
        assert not change(tmp_path, key.path, to_text(value), fs=FAST).wrote
    assert change(tmp_path, key.path, None, fs=FAST).wrote
    assert not change(tmp_path, key.path, None, fs=FAST).wrote
    after = settings_at(tmp_path).by_path[key.path]
    assert (after.value, after.origin.layer) == (key.default, Layer.BUILTIN)
    assert [line for line in _file().read_text().splitlines() if line in mine.splitlines()] == mine.splitlines()


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(EVERY_KEY), st.integers(0, 9), st.booleans()), max_size=6))
def test_the_file_says_what_was_last_said(tmp_path: Path, steps: list[tuple[Key, int, bool]]) -> None:
    _file().unlink(missing_ok=True)
    expected = {key.path: key.default for key in EVERY_KEY}
    for key, which, put_in in steps:
        value = samples(key)[which % len(samples(key))] if put_in else None
        change(tmp_path, key.path, to_text(value) if put_in else None, fs=FAST)
        expected[key.path] = value if put_in else key.default
    assert {path: setting.value for path, setting in settings_at(tmp_path).by_path.items()} == expected


@pytest.mark.parametrize("key", [key for key in EVERY_KEY if key.path in IN_THE_PLAN], ids=lambda key: key.path)
def test_a_run_gets_the_value_that_is_shown(key: Key, project: CrewProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project.with_steps("## only\nrole: reader\n\ntrue\n").trusted()
    first, second = samples(key)[0], samples(key)[1]
    for act in (
        lambda: None,
        lambda: change(project.root, key.path, to_text(first), fs=FAST),
        lambda: monkeypatch.setenv(key.variable, to_text(second)),
    ):
        act()
        shown = settings_at(project.root).by_path[key.path].value
        assert IN_THE_PLAN[key.path](plan_run(project.request()).plan) == shown
    asked = project.request(settings=(f"{key.path}={to_text(first)}",))
    assert IN_THE_PLAN[key.path](plan_run(asked).plan) == first


@pytest.mark.usefixtures("no_process_left")
def test_a_started_run_keeps_the_settings_that_it_was_started_with(project: CrewProject) -> None:
    project.with_steps("## only\nrole: reader\n\ntrue\n").trusted()
    change(project.root, "retry.maxRetries", "4", fs=FAST)
    run = project.start(settings=("limits.maxWorkers=2", "retry.jitter=0"), max_minutes=5.0)
    change(project.root, "retry.maxRetries", "9", fs=FAST)
    plan = read_snapshot(RunLayout(run.layout.root).plan, RunPlan)
    assert (plan.limits.max_workers, plan.limits.max_run_minutes, plan.retry.jitter) == (2, 5, 0)
    assert plan.tasks[0].max_retries == 4
    assert until_ended(run) == "completed"


def test_a_step_that_says_how_often_it_is_retried_is_not_touched(project: CrewProject) -> None:
    project.with_steps("## a\nrole: reader\nretries: 0\n\ntrue\n\n## b\nrole: reader\n\ntrue\n").trusted()
    plan = plan_run(project.request(settings=("retry.maxRetries=7",))).plan
    assert [task.max_retries for task in plan.tasks] == [0, 7]


def test_what_a_flag_says_about_workers_counts_before_the_team(project: CrewProject) -> None:
    project.with_steps("---\nmaxConcurrency: 2\n---\n## a\nrole: reader\n\ntrue\n").trusted()
    change(project.root, "limits.maxWorkers", "9", fs=FAST)
    assert plan_run(project.request()).plan.limits.max_workers == 2
    assert plan_run(project.request(settings=("limits.maxWorkers=9",))).plan.limits.max_workers == 9


def test_agents_that_name_no_program_get_the_one_that_is_shown(project: CrewProject) -> None:
    put(project.root / ".crew" / "agents" / "reader.md", "---\nname: reader\n---\nRead it.\n")
    project.with_steps("## only\nrole: reader\n\nlook\n").trusted()
    change(project.root, "agent.program", "offline", fs=FAST)
    assert settings_at(project.root).by_path["agent.program"].value == "offline"
    assert plan_run(project.request()).plan.agents["reader"].program == "offline"


@pytest.mark.parametrize("path", sorted(IN_THE_DASHBOARD))
def test_the_dashboard_gets_the_value_that_is_shown(path: str, tmp_path: Path) -> None:
    key = next(key for key in EVERY_KEY if key.path == path)
    change(tmp_path, path, to_text(samples(key)[0]), fs=FAST)
    field = re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", key.name)
    assert getattr(first_look({}), field) == settings_at(tmp_path).by_path[path].value


@every_key
def test_a_wrong_value_is_refused_before_anything_is_written(key: Key, tmp_path: Path) -> None:
    for wrong in out_of_range(key):
        with pytest.raises(InputWrong) as caught:
            change(tmp_path, key.path, str(wrong), fs=FAST)
        assert str(caught.value).startswith(f"config set: {key.path} is ")
        assert str(caught.value).endswith(f"it must be {key.range}")
    assert not _file().exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[limits\n", ":1: no TOML"),
        ("[limits]\nmaxWorkers = 0\n", ":2: limits.maxWorkers is 0; it must be 1 to 1024; nothing was written"),
        ("[limits]\nmaxWorker = 1\n", ":2: unknown key limits.maxWorker; did you mean limits.maxWorkers?; nothing"),
    ],
)
def test_a_file_that_is_wrong_already_is_not_written(tmp_path: Path, text: str, told: str) -> None:
    put(_file(), text)
    for value in ("2", None):
        with pytest.raises(InputWrong) as caught:
            change(tmp_path, "limits.maxDepth", value, fs=FAST)
        assert str(caught.value).startswith(f"config: {_file()}{told}")
    assert _file().read_text() == text


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("limits.maxWorker", "1", "config: unknown key limits.maxWorker; did you mean limits.maxWorkers?"),
        ("limits", "1", "config: unknown key limits; "),
        ("", "1", "config: unknown key ; there is: limits"),
        (
            "limits.maxRunMinutes",
            "none",
            "config set: limits.maxRunMinutes: TOML has no word for none; crew-tui config",
        ),
    ],
)
def test_what_cannot_be_said_is_told(tmp_path: Path, path: str, value: str, told: str) -> None:
    with pytest.raises(InputWrong) as caught:
        change(tmp_path, path, value, fs=FAST)
    assert str(caught.value).startswith(told)


def test_a_new_file_is_the_persons_alone_and_an_old_one_keeps_its_mode_place_and_bytes(tmp_path: Path) -> None:
    change(tmp_path, "ui.theme", "x", fs=FAST)
    assert (_file().stat().st_mode & 0o777, config_home().stat().st_mode & 0o777) == (0o600, 0o700)
    elsewhere = tmp_path / "dotfiles" / "config.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"\xef\xbb\xbf# mine\r\n[ui]\r\ntheme = 'a'\r\n")
    elsewhere.chmod(0o644)
    _file().unlink()
    _file().symlink_to(elsewhere)
    change(tmp_path, "ui.theme", "b", fs=FAST)
    assert elsewhere.read_bytes() == b"\xef\xbb\xbf# mine\r\n[ui]\r\ntheme = 'b'\r\n".replace(b"'b'", b'"b"')
    assert (elsewhere.stat().st_mode & 0o777, _file().is_symlink()) == (0o644, True)


def test_a_disk_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    counted = FaultyFs(FAST)
    change(tmp_path, "ui.theme", "a", fs=counted)
    before = _file().read_bytes()
    counted = FaultyFs(FAST)
    change(tmp_path, "ui.theme", "b", fs=counted)
    for at in range(1, len(counted.operations)):
        _file().write_bytes(before)
        faulty = FaultyFs(FAST, [Fault(at=at)])
        try:
            wrote = change(tmp_path, "ui.theme", "b", fs=faulty).wrote
        except OpsError as error:
            assert str(error).startswith("config: not written: ")  # noqa: PT017
            wrote = False
        assert settings_at(tmp_path).by_path["ui.theme"].value == ("b" if wrote else "a")
        assert faulty.open_descriptors == set()


def test_writing_the_projects_file_ends_its_trust_and_says_so(project: CrewProject) -> None:
    project.trusted()
    done = change(project.root, "limits.maxWorkers", "900", in_project=True, fs=FAST)
    assert (done.file, done.wrote, done.trust_lost) == (project.root / ".crew" / "config.toml", True, True)
    assert done.effective is not None
    assert [each.value for each in done.effective.refused] == [900]
    assert trust_store().standing(project.root).standing is Standing.CHANGED
    trust(project.root)
    assert settings_at(project.root).by_path["limits.maxWorkers"].value == 900


def test_the_projects_file_takes_only_what_a_project_may_say(project: CrewProject, tmp_path: Path) -> None:
    for key in (key for key in EVERY_KEY if key.project is ProjectRule.NEVER):
        with pytest.raises(InputWrong, match="a project may not set"):
            change(project.root, key.path, to_text(samples(key)[0]), in_project=True, fs=FAST)
    (tmp_path / "nowhere").mkdir()
    with pytest.raises(InputWrong, match="is in no project"):
        change(tmp_path / "nowhere", "limits.maxWorkers", "1", in_project=True, fs=FAST)


HOSTILE = {
    "raises every limit": "".join(toml(key, samples(key)[-1]) for key in EVERY_KEY if key.path == "limits.maxWorkers")
    + "machineWorkers = 1024\nmaxDepth = 8\n[retry]\nmaxRetries = 100\nbaseMs = 0\n[agent]\nprogram = 'evil'\n",
    "takes the dashboard": "[ui]\ntheme = 'evil'\nwatcher = 'polling'\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_project_changes_nothing_and_is_told_line_by_line(project: CrewProject, text: str) -> None:
    nobody = settings_at(project.root).settings
    file = put(project.root / ".crew" / "config.toml", text)
    loaded = settings_at(project.root)
    assert loaded.settings == nobody
    said = [n for n, line in enumerate(text.splitlines(), 1) if "=" in line]
    assert sorted(int(notice.split(":")[1]) for notice in loaded.notices) == said
    assert all(notice.startswith(f"{file}:") and "is not taken" in notice for notice in loaded.notices)


def test_a_hostile_project_that_cannot_be_read_starts_nothing_and_leaves_my_file_to_me(
    project: CrewProject, tmp_path: Path
) -> None:
    file = project.root / ".crew" / "config.toml"
    secret = put(tmp_path / "secret", "[limits]\nmaxWorkers = 1\npassword = 'hunter2'\n")
    for make, told in (
        (lambda: file.write_text("[hooks]\nstart = 'rm -rf ~'\n"), "unknown key hooks"),
        (lambda: file.write_text("#" * 20_000), "larger than 16384 bytes"),
        (lambda: file.symlink_to(secret), "a symbolic link that leads out of"),
        (lambda: file.symlink_to("/dev/zero"), "a symbolic link that leads out of"),
        (lambda: file.symlink_to(file), "cannot be read"),
        (file.mkdir, "is no regular file"),
    ):
        make()
        for act in (lambda: settings_at(project.root), lambda: plan_run(project.request(team="demo"))):
            with pytest.raises(InputWrong, match=told) as caught:
                act()
            assert "hunter2" not in str(caught.value)
        done = change(project.root, "limits.maxWorkers", "4", fs=FAST)
        assert (done.effective, told in done.problem) == (None, True)
        with pytest.raises(InputWrong, match=told):
            change(project.root, "limits.maxWorkers", "4", in_project=True, fs=FAST)
        file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()
    assert "hunter2" in secret.read_text()


def test_a_crew_that_leads_elsewhere_is_not_read(project: CrewProject, tmp_path: Path) -> None:
    (project.root / ".crew").rename(tmp_path / "crew")
    (project.root / ".crew").symlink_to(tmp_path / "crew")
    for act in (settings_at, lambda start: change(start, "limits.maxWorkers", "4", in_project=True, fs=FAST)):
        with pytest.raises(NotPermitted, match="is a symbolic link"):
            act(project.root)


def test_the_files_are_named_with_their_layers(project: CrewProject, tmp_path: Path) -> None:
    files = settings_files(project.root)
    assert [(each.layer, each.path, each.exists) for each in files] == [
        (Layer.USER, _file(), False),
        (Layer.PROJECT, project.root / ".crew" / "config.toml", False),
    ]
    (tmp_path / "nowhere").mkdir()
    assert [each.layer for each in settings_files(tmp_path / "nowhere")] == [Layer.USER]
