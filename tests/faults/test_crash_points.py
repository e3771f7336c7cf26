"""Every crash point: kill -9 at each durable operation or spawn, then go on, and nothing that was told is lost."""

from __future__ import annotations

import errno
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from crew_core.model.status import AttemptOutcome
from tests.faults.crash_run import CrashRun
from tests.seams.faulty_fs import VARIABLE, Effect, Fault, environment

VICTIM_FAULTS = "CREW_TEST_VICTIM_FAULTS"

pytestmark = pytest.mark.usefixtures("no_process_left")


def coordinator_dies(at: int, effect: Effect) -> dict[str, str]:
    return environment(Fault(effect=effect, at=at))


def supervisor_dies(at: int, effect: Effect, victim: str = "b/1") -> dict[str, str]:
    orders = environment(Fault(effect=effect, at=at))[VARIABLE]
    return {"CREW_TEST_VICTIM": victim, VICTIM_FAULTS: orders}


def crash(directory: Path, faults: Mapping[str, str]) -> CrashRun:
    run = CrashRun(directory, faults)
    run.until_ended()
    run.check()
    return run


def operations(directory: Path, log: Path, faults: Mapping[str, str]) -> list[str]:
    """The kinds of all durable operations of one run without crashes."""
    crash(directory, faults)
    return [line.split(" ", 1)[0] for line in log.read_text().splitlines()]


def test_a_run_without_crashes_holds_what_the_oracle_asks(tmp_path: Path) -> None:
    assert crash(tmp_path / "run", {}).crashes == 0


def test_a_coordinator_killed_at_each_kind_of_operation(tmp_path: Path) -> None:
    log = tmp_path / "operations"
    kinds = operations(tmp_path / "count", log, environment(log=log))
    for kind in sorted(set(kinds)):
        at = random.Random(kind).choice([i for i, k in enumerate(kinds, 1) if k == kind])
        crash(tmp_path / f"at-{at}", coordinator_dies(at, Effect.KILL_AFTER))


def test_both_killed_at_each_kind_of_the_coordinators_operations(tmp_path: Path) -> None:
    log = tmp_path / "operations"
    kinds = operations(tmp_path / "count", log, environment(log=log))
    broken = []
    for kind in sorted(set(kinds)):
        at = random.Random(kind).choice([i for i, k in enumerate(kinds, 1) if k == kind])
        state = crash(tmp_path / f"at-{at}", coordinator_dies(at, Effect.KILL_ALL)).state()
        assert state is not None
        broken += [attempt.outcome for task in state.tasks.values() for attempt in task.attempts]
    # Of the supervisors that lived then none has reported.
    assert {AttemptOutcome.REVOKED, AttemptOutcome.LOST} & set(broken)


def test_a_supervisor_killed_at_each_kind_of_operation(tmp_path: Path) -> None:
    log = tmp_path / "operations"
    orders = environment(log=log)[VARIABLE]
    kinds = operations(tmp_path / "count", log, {"CREW_TEST_VICTIM": "b/1", VICTIM_FAULTS: orders})
    assert "spawn" in kinds, "the start of the agent is not among them"
    for kind in sorted(set(kinds)):
        crash(tmp_path / kind, supervisor_dies(kinds.index(kind) + 1, Effect.KILL_AFTER))


#: A full disk is the one that happens; the others are torture's.
_SAMPLED = [errno.ENOSPC, *(pytest.param(code, marks=pytest.mark.torture) for code in (errno.EIO, errno.EMFILE))]


@pytest.mark.parametrize("code", _SAMPLED)
def test_a_disk_that_refuses_once_at_each_kind_of_operation_costs_nothing_that_was_told(
    tmp_path: Path, code: int
) -> None:
    log = tmp_path / "operations"
    kinds = operations(tmp_path / "count", log, environment(log=log))
    chance = random.Random(code)
    for kind in sorted(set(kinds)):
        at = chance.choice([i for i, k in enumerate(kinds, 1) if k == kind])
        crash(tmp_path / f"c-{kind}", environment(Fault(effect=Effect.FAIL, at=at, errno=code)))


def test_a_supervisor_whose_disk_refuses_once_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "operations"
    orders = environment(log=log)[VARIABLE]
    kinds = operations(tmp_path / "count", log, {"CREW_TEST_VICTIM": "b/2", VICTIM_FAULTS: orders})
    for kind in sorted(set(kinds)):
        fault = Fault(effect=Effect.FAIL, at=kinds.index(kind) + 1, errno=errno.ENOSPC)
        crash(tmp_path / kind, {"CREW_TEST_VICTIM": "b/2", VICTIM_FAULTS: environment(fault)[VARIABLE]})


def test_twenty_random_kills(tmp_path: Path) -> None:
    chance = random.Random(20)
    for i in range(20):
        crash(tmp_path / str(i), random_faults(chance))


def random_faults(chance: random.Random) -> dict[str, str]:
    effect = chance.choice([Effect.KILL_BEFORE, Effect.KILL_AFTER])
    faults: dict[str, str] = {}
    if chance.random() < 0.7:
        faults |= coordinator_dies(chance.randint(1, 160), effect)
    if chance.random() < 0.5 or not faults:
        faults |= supervisor_dies(chance.randint(1, 40), effect, chance.choice(["a/1", "b/1", "b/2", "c/1"]))
    return faults


@pytest.mark.torture
@pytest.mark.timeout(3600)
def test_two_hundred_random_kills(tmp_path: Path) -> None:
    chance = random.Random(200)
    for i in range(200):
        crash(tmp_path / str(i), random_faults(chance))


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("effect", [Effect.KILL_BEFORE, Effect.KILL_AFTER, Effect.KILL_ALL])
def test_a_coordinator_killed_at_every_operation_alone_or_with_all_supervisors(tmp_path: Path, effect: Effect) -> None:
    at = 1
    while crash(tmp_path / str(at), coordinator_dies(at, effect)).crashes:
        at += 1
    assert at > 50


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
def test_a_disk_that_refuses_once_at_every_operation(tmp_path: Path, code: int) -> None:
    log = tmp_path / "operations"
    count = len(operations(tmp_path / "count", log, environment(log=log)))
    for at in range(1, count + 1):
        crash(tmp_path / str(at), environment(Fault(effect=Effect.FAIL, at=at, errno=code)))


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("victim", ["a/1", "b/1", "b/2", "c/1"])
def test_a_supervisor_killed_at_every_operation(tmp_path: Path, victim: str) -> None:
    log = tmp_path / "operations"
    orders = environment(log=log)[VARIABLE]
    count = len(operations(tmp_path / "count", log, {"CREW_TEST_VICTIM": victim, VICTIM_FAULTS: orders}))
    for at in range(1, count + 1):
        crash(tmp_path / str(at), supervisor_dies(at, Effect.KILL_AFTER, victim))
