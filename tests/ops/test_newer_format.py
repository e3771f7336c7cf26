"""A run that a newer version has written is refused before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crew_core.model.commands import Outcome
from crew_core.ops import control, steering
from crew_core.ops.errors import NotPermitted, NotRecorded
from crew_core.ops.find import find_task
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun
from tests.store.newer_run import REFUSED, contents, make_newer, snapshots_of

Ask = Callable[[Path], Outcome]

_ASKED: dict[str, Ask] = {
    "cancel": control.cancel,
    "stop": control.stop,
    "retry": control.retry,
    "resume": control.resume,
    "send": lambda run_dir: steering.send(run_dir, "a", "hello"),
    "respond": lambda run_dir: steering.respond(run_dir, "a", "yes"),
}

pytestmark = pytest.mark.usefixtures("no_process_left")


@pytest.mark.parametrize("newer", ["manifest.json", "workflow.json", "tasks.json"])
@pytest.mark.parametrize("name", _ASKED)
def test_every_request_is_refused_and_nothing_is_written(tmp_path: Path, name: str, newer: str) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    make_newer(run.path / newer)
    before = contents(run.path)
    with pytest.raises(NotPermitted) as told:
        _ASKED[name](run.path)
    assert str(told.value) == f"{name} {run.path.name}: {REFUSED}"
    assert contents(run.path) == before


def test_force_ends_the_processes_and_says_that_the_run_is_as_it_was(tmp_path: Path) -> None:
    up = tmp_path / "up"
    run = RealRun.make(tmp_path, plan(task("a", f'touch "{up}"; exec sleep 60'))).start()
    run.until(up.exists)
    make_newer(run.layout.plan)
    assert run.process is not None
    with pytest.raises(NotPermitted, match=r"not changed$"):
        control.cancel(run.layout.root)
    assert run.process.poll() is None
    with pytest.raises(NotRecorded) as told:
        control.cancel(run.layout.root, force=True)
    assert f": ended coordinator (pid {run.process.pid}), supervisor of a (pid " in str(told.value)
    assert f"no process left alive, but this is not recorded: {REFUSED}; " in str(told.value)
    assert run.process.wait() != 0
    assert list(run.layout.commands_new.iterdir()) == []


def test_force_where_nobody_works_writes_nothing(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    make_newer(run.layout.manifest)
    before = contents(run.path)
    with pytest.raises(NotRecorded, match=r"nothing ended, no process left alive"):
        control.stop(run.path, force=True)
    assert contents(run.path) == before


def test_its_tasks_are_found_in_the_journal(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a"), task("b")))
    make_newer(*snapshots_of(run.path), run.layout.plan)
    assert find_task(run.path, "b") == "b"
