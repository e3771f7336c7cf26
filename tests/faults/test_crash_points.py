"""Every crash point: kill -9 at each durable operation or spawn, then go on, and nothing that was told is lost."""

from __future__ import annotations

import errno
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from crew_core.model.status import AttemptOutcome
from tests.faults.crash_run import CrashRun
from tests.faults.ordered import COORDINATORS, SUPERVISORS, Ordered, killed_at, sample_of
from tests.seams.faulty_fs import Effect, Fault, Kind

pytestmark = pytest.mark.usefixtures("no_process_left")

#: What becomes of an attempt whose supervisor was killed before its result was durable.
_BROKEN = (AttemptOutcome.LOST, AttemptOutcome.REVOKED)

#: How many operations a run has depends on who was faster, so that several in a row must end without the one.
_UNREACHED = 3

#: It has about 300; much fewer, and the orders do not reach its processes.
_LEAST_OPERATIONS = 250

_VICTIMS = ["a/1", "b/1", "b/2", "c/1"]

each_of_a_coordinators_kinds = pytest.mark.parametrize("kind", COORDINATORS)
each_of_a_supervisors_kinds = pytest.mark.parametrize("kind", SUPERVISORS)


def crash(directory: Path, faults: Mapping[str, str], *, by_hand: bool = False) -> CrashRun:
    run = CrashRun(directory, faults, by_hand)
    run.until_ended()
    run.check()
    return run


def check_victim(run: CrashRun, ordered: Ordered) -> None:
    """Its supervisor was killed there, and unless its result was durable by then the run knows that it was."""
    assert ordered.died_there(), ordered.operations()
    durable = (run.layout.attempts / ordered.victim / "result.json").exists()
    assert durable or run.attempt(ordered.victim).outcome in _BROKEN


def test_a_run_without_crashes_holds_what_the_oracle_asks(tmp_path: Path) -> None:
    # Orders that are never due: the processes only count.
    coordinator = Ordered(Fault(at=10_000), tmp_path / "coordinator.log")
    supervisor = Ordered(Fault(at=10_000), tmp_path / "supervisor.log", "b/1")
    run = crash(tmp_path / "run", coordinator.orders | supervisor.orders, by_hand=True)
    assert run.crashes == 0
    done = coordinator.operations()
    assert set(done) == set(COORDINATORS)
    assert all(done.count(kind) >= least for kind, least in COORDINATORS.items()), done
    assert set(supervisor.operations()) == set(SUPERVISORS)


@each_of_a_coordinators_kinds
def test_a_coordinator_killed_at_each_kind_of_operation(tmp_path: Path, kind: Kind) -> None:
    ordered = killed_at(tmp_path / "log", Effect.KILL_AFTER, sample_of(kind, "coordinator"), kind)
    assert crash(tmp_path / "run", ordered.orders, by_hand=True).crashes


@each_of_a_coordinators_kinds
def test_both_killed_at_each_kind_of_the_coordinators_operations(tmp_path: Path, kind: Kind) -> None:
    # The second start of an agent: a supervisor lives then.
    at = 2 if kind is Kind.SPAWN else sample_of(kind, "both")
    run = crash(tmp_path / "run", killed_at(tmp_path / "log", Effect.KILL_ALL, at, kind).orders, by_hand=True)
    assert run.crashes
    state = run.state()
    assert state is not None
    if kind is Kind.SPAWN:
        assert set(_BROKEN) & {attempt.outcome for task in state.tasks.values() for attempt in task.attempts}


@each_of_a_supervisors_kinds
def test_a_supervisor_killed_at_each_kind_of_operation(tmp_path: Path, kind: Kind) -> None:
    ordered = killed_at(tmp_path / "log", Effect.KILL_AFTER, 1, kind, victim="b/1")
    run = crash(tmp_path / "run", ordered.orders, by_hand=True)
    check_victim(run, ordered)
    assert run.attempt("b/1").outcome in _BROKEN


#: A full disk is the one that happens; the others are torture's.
_SAMPLED = [errno.ENOSPC, *(pytest.param(code, marks=pytest.mark.torture) for code in (errno.EIO, errno.EMFILE))]


@each_of_a_coordinators_kinds
@pytest.mark.parametrize("code", _SAMPLED)
def test_a_disk_that_refuses_once_at_each_kind_of_operation_costs_nothing_that_was_told(
    tmp_path: Path, code: int, kind: Kind
) -> None:
    ordered = Ordered(Fault(at=sample_of(kind, f"disk {code}"), kind=kind, errno=code), tmp_path / "log")
    crash(tmp_path / "run", ordered.orders)
    assert ordered.reached()


@each_of_a_supervisors_kinds
def test_a_supervisor_whose_disk_refuses_once_goes_on(tmp_path: Path, kind: Kind) -> None:
    ordered = Ordered(Fault(kind=kind, errno=errno.ENOSPC), tmp_path / "log", "b/2")
    crash(tmp_path / "run", ordered.orders)
    assert ordered.reached()


@pytest.mark.parametrize("seed", range(20))
def test_random_kills(tmp_path: Path, seed: int) -> None:
    crash(tmp_path / "run", random_faults(random.Random(seed), tmp_path / "log"), by_hand=True)


def random_faults(chance: random.Random, log: Path) -> dict[str, str]:
    """Of a coordinator, of a supervisor or of both. Most are reached; the rest are runs like any other."""
    effect = chance.choice([Effect.KILL_BEFORE, Effect.KILL_AFTER])
    faults: dict[str, str] = {}
    if chance.random() < 0.7:
        faults |= killed_at(log.with_suffix(".coordinator"), effect, chance.randint(1, 300)).orders
    if chance.random() < 0.5 or not faults:
        victim = chance.choice(_VICTIMS)
        faults |= killed_at(log.with_suffix(".supervisor"), effect, chance.randint(1, 35), victim=victim).orders
    return faults


@pytest.mark.torture
@pytest.mark.timeout(3600)
def test_two_hundred_random_kills(tmp_path: Path) -> None:
    chance = random.Random(200)
    for i in range(200):
        crash(tmp_path / str(i), random_faults(chance, tmp_path / f"{i}.log"))


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("effect", [Effect.KILL_BEFORE, Effect.KILL_AFTER, Effect.KILL_ALL])
def test_a_coordinator_killed_at_every_operation_alone_or_with_all_supervisors(tmp_path: Path, effect: Effect) -> None:
    at = unreached = 0
    while unreached < _UNREACHED:
        at += 1
        run = crash(tmp_path / str(at), killed_at(tmp_path / f"{at}.log", effect, at).orders)
        unreached = 0 if run.crashes else unreached + 1
    assert at > _LEAST_OPERATIONS


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
def test_a_disk_that_refuses_once_at_every_operation(tmp_path: Path, code: int) -> None:
    at = unreached = 0
    while unreached < _UNREACHED:
        at += 1
        ordered = Ordered(Fault(at=at, errno=code), tmp_path / f"{at}.log")
        crash(tmp_path / str(at), ordered.orders)
        unreached = 0 if ordered.reached() else unreached + 1
    assert at > _LEAST_OPERATIONS


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("effect", [Effect.KILL_BEFORE, Effect.KILL_AFTER])
@pytest.mark.parametrize("victim", _VICTIMS)
def test_a_supervisor_killed_at_every_operation(tmp_path: Path, victim: str, effect: Effect) -> None:
    at = 1
    while True:
        ordered = killed_at(tmp_path / f"{at}.log", effect, at, victim=victim)
        run = crash(tmp_path / str(at), ordered.orders)
        if not ordered.reached():
            break
        check_victim(run, ordered)
        at += 1
    assert at > 30
