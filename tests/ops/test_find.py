"""What a person may call a run or a task."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.status import Access
from crew_core.ops.errors import InputWrong, NotFound, NotPermitted, OpsError
from crew_core.ops.find import find_run, find_task
from crew_core.ops.project import register
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.layout import RunLayout, data_home
from crew_core.store.registry import RegisteredRun
from crew_core.store.snapshot import write_snapshot
from tests.engine.run_builders import plan, task
from tests.observe.picrew.written import completed
from tests.observe.written_run import WrittenRun

AT = "2026-01-02T03:04:05.000Z"
RUNS = ("team_20260101_aaa1", "team_20260102_abc2", "team_20260103_abc3")


def _made(project: Path, *run_ids: str) -> Path:
    for run_id in run_ids:
        (project / ".crew" / "runs" / run_id).mkdir(parents=True)
    return project


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return _made(tmp_path / "here", *RUNS)


def test_a_run_is_found_by_its_id_a_unique_beginning_or_end_or_as_the_last(here: Path) -> None:
    for name in (RUNS[1], "team_20260102", "2", "abc2"):
        assert find_run(name, here).name == RUNS[1]
    assert find_run("last", here) == here / ".crew" / "runs" / RUNS[2]
    (here / "deeper").mkdir()
    assert find_run("last", here / "deeper").name == RUNS[2]


def test_a_whole_id_counts_before_the_beginning_of_another(here: Path) -> None:
    _made(here, f"{RUNS[0]}-more")
    assert find_run(RUNS[0], here).name == RUNS[0]


def test_what_could_be_several_runs_names_them_newest_first(here: Path) -> None:
    with pytest.raises(NotFound) as caught:
        find_run("team_2026010", here)
    expected = f"run team_2026010: could be {', '.join(reversed(RUNS))}; write more of it"
    assert (str(caught.value), caught.value.exit_status) == (expected, 5)


@pytest.mark.parametrize("name", ["nope", "", "/", "..", "*", "last "])
def test_an_unknown_run_names_the_newest(here: Path, name: str) -> None:
    with pytest.raises(NotFound, match=f"no such run; newest: {RUNS[2]}, {RUNS[1]}, {RUNS[0]}"):
        find_run(name, here)


def test_many_candidates_are_counted(tmp_path: Path) -> None:
    _made(tmp_path / "p", *(f"team_{n}" for n in range(10)))
    with pytest.raises(NotFound, match="could be team_9, team_8, team_7, team_6, team_5, team_4 and 4 more"):
        find_run("team", tmp_path / "p")


def test_a_run_of_another_project_is_found_when_none_here_is_meant(here: Path, tmp_path: Path) -> None:
    other = _made(tmp_path / "other", "team_20250101_zzz9", RUNS[0])
    for run_id in ("team_20250101_zzz9", RUNS[0], "team_20250101_gone"):
        register(RegisteredRun(run_id, str(other / ".crew" / "runs" / run_id), "t", "g", AT))
    assert find_run("zzz9", here).parent == other / ".crew" / "runs"
    assert find_run(RUNS[0], here).parent == here / ".crew" / "runs"
    with pytest.raises(NotFound):
        find_run("gone", here)


def test_a_registered_run_that_cannot_be_reached_is_passed_over(here: Path, tmp_path: Path) -> None:
    beyond = tmp_path / ("x" * 300) / "team_20260104_far1"
    register(RegisteredRun("team_20260104_far1", str(beyond), "t", "g", AT, str(beyond.parent)), RealFs())
    with pytest.raises(NotFound, match="no such run"):
        find_run("far1", here)


def test_the_last_run_is_one_of_the_same_project_only(here: Path, tmp_path: Path) -> None:
    register(RegisteredRun(RUNS[0], str(here / ".crew" / "runs" / RUNS[0]), "t", "g", AT))
    (tmp_path / "empty" / ".git").mkdir(parents=True)
    with pytest.raises(NotFound, match=r"run last: no runs in .*; see: crew-tui list --all"):
        find_run("last", tmp_path / "empty")


def test_outside_of_every_project_the_persons_own_runs_are_meant(tmp_path: Path) -> None:
    (data_home() / "runs" / RUNS[0]).mkdir(parents=True)
    (tmp_path / "nowhere").mkdir()
    assert find_run("last", tmp_path / "nowhere") == data_home() / "runs" / RUNS[0]
    with pytest.raises(InputWrong, match="no such directory"):
        find_run("last", tmp_path / "missing")


def _run_with_tasks(tmp_path: Path, *names: tuple[str, str]) -> Path:
    tasks = [replace(task(task_id), step_id=step_id) for task_id, step_id in names]
    run_dir = tmp_path / "team_1"
    ensure_directory(RealFs(), run_dir)
    write_snapshot(RealFs(), RunLayout(run_dir).plan, plan(*tasks))
    return run_dir


def test_a_task_is_found_by_its_id_its_step_or_a_unique_beginning(tmp_path: Path) -> None:
    run_dir = _run_with_tasks(tmp_path, ("01_test", "test"), ("02_tester", "tester"), ("03_01_test", "01_test"))
    assert find_task(run_dir, "test") == "01_test"
    assert find_task(run_dir, "01_test") == "01_test"
    assert find_task(run_dir, "tester") == "02_tester"
    assert find_task(run_dir, "02") == "02_tester"
    with pytest.raises(NotFound, match="task te: could be 01_test, 02_tester"):
        find_task(run_dir, "te")
    for name in ("", "x"):
        with pytest.raises(NotFound, match="no such task in team_1; there is: 01_test, 02_tester, 03_01_test"):
            find_task(run_dir, name)


def test_a_task_that_was_added_while_the_run_went_on_is_found(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("01_plan"), task("02_x", after=("01_plan",)), run_id="team_1"))
    added = replace(task("02_x-3"), step_id="x")
    run.record(e.TasksAdded(tasks=(e.AddedTask(added, "shell", Access.READ),)), "02_x")
    run.snapshots()
    for name in ("02_x-3", "02_x-", "x"):
        assert find_task(run.path, name) == "02_x-3"
    assert find_task(run.path, "02_x") == "02_x"
    with pytest.raises(NotFound, match="no such task in team_1; there is: 01_plan, 02_x, 02_x-3"):
        find_task(run.path, "03")
    run.layout.tasks.write_bytes(b"{")
    assert find_task(run.path, "02_x") == "02_x"


def test_tasks_of_a_run_that_cannot_be_read_are_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match=r"run team_2: workflow\.json cannot be read"):
        find_task(tmp_path / "team_2", "a")


def test_a_run_of_another_program_is_not_ours_to_command(tmp_path: Path, here: Path) -> None:
    foreign = completed(tmp_path / "theirs")
    for name in (foreign.run.name, foreign.run.name[-6:], "last"):
        with pytest.raises(NotPermitted) as caught:
            find_run(name, tmp_path / "theirs")
        assert caught.value.hint == f"look at it: crew-tui monitor {foreign.run}"
        assert caught.value.exit_status == 4
    with pytest.raises(NotFound):
        find_run("nope", tmp_path / "theirs")
    completed(here)
    assert find_run("last", here).name == RUNS[2]
