"""A run whose directory is removed ends: no process of it goes on, nothing is held, nothing is made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.ops.forcing import living_supervisors
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.store.locked_row import is_locked
from crew_core.store.machine import MachineStore
from crew_core.store.slots import SlotPool
from tests.awaiting import PATIENCE_S, until_dead
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task

pytestmark = pytest.mark.usefixtures("no_process_left")


def until_gone(run: RealRun) -> None:
    assert run.process is not None
    run.process.wait(PATIENCE_S)


def test_its_coordinator_and_supervisors_go_and_hold_nothing(tmp_path: Path) -> None:
    up, machine, identities = tmp_path / "up", MachineStore.of_this_user(), real_identities()
    waiting = task("b", agent="writer", cwd=str(tmp_path), after=("a",))
    run = RealRun.make(
        tmp_path, plan(task("a", f'touch "{up}"; sleep 60', agent="writer", cwd=str(tmp_path)), waiting)
    ).start()
    run.until(up.exists)
    ((_, supervisor),) = living_supervisors(run.layout, None, identities)
    assert SlotPool(RealFs(), machine.slots).holders()
    assert any(map(is_locked, machine.writers.iterdir()))
    run.layout.root.rename(tmp_path / "removed")
    until_gone(run)
    until_dead(supervisor)
    assert SlotPool(RealFs(), machine.slots).holders() == []
    assert not any(map(is_locked, machine.writers.iterdir()))
    assert not run.layout.root.exists()


def test_a_run_that_is_removed_while_it_starts_an_agent_is_not_made_anew(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a", f'touch "{tmp_path}/started"')), "tests.engine.vanishing_run").start()
    until_gone(run)
    assert (tmp_path / "removed").exists()
    assert not run.layout.root.exists()
    assert not (tmp_path / "started").exists()
