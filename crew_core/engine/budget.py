"""The limits of tokens and cost of a run: what is used, what is reserved, and whether another agent may start."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from crew_core.model.amounts import Amount, counted, is_limited, nano, sum_of, used_up
from crew_core.model.plan import Limits
from crew_core.model.prices import NANO
from crew_core.model.spent import NOTHING, total
from crew_core.model.state import Attempt, Hold, HoldCause, Reservation, RunState, Task
from crew_core.model.status import AttemptCause, AttemptPhase

#: What one response is taken to need before its role has had any: coding agents begin with some thousand tokens of
#: instructions and grow with what they read.
FIRST_RESPONSE_TOKENS = 20_000
FIRST_RESPONSE_NANO = NANO // 10


def asks_model(attempt: Attempt) -> bool:
    return not attempt.unmetered and attempt.cause is not AttemptCause.VERIFY


def counts(attempt: Attempt) -> Amount:
    """What it counts against the limits."""
    return counted(attempt.used, _reserved(attempt), ended=attempt.phase is AttemptPhase.ENDED)


def committed(attempt: Attempt) -> Amount:
    """The same, and of one that runs at least its reservation."""
    found = counts(attempt)
    if attempt.phase is AttemptPhase.ENDED or not asks_model(attempt):
        return found
    return found.at_least(_reserved(attempt))


def _reserved(attempt: Attempt) -> Amount:
    kept = attempt.reservation or Reservation()
    return Amount(kept.tokens or 0, kept.cost_nano or 0)


def _attempts(state: RunState) -> Iterable[Attempt]:
    return (attempt for task in state.tasks.values() for attempt in task.attempts)


def exhausted(limits: Limits, state: RunState) -> str:
    """Which limit is used up, in a sentence for a person; empty while none is."""
    if not is_limited(limits):
        return ""
    about = "at least " if total(task.used for task in state.tasks.values()).tokens_unknown else ""
    return used_up(limits, sum_of(map(counts, _attempts(state))), about)


def tokens_left(limits: Limits, state: RunState) -> int | None:
    """What no attempt has used yet; None without a limit."""
    if limits.max_tokens is None:
        return None
    return max(0, limits.max_tokens - sum_of(map(counts, _attempts(state))).tokens)


class Purse:
    """What may still be reserved. Decides one candidate after the other, as admission does.

    An attempt starts only when what is used and what is reserved leaves room for a response of its role; the last
    part, smaller than that, goes to an attempt that would be the only one. An agent that goes on beyond its
    reservation keeps others from starting; it is stopped when what all have used reaches the limit.
    """

    def __init__(self, limits: Limits, state: RunState, asks: Callable[[str], bool] = lambda program: True) -> None:
        """:param asks: whether a program asks a model, so that there is something to reserve."""
        self._limits = limits
        self._state = state
        self._asks = asks
        self._committed = Amount()
        self._at_work = 0
        if is_limited(limits):
            self._committed = sum_of(map(committed, _attempts(state)))
            running = (task.current for task in state.tasks.values())
            self._at_work = sum(attempt is not None and asks_model(attempt) for attempt in running)

    def reserve(self, task: Task, cause: AttemptCause) -> Reservation | Hold | None:
        """What ``task`` would be given; None when it needs nothing. Nothing is kept before ``keep``."""
        if not is_limited(self._limits) or cause is AttemptCause.VERIFY or not self._asks(task.program):
            return None
        wanted = one_response(task.role, self._state)
        most_nano = None if self._limits.max_cost is None else nano(self._limits.max_cost)
        tokens = self._part(self._limits.max_tokens, self._committed.tokens, wanted.tokens)
        cost_nano = self._part(most_nano, self._committed.cost_nano, wanted.cost_nano)
        if tokens == 0 or cost_nano == 0:
            return Hold(cause=HoldCause.BUDGET)
        return Reservation(tokens=tokens, cost_nano=cost_nano)

    def _part(self, limit: int | None, committed: int, wanted: int) -> int | None:
        """How much of it can be reserved: 0 for nothing, None without a limit."""
        if limit is None:
            return None
        left = max(0, limit - committed)
        return left if left < wanted and not self._at_work else wanted if left >= wanted else 0

    def keep(self, reservation: Reservation | None) -> None:
        """The attempt starts: what is reserved is not there for others."""
        if reservation is not None:
            self._committed += Amount(reservation.tokens or 0, reservation.cost_nano or 0)
            self._at_work += 1


def one_response(role: str, state: RunState) -> Amount:
    """What a response of that role needs: as much as those of the task of that role that reported last."""
    reporting = [
        (progress, task.attempts)
        for task in state.tasks.values()
        if task.role == role and (progress := task.agent_progress) is not None and progress.reports
    ]
    if not reporting:
        return Amount(FIRST_RESPONSE_TOKENS, FIRST_RESPONSE_NANO)
    progress, attempts = max(reporting, key=lambda each: each[0].last_activity_at or "")
    used = next((a.used for a in reversed(attempts) if asks_model(a)), NOTHING)
    return Amount(
        -(-used.known_tokens // progress.reports) or FIRST_RESPONSE_TOKENS,
        -(-used.cost_nano // progress.reports) or FIRST_RESPONSE_NANO,
    )
