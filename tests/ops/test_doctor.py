"""What is wrong with a machine or a project is found, and told with what to do about it."""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crew_core.ops.checkup import clock, mounts, nesting, python, storage, terminal, workers
from crew_core.ops.checkup.finding import Finding, Level
from crew_core.ops.checkup.storage import Place
from crew_core.ops.doctor import Checkup, doctor
from crew_core.ops.forcing import living_supervisors
from crew_core.ops.probe import probe
from crew_core.store.clock import SystemClock, iso
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.store.layout import config_home, state_home
from crew_core.store.lock import LockRecord, RunLock, read_holder
from crew_core.store.machine import MachineStore
from crew_core.store.registry import RegisteredRun
from crew_core.store.slots import SlotPool, SlotRow
from tests.awaiting import until_dead
from tests.ops.crew_project import CrewProject, until_ended
from tests.resources.resource_files import put

pytestmark = pytest.mark.usefixtures("no_process_left")


def _found(checkup: Checkup, title: str, level: Level | None = None) -> list[Finding]:
    (section,) = [section for section in checkup.sections if section.title == title]
    return [each for each in section.findings if level is None or each.level is level]


def test_a_machine_that_is_well_fails_nothing_and_every_warning_has_a_remedy(project: CrewProject) -> None:
    checkup = doctor(project.trusted().root)
    assert checkup.well
    assert checkup.project == project.root
    everything = [finding for section in checkup.sections for finding in section.findings]
    assert all(section.findings for section in checkup.sections)
    assert all(finding.remedy for finding in everything if finding.level is not Level.OK)
    assert [finding for finding in everything if "could not be looked at" in finding.said] == []


def test_looking_leaves_nothing_behind_and_without_writing_it_touches_nothing(
    project: CrewProject, tmp_path: Path, own_home: Path
) -> None:
    project.trusted()
    before = sorted(tmp_path.rglob("*"))
    doctor(project.root)
    assert sorted(tmp_path.rglob("*")) == before
    times = {path: path.stat().st_mtime_ns for path in (project.root, own_home, state_home())}
    doctor(project.root, writing=False)
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_wrong_resources_and_settings_fail_with_their_place(project: CrewProject) -> None:
    agent = put(project.root / ".crew" / "agents" / "reader.md", "---\nprogram: shall\n---\n")
    settings = put(config_home() / "config.toml", "[limits]\nmaxWorkers = 0\n")
    checkup = doctor(project.trusted().root)
    assert not checkup.well
    (fault,) = [each for each in _found(checkup, "resources", Level.FAIL) if "shall" in each.said]
    assert fault.said.startswith(f"{agent}:2: agent 'reader'")
    assert fault.remedy.startswith("did you mean")
    (fault,) = _found(checkup, "settings", Level.FAIL)
    assert f"{settings}:2" in fault.said


def test_any_agent_of_the_protocol_may_be_an_agents_program(project: CrewProject) -> None:
    put(project.root / ".crew" / "agents" / "reader.md", "---\nname: reader\ndescription: d\nprogram: acp:mine\n---\nx")
    assert not _found(doctor(project.trusted().root), "resources", Level.FAIL)


def test_a_project_that_nobody_trusts_and_a_layout_that_leads_elsewhere_are_told(
    project: CrewProject, tmp_path: Path
) -> None:
    (finding,) = _found(doctor(project.root), "trust", Level.WARN)
    assert finding.remedy.endswith(f"crew-tui trust {project.root}")
    (project.root / ".crew").rename(tmp_path / "crew")
    (project.root / ".crew").symlink_to(tmp_path / "crew")
    assert [each.name for each in _found(doctor(project.root), "trust", Level.FAIL)] == ["layout"]


def test_a_file_where_a_directory_belongs_fails(project: CrewProject) -> None:
    put(config_home(), "a file")
    assert [each.name for each in _found(doctor(project.root), "storage", Level.FAIL)] == ["settings"]


def test_a_part_that_cannot_be_looked_at_is_a_finding(project: CrewProject) -> None:
    put(state_home() / "slots", "a file where a directory belongs")
    put(state_home() / "runs", "another one")
    (finding,) = _found(doctor(project.root), "runs", Level.FAIL)
    assert "could not be looked at: NotADirectoryError" in finding.said


def _waiting(project: CrewProject, gate: Path) -> CrewProject:
    steps = f"## a\nrole: reader\nretries: 0\n\n```sh\nuntil [ -e {gate} ]; do sleep 0.02; done\n```\n"
    return project.with_steps(steps).trusted()


def test_workers_without_a_coordinator_are_found_with_their_run(project: CrewProject, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    run = _waiting(project, gate).start()
    run.until(lambda: bool(living_supervisors(run.layout, None, real_identities())))
    run.until(lambda: "attempt.started" in run.types())
    assert _found(doctor(project.root), "runs", Level.WARN) == []
    holder = read_holder(run.layout.lock)
    assert holder is not None
    real_identities().signal(holder.identity, signal.SIGKILL)
    until_dead(holder.identity)
    ((_, supervisor),) = living_supervisors(run.layout, None, real_identities())
    checkup = doctor(project.root)
    (finding,) = _found(checkup, "runs", Level.WARN)
    assert finding.said == (
        f"{run.layout.run_id}: no coordinator works on it; its workers go on by themselves ({supervisor.pid})"
    )
    assert finding.remedy == f"crew-tui resume {run.layout.run_id}"
    assert _found(checkup, "workers", Level.WARN) == []
    assert checkup.well
    gate.touch()
    run.start()
    assert until_ended(run) == "completed"
    run.wait()
    assert _found(doctor(project.root), "runs", Level.WARN) == []


def test_what_a_dead_supervisor_left_is_found_by_its_heartbeat(project: CrewProject, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    identities = real_identities()
    script = f"setsid sh -c 'until [ -e {gate} ]; do sleep 0.02; done' & wait"
    run = project.with_steps(f"## a\nrole: reader\nretries: 0\n\n```sh\n{script}\n```\n").trusted().start()
    run.until(lambda: bool(living_supervisors(run.layout, None, identities)))
    ((_, supervisor),) = living_supervisors(run.layout, None, identities)
    run.until(lambda: _tree_size(run.layout.attempts) >= 2)
    holder = read_holder(run.layout.lock)
    assert holder is not None
    identities.signal(holder.identity, signal.SIGKILL)
    identities.signal(supervisor, signal.SIGKILL)
    until_dead(supervisor, holder.identity)
    # The kernel ends the leader with its supervisor, a moment later; what left its session stays.
    run.until(lambda: len(workers.left_behind(run.layout, identities)) == 1)
    survivors = workers.left_behind(run.layout, identities)
    (finding,) = [each for each in _found(doctor(project.root), "runs", Level.WARN) if each.name == "survivors"]
    assert str(survivors[0].pid) in finding.said
    assert finding.remedy == f"crew-tui resume {run.layout.run_id}"
    run.start().wait()
    assert workers.left_behind(run.layout, identities) == []
    gate.touch()


def _tree_size(attempts: Path) -> int:
    from crew_core.model.attempt import WorkerStatus
    from crew_core.store.snapshot import read_snapshot

    found = list(attempts.glob("*/*/status.json"))
    return len(read_snapshot(found[0], WorkerStatus).tree) if found else 0


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """As by a descriptor that somebody inherited by mistake."""
    with path.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_locks_that_outlive_who_took_them_are_found(project: CrewProject) -> None:
    run = project.trusted().start()
    assert until_ended(run) == "completed"
    until_dead(read_holder(run.layout.lock).identity)  # type: ignore[union-attr]
    with _locked(run.layout.lock):
        (finding,) = _found(doctor(project.root), "runs", Level.WARN)
    assert finding.name == "stale lock"
    assert run.layout.run_id in finding.said
    slots = MachineStore.of_this_user().slots
    gone = read_holder(run.layout.lock)
    assert gone is not None
    slot = SlotPool(RealFs(), slots).try_take(1, SlotRow("team_x", "a", str(project.root), gone.identity))
    assert slot is not None
    (finding,) = _found(doctor(project.root), "workers", Level.WARN)
    assert finding.said.startswith(f"{slot.path} is locked")
    slot.rewrite(SlotRow("team_x", "a", str(project.root), real_identities().current()))
    assert _found(doctor(project.root), "workers", Level.WARN) == []
    slot.release()


def test_a_living_coordinators_lock_is_no_finding(project: CrewProject, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    run = _waiting(project, gate).start()
    try:
        assert [each.said for each in _found(doctor(project.root), "runs")] == ["1 live"]
    finally:
        gate.touch()
    assert until_ended(run) == "completed"


def test_a_real_worker_is_tried_and_nothing_of_it_is_left(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("CREW_DEPTH", "9")
    before = sorted(own_home.rglob("*"))
    tried = probe()
    assert tried.problem == ""
    assert [stage.name for stage in tried.stages][-2:] == ["run closed", "coordinator gone"]
    assert "supervisor runs the worker" in {stage.name for stage in tried.stages}
    times = [stage.after_ms for stage in tried.stages]
    assert times == sorted(times)
    assert sorted(own_home.rglob("*")) == before
    assert os.listdir(scratch) == []


def test_a_trial_that_cannot_begin_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    tried = probe()
    assert "failed" in tried.problem


@pytest.mark.parametrize(
    ("environment", "level", "told"),
    [
        ({}, Level.OK, "0 of 2"),
        ({"CREW_DEPTH": "1"}, Level.FAIL, "is not what a crew sets"),
        ({"CREW_RUN_ID": "team_1"}, Level.WARN, "CREW_RUN_ID set, though we are in no crew"),
        ({"CREW_DEPTH": "1", "CREW_TETHER": "us"}, Level.WARN, "1 of 2"),
        ({"CREW_DEPTH": "2", "CREW_TETHER": "us"}, Level.FAIL, "too deep"),
    ],
)
def test_being_inside_of_a_crew_is_told(environment: dict[str, str], level: Level, told: str) -> None:
    us = real_identities().current().encode()
    (finding,) = nesting.findings({name: us if value == "us" else value for name, value in environment.items()}, 2)
    assert finding.level is level
    assert told in finding.said


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"TERM": "dumb"}, {"TERM": Level.WARN}),
        ({"TERM": "xterm-256color", "TMUX": "/tmp/x"}, {"TERM": Level.OK}),
        ({"TERM": "xterm", "NO_COLOR": "1"}, {"colours": Level.OK}),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, {"colours": Level.OK}),
    ],
)
def test_the_terminal_is_told_as_its_environment_has_it(environment: dict[str, str], told: dict[str, Level]) -> None:
    found = {finding.name: finding.level for finding in terminal.findings(environment)}
    assert found | told == found


def test_a_clock_that_was_set_back_is_told_by_a_run_from_the_future() -> None:
    future = RegisteredRun("team_9", "/r", "t", "g", "2999-01-01T00:00:00.000Z")
    now = RegisteredRun("team_1", "/r", "t", "g", iso(SystemClock().now()))
    assert [each.level for each in clock.findings([future])] == [Level.WARN]
    assert [each.level for each in clock.findings([now])] == [Level.OK]
    assert [each.level for each in clock.findings([])] == [Level.OK]


def test_the_kind_of_a_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    spaced = tmp_path / "a b"
    (spaced / "below").mkdir(parents=True)
    listed = f"/dev/a / ext4 rw 0 0\nserver:/x {str(spaced).replace(' ', chr(92) + '040')} nfs4 rw 0 0\n"
    table = put(tmp_path / "mounts", listed)
    assert mounts.type_of(spaced / "below", table) == "nfs4"
    assert mounts.type_of(tmp_path, table) == "ext4"
    assert mounts.type_of(tmp_path, tmp_path / "missing") == ""


def test_every_needed_package_is_there_and_a_missing_or_old_one_would_be_told() -> None:
    assert [finding.level for finding in python.findings()] == [Level.OK] * 3
    assert python._problem("no-such-package-here>=1") == "no-such-package-here is missing"
    assert python._problem("msgspec>=999").endswith(", and must be >=999")
    assert python._problem("msgspec<0.1; extra == 'dev'") == ""
    assert python._problem("msgspec<0.1; sys_platform == 'plan9'") == ""


def test_a_place_that_is_not_there_yet_is_judged_by_what_is_above_it(tmp_path: Path) -> None:
    found = list(storage.findings([Place("runs", tmp_path / "a" / "b")], writing=True))
    assert {finding.level for finding in found} == {Level.OK}
    assert f"to be made below {tmp_path}" in found[0].said
    assert os.listdir(tmp_path) == ["home"]


def test_a_lock_record_alone_is_no_lock(project: CrewProject) -> None:
    run = project.trusted().start()
    assert until_ended(run) == "completed"
    until_dead(read_holder(run.layout.lock).identity)  # type: ignore[union-attr]
    lock = RunLock.acquire(run.layout.lock, RealFs())
    lock.write(LockRecord(real_identities().current(), 9, "2026-01-02T03:04:05.000Z"))
    assert _found(doctor(project.root), "runs", Level.WARN) == []
    lock.release()
    assert _found(doctor(project.root), "runs", Level.WARN) == []
