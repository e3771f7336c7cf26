"""Laws of the scheduler, over random graphs, outcomes, limits and edge policies, in simulated time."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crew_core.engine.admission import Admission, Grant
from crew_core.engine.scheduler import Decisions, Start, decide, is_ready
from crew_core.engine.settling import CalledOff, Done, GiveUp, TryAgain, settle
from crew_core.model import events as e
from crew_core.model.plan import Limits, RunPlan
from crew_core.model.state import Hold, HoldCause, Task
from crew_core.model.status import Access, AttemptCause, AttemptOutcome, EdgePolicy, RunStatus, TaskStatus
from crew_core.model.verdict import run_verdict
from crew_core.store.clock import iso
from tests.engine.run_builders import Book, plan, task


class MemoryMachine:
    """The other runs of the machine, as a number of slots and a set of directories that they hold."""

    def __init__(self, taken: int, foreign: frozenset[str]) -> None:
        self.taken = taken
        self.foreign = foreign
        self.used = 0

    def take_slot(self, task: Task, limit: int) -> Grant | None:
        if self.taken + self.used >= limit:
            return None
        self.used += 1
        return _Slot(self)

    def take_start(self, task: Task, memory_bytes: int, limit: int) -> Grant | None:
        return _Slot(None)

    def take_directory(self, task: Task, writers: int) -> Grant | Hold:
        if task.cwd in self.foreign:
            return Hold(cause=HoldCause.DIRECTORY, by="other/01_x")
        return _Slot(None)


class _Slot:
    def __init__(self, machine: MemoryMachine | None) -> None:
        self._machine = machine

    def release(self) -> None:
        if self._machine is not None:
            self._machine.used -= 1


@st.composite
def runs(draw: st.DrawFn) -> RunPlan:
    size = draw(st.integers(1, 9))
    tasks = []
    for i in range(size):
        earlier = [f"t{j}" for j in range(i)]
        names = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        after = {name: draw(st.sampled_from(EdgePolicy)) for name in names}
        tasks.append(
            task(
                f"t{i}",
                after=after,
                role=draw(st.sampled_from(["a", "b"])),
                agent=draw(st.sampled_from(["reader", "writer"])),
                cwd=draw(st.sampled_from(["/x", "/y"])),
                retries=draw(st.integers(0, 2)),
                verify=("check",) * draw(st.integers(0, 2)),
            )
        )
    limits = Limits(
        max_workers=draw(st.integers(1, 4)),
        machine_workers=draw(st.integers(1, 4)),
        writers_per_directory=draw(st.integers(1, 2)),
        role_workers={"a": draw(st.integers(1, 3))} if draw(st.booleans()) else {},
    )
    return plan(*tasks, limits=limits)


class Simulation:
    """Carries decisions out, and lets running attempts end in random order with random outcomes."""

    def __init__(self, of: RunPlan, chance: random.Random) -> None:
        self.book = Book(of)
        self.plan = of
        self.chance = chance
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.machine = MemoryMachine(0, frozenset())
        self.grants: dict[str, tuple[Grant, ...]] = {}
        self.most_running = 0
        self.book.record(e.RunRunning())

    def run(self) -> None:
        for _ in range(2000):
            decisions = self.look()
            if decisions.finished and not self.grants:
                return
            if self.grants and (self.chance.random() < 0.7 or not decisions.starts):
                self.end_one()
            elif not self.grants and decisions.wake_at is not None:
                self.now = max(self.now, decisions.wake_at)
        raise AssertionError("the run never ended")

    def look(self) -> Decisions:
        running = [t for t in self.book.state.tasks.values() if t.id in self.grants]
        decisions = decide(self.book.state, self.plan, self.now, Admission(self.plan.limits, self.machine, running))
        for task_id, blame in decisions.skips:
            self.book.record(e.TaskSkipped(because=blame), task_id)
        for task_id, hold in decisions.holds.items():
            self.book.record(e.TaskHeld(hold=hold), task_id)
        for start in decisions.starts:
            self.begin(start)
        self.check_limits()
        self.check_that_only_holds_delay(decisions)
        return decisions

    def begin(self, start: Start) -> None:
        task_id = start.task_id
        n = len(self.book.state.tasks[task_id].attempts) + 1
        self.book.record(
            e.AttemptStarting(
                n=n,
                cause=start.cause,
                worker_id=f"{task_id}:{n}",
                program="shell",
                retries_spent=start.retries_spent,
                command=start.command,
            ),
            task_id,
        )
        self.grants[task_id] = start.grants

    def end_one(self) -> None:
        task_id = self.chance.choice(sorted(self.grants))
        outcomes = [AttemptOutcome.COMPLETED] * 3 + [AttemptOutcome.FAILED, AttemptOutcome.LOST]
        if self.chance.random() < 0.1:
            n = len(self.book.state.tasks[task_id].attempts)
            task = self.book.state.tasks[task_id]
            last = task.attempts[-1]
            spent = task.retries_spent - (1 if last.cause == "retry" else 0)
            self.book.record(e.AttemptRevoked(n=n, reason="gone", retries_spent=max(0, spent)), task_id)
        else:
            outcome = self.chance.choice(outcomes)
            n = len(self.book.state.tasks[task_id].attempts)
            self.book.record(e.AttemptEnded(n=n, outcome=outcome, code=str(outcome)), task_id)
        for grant in self.grants.pop(task_id):
            grant.release()
        self.settle(task_id)

    def settle(self, task_id: str) -> None:
        task = self.book.state.tasks[task_id]
        match settle(task, self.plan, None, self.now, self.chance):
            case Done():
                self.book.record(e.TaskCompleted(), task_id)
            case TryAgain(until, delay_ms, code, error):
                self.book.record(e.TaskParked(until=iso(until), delay_ms=delay_ms, code=code, error=error), task_id)
            case GiveUp(code, error):
                self.book.record(e.TaskFailed(code=code, error=error), task_id)
            case CalledOff(code, error):
                self.book.record(e.TaskCancelled(code=code, error=error), task_id)
            case None:
                pass

    def check_limits(self) -> None:
        running = [self.book.state.tasks[t] for t in self.grants]
        limits = self.plan.limits
        assert len(running) <= min(limits.max_workers, limits.machine_workers)
        roles = Counter(t.role for t in running)
        assert all(roles[role] <= most for role, most in limits.role_workers.items())
        writers = Counter(t.cwd for t in running if t.access is Access.WRITE)
        assert all(count <= limits.writers_per_directory for count in writers.values())

    def check_that_only_holds_delay(self, decisions: Decisions) -> None:
        for t in self.book.state.tasks.values():
            waiting = t.status is TaskStatus.QUEUED and is_ready(t, self.book.state.tasks, {})
            if waiting and t.parked_until is None:
                assert t.hold is not None, f"{t.id} is ready, not held, and did not start"
                assert self.holds(t, t.hold), f"{t.id} is not held by {t.hold}"

    def holds(self, task: Task, hold: Hold) -> bool:
        """What is said to hold it does."""
        running = [self.book.state.tasks[each] for each in self.grants]
        limits = self.plan.limits
        writers = [t for t in running if t.access is Access.WRITE and t.cwd == task.cwd]
        match hold.cause:
            case HoldCause.RUN_LIMIT:
                return len(running) == limits.max_workers
            case HoldCause.ROLE_LIMIT:
                return sum(t.role == task.role for t in running) == limits.role_workers[task.role]
            case HoldCause.MACHINE_LIMIT:
                return len(running) == limits.machine_workers
            case HoldCause.DIRECTORY:
                full = len(writers) == limits.writers_per_directory
                return task.access is Access.WRITE and full and hold.by in {f"{t.run_id}/{t.id}" for t in writers}
            case _:
                return False


def expected_skips(state_tasks: dict[str, Task]) -> set[str]:
    """The oracle, by definition: a task with a ``success`` edge from one that did not complete."""
    return {
        t.id
        for t in state_tasks.values()
        if any(
            t.policy(d) is EdgePolicy.SUCCESS and state_tasks[d].status is not TaskStatus.COMPLETED
            for d in t.depends_on
        )
    }


@given(runs(), st.integers(0, 2**32))
def test_any_run_ends_within_its_limits_with_exactly_the_dependants_skipped(of: RunPlan, seed: int) -> None:
    simulation = Simulation(of, random.Random(seed))
    simulation.run()
    tasks = simulation.book.state.tasks
    assert all(t.status.ended for t in tasks.values())
    assert {t.id for t in tasks.values() if t.status is TaskStatus.SKIPPED} == expected_skips(tasks)
    for t in tasks.values():
        assert t.retries_spent <= t.max_retries
        agents = [a for a in t.attempts if a.cause in ("first", "retry") and a.outcome is not AttemptOutcome.REVOKED]
        assert len(agents) <= 1 + t.max_retries


@given(runs(), st.integers(0, 2**32))
def test_a_task_starts_only_after_everything_it_waits_for_has_ended(of: RunPlan, seed: int) -> None:
    simulation = Simulation(of, random.Random(seed))
    simulation.run()
    ended: set[str] = set()
    for event in simulation.book.events:
        if event.type == "attempt.starting" and event.task_id:
            assert set(simulation.book.state.tasks[event.task_id].depends_on) <= ended
        if event.type in ("task.completed", "task.failed", "task.skipped") and event.task_id:
            ended.add(event.task_id)


@given(runs(), st.integers(0, 2**32))
def test_the_verdict_of_a_run_is_what_the_definition_says(of: RunPlan, seed: int) -> None:
    simulation = Simulation(of, random.Random(seed))
    simulation.run()
    tasks = simulation.book.state.tasks
    unexcused = False
    for t in tasks.values():
        leaving = [o.policy(t.id) for o in tasks.values() if t.id in o.depends_on]
        if t.status is TaskStatus.FAILED and not (leaving and set(leaving) == {EdgePolicy.OPTIONAL}):
            unexcused = True
    assert run_verdict(simulation.book.state).status is (RunStatus.FAILED if unexcused else RunStatus.COMPLETED)


def test_a_task_held_by_another_run_says_which_task_holds_the_directory() -> None:
    of = plan(task("t0", agent="writer", cwd="/x"))
    book = Book(of)
    book.record(e.RunRunning())
    machine = MemoryMachine(0, frozenset({"/x"}))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    decisions = decide(book.state, of, now, Admission(of.limits, machine))
    assert decisions.holds == {"t0": Hold(cause=HoldCause.DIRECTORY, by="other/01_x")}
    assert not decisions.starts


def test_a_backoff_says_when_to_look_again() -> None:
    of = plan(task("t0", retries=1))
    book = Book(of)
    book.record(e.RunRunning())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    until = now + timedelta(seconds=3)
    book.record(e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="", retries_spent=0), "t0")
    book.record(e.AttemptEnded(n=1, outcome=AttemptOutcome.FAILED, code="x"), "t0")
    book.record(e.TaskParked(until=iso(until), delay_ms=3000, code="x", error=""), "t0")
    decisions = decide(book.state, of, now, Admission(of.limits, MemoryMachine(0, frozenset())))
    assert decisions.wake_at == until
    later = decide(book.state, of, until, Admission(of.limits, MemoryMachine(0, frozenset())))
    assert [start.cause for start in later.starts] == ["retry"]
    assert later.starts[0].retries_spent == 1


def test_a_hold_that_is_replaced_by_the_same_hold_is_no_news() -> None:
    of = plan(task("t0"), task("t1"), limits=Limits(max_workers=1, machine_workers=8))
    book = Book(of)
    book.record(e.RunRunning())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    machine = MemoryMachine(0, frozenset())
    first = decide(book.state, of, now, Admission(of.limits, machine))
    assert first.holds == {"t1": Hold(cause=HoldCause.RUN_LIMIT)}
    book.record(e.TaskHeld(hold=first.holds["t1"]), "t1")
    book.record(e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="", retries_spent=0), "t0")
    second = decide(book.state, of, now, Admission(of.limits, machine, [book.state.tasks["t0"]]))
    assert second.holds == {}
    assert not second.starts
