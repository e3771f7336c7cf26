"""Laws of the limits: what is reserved, and by how much a run can go beyond, in simulated time."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.engine.admission import Admission
from crew_core.engine.budget import FIRST_RESPONSE_TOKENS, Purse, exhausted, one_response, tokens_left
from crew_core.model import events as e
from crew_core.model.amounts import Amount
from crew_core.model.plan import Limits, RunPlan
from crew_core.model.prices import Price
from crew_core.model.progress import Progress
from crew_core.model.spent import UNKNOWN, Spent, spent_by, total
from crew_core.model.state import Hold, HoldCause, Reservation
from crew_core.model.status import AttemptCause, AttemptOutcome, AttemptPhase
from crew_core.model.usage import Usage
from tests.engine.run_builders import Book, plan, task
from tests.engine.test_scheduling_laws import MemoryMachine

_PRICE = Price(input=10.0, output=10.0)


def limited(size: int, workers: int, **limits: float) -> RunPlan:
    whole = Limits(max_workers=workers, machine_workers=64, **limits)  # type: ignore[arg-type]
    return plan(*(task(f"t{i}") for i in range(size)), limits=whole)


class Agents:
    """Agents whose responses become known one at a time; after each, the run looks whether a limit is used up."""

    def __init__(self, of: RunPlan, most: int, chance: random.Random) -> None:
        self.book, self.plan, self.most, self.chance = Book(of), of, most, chance
        self.book.record(e.RunRunning())
        self.machine = MemoryMachine(0, frozenset())
        self.last = ""

    @property
    def running(self) -> list[str]:
        return [t.id for t in self.book.state.tasks.values() if t.current is not None]

    def admit(self) -> None:
        tasks = self.book.state.tasks
        working = [tasks[name] for name in self.running]
        admission = Admission(self.plan.limits, self.machine, working, Purse(self.plan.limits, self.book.state))
        for waiting in [t for t in tasks.values() if not t.attempts]:
            found = admission.admit(waiting)
            if isinstance(found, Hold):
                assert found.cause in (HoldCause.BUDGET, HoldCause.RUN_LIMIT)
                continue
            assert found.reservation is not None
            start = e.AttemptStarting(
                n=1,
                cause=AttemptCause.FIRST,
                worker_id=waiting.id,
                program="x",
                retries_spent=0,
                reservation=found.reservation,
            )
            self.book.record(start, waiting.id)

    def respond(self, name: str) -> None:
        self.last = name
        before = self.book.state.tasks[name].attempts[0].spent or Spent()
        usage = Usage(input=before.input + self.chance.randint(1, self.most), output=before.output)
        spent = spent_by(usage, _PRICE)
        self.book.record(e.TaskProgress(progress=Progress(usage=usage), spent=spent), name)

    def end(self, name: str) -> None:
        attempt = self.book.state.tasks[name].attempts[0]
        spent = attempt.spent if self.chance.random() < 0.8 else None
        ended = e.AttemptEnded(n=1, outcome=AttemptOutcome.COMPLETED, code="completed", spent=spent or UNKNOWN)
        self.book.record(ended, name)
        self.book.record(e.TaskCompleted(), name)

    def run(self) -> None:
        for _ in range(500):
            self.admit()
            if exhausted(self.plan.limits, self.book.state) or not self.running:
                return
            name = self.chance.choice(self.running)
            if self.chance.random() < 0.3:
                self.end(name)
            else:
                self.respond(name)
        raise AssertionError("it never came to an end")


@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 200_000), st.integers(1, 30_000), st.integers(0, 2**32))
@settings(max_examples=60)
def test_a_run_goes_over_its_token_limit_by_at_most_one_response_of_each_worker(
    size: int, workers: int, limit: int, most: int, seed: int
) -> None:
    agents = Agents(limited(size, workers, max_tokens=limit), most, random.Random(seed))
    agents.run()
    workers_then = agents.running
    for name in set(workers_then) - {agents.last}:
        # What was under way when the response of the last one went over the limit and all were stopped.
        agents.respond(name)
    used = total(t.used for t in agents.book.state.tasks.values()).known_tokens
    assert used <= limit + most * len(workers_then)
    if not exhausted(agents.plan.limits, agents.book.state):
        assert all(t.attempts for t in agents.book.state.tasks.values()), "something was held, and nothing goes on"


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 200_000), st.integers(0, 2**32))
def test_reservations_never_add_up_to_more_than_the_limit(size: int, workers: int, limit: int, seed: int) -> None:
    agents = Agents(limited(size, workers, max_tokens=limit), 1, random.Random(seed))
    agents.admit()
    kept = [t.attempts[0].reservation for t in agents.book.state.tasks.values() if t.attempts]
    assert kept
    assert sum(each.tokens or 0 for each in kept if each) <= limit


@given(st.floats(0.001, 5.0), st.integers(0, 2**32))
@settings(max_examples=40)
def test_a_cost_limit_is_kept_the_same_way(limit: float, seed: int) -> None:
    most = 20_000
    agents = Agents(limited(4, 3, max_cost=limit), most, random.Random(seed))
    agents.run()
    spent = total(t.used for t in agents.book.state.tasks.values())
    assert spent.cost_nano / 1e9 <= limit + most * 10 / 1e6


@given(st.floats(0.001, 5.0))
def test_what_cannot_be_reserved_any_more_is_used_up(limit: float) -> None:
    of = limited(2, 1, max_cost=limit)
    book = Book(of)
    while isinstance(
        all_of_it := Purse(of.limits, book.state).reserve(book.state.tasks["t0"], AttemptCause.FIRST), Reservation
    ):
        kept = book.state.tasks["t0"].attempts
        started(book, "t0", n=len(kept) + 1, reservation=all_of_it)
        book.record(e.AttemptEnded(n=len(kept) + 1, outcome=AttemptOutcome.LOST, code="lost"), "t0")
    assert exhausted(of.limits, book.state)


def started(book: Book, name: str, **changes: object) -> None:
    start = e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id=name, program="x", retries_spent=0)
    book.record(replace(start, **changes), name)


def test_an_agent_that_tells_nothing_counts_as_what_was_reserved_for_it() -> None:
    of = limited(2, 1, max_tokens=30_000)
    book = Book(of)
    started(book, "t0", reservation=Reservation(tokens=20_000))
    book.record(e.AttemptEnded(n=1, outcome=AttemptOutcome.LOST, code="lost"), "t0")
    assert book.state.tasks["t0"].attempts[0].phase is AttemptPhase.ENDED
    assert tokens_left(of.limits, book.state) == 10_000


def test_a_script_needs_no_reservation_and_is_never_held_by_a_limit() -> None:
    of = limited(1, 1, max_tokens=1)
    book = Book(of)
    purse = Purse(of.limits, book.state, lambda program: False)
    assert purse.reserve(book.state.tasks["t0"], AttemptCause.FIRST) is None
    assert Purse(of.limits, book.state).reserve(book.state.tasks["t0"], AttemptCause.VERIFY) is None


def test_a_response_is_taken_to_need_as_much_as_those_of_its_role_did() -> None:
    of = limited(2, 2, max_tokens=1_000_000)
    book = Book(of)
    assert one_response("worker", book.state).tokens == FIRST_RESPONSE_TOKENS
    started(book, "t0")
    usage = Usage(input=9_000, output=1_000)
    progress = Progress(usage=usage, reports=4)
    book.record(e.TaskProgress(progress=progress, spent=spent_by(usage, _PRICE)), "t0")
    assert one_response("worker", book.state) == Amount(2_500, 25_000_000)
    assert one_response("other", book.state).tokens == FIRST_RESPONSE_TOKENS


def test_nothing_is_reserved_where_there_is_no_limit() -> None:
    book = Book(limited(1, 1))
    assert Purse(book.plan.limits, book.state).reserve(book.state.tasks["t0"], AttemptCause.FIRST) is None
    assert exhausted(book.plan.limits, book.state) == ""
