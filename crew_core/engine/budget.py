"""The limits of tokens and cost of a run: what is used, what is reserved, and whether another agent may start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crew_core.model.plan import Limits
from crew_core.model.prices import NANO
from crew_core.model.spent import NOTHING, total
from crew_core.model.state import Attempt, Hold, HoldCause, Reservation, RunState, Task
from crew_core.model.status import AttemptCause, AttemptPhase

#: What one response is taken to need before its role has had any: coding agents begin with some thousand tokens of
#: instructions and grow with what they read.
FIRST_RESPONSE_TOKENS = 20_000
FIRST_RESPONSE_NANO = NANO // 10


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens, and billionths of a US dollar."""

    tokens: int = 0
    cost_nano: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.tokens + other.tokens, self.cost_nano + other.cost_nano)


def is_limited(limits: Limits) -> bool:
    return limits.max_tokens is not None or limits.max_cost is not None


def asks_model(attempt: Attempt) -> bool:
    return not attempt.unmetered and attempt.cause is not AttemptCause.VERIFY


def counted(attempt: Attempt) -> Amount:
    """What it counts against the limits. Of an ended one whose use is not known, at least its reservation."""
    used, floor = attempt.used, Amount()
    if attempt.phase is AttemptPhase.ENDED:
        reserved = _reserved(attempt)
        floor = Amount(
            reserved.tokens if used.tokens_unknown else 0,
            reserved.cost_nano if used.cost_unknown else 0,
        )
    return Amount(max(used.known_tokens, floor.tokens), max(used.cost_nano, floor.cost_nano))


def committed(attempt: Attempt) -> Amount:
    """The same, and of one that runs at least its reservation."""
    found = counted(attempt)
    if attempt.phase is AttemptPhase.ENDED or not asks_model(attempt):
        return found
    reserved = _reserved(attempt)
    return Amount(max(found.tokens, reserved.tokens), max(found.cost_nano, reserved.cost_nano))


def _reserved(attempt: Attempt) -> Amount:
    kept = attempt.reservation or Reservation()
    return Amount(kept.tokens or 0, kept.cost_nano or 0)


def _sum(amounts: Iterable[Amount]) -> Amount:
    found = Amount()
    for each in amounts:
        found += each
    return found


def _attempts(state: RunState) -> Iterable[Attempt]:
    return (attempt for task in state.tasks.values() for attempt in task.attempts)


def exhausted(limits: Limits, state: RunState) -> str:
    """Which limit is used up, in a sentence for a person; empty while none is."""
    if not is_limited(limits):
        return ""
    amount = _sum(map(counted, _attempts(state)))
    about = "at least " if total(task.used for task in state.tasks.values()).tokens_unknown else ""
    if limits.max_tokens is not None and amount.tokens >= limits.max_tokens:
        return f"the limit of {limits.max_tokens:,} tokens is used up: {about}{amount.tokens:,} were used"
    if limits.max_cost is not None and amount.cost_nano >= _nano(limits.max_cost):
        return f"the limit of ${limits.max_cost:.2f} is used up: {about}${amount.cost_nano / NANO:.2f} were spent"
    return ""


def _nano(dollars: float) -> int:
    """One rounding for what may be reserved and for what is used up: else a run could wait for what never comes."""
    return round(dollars * NANO)


def tokens_left(limits: Limits, state: RunState) -> int | None:
    """What no attempt has used yet; None without a limit."""
    if limits.max_tokens is None:
        return None
    return max(0, limits.max_tokens - _sum(map(counted, _attempts(state))).tokens)


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
            self._committed = _sum(map(committed, _attempts(state)))
            running = (task.current for task in state.tasks.values())
            self._at_work = sum(attempt is not None and asks_model(attempt) for attempt in running)

    def reserve(self, task: Task, cause: AttemptCause) -> Reservation | Hold | None:
        """What ``task`` would be given; None when it needs nothing. Nothing is kept before ``keep``."""
        if not is_limited(self._limits) or cause is AttemptCause.VERIFY or not self._asks(task.program):
            return None
        wanted = one_response(task.role, self._state)
        most_nano = None if self._limits.max_cost is None else _nano(self._limits.max_cost)
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
