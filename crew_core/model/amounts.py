"""What counts against the limits of a run, and whether one of them is used up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crew_core.model.plan import Limits
from crew_core.model.prices import NANO
from crew_core.model.spent import Spent


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens, and billionths of a US dollar."""

    tokens: int = 0
    cost_nano: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.tokens + other.tokens, self.cost_nano + other.cost_nano)

    def at_least(self, other: Amount) -> Amount:
        """Of each the more."""
        return Amount(max(self.tokens, other.tokens), max(self.cost_nano, other.cost_nano))


def sum_of(amounts: Iterable[Amount]) -> Amount:
    found = Amount()
    for each in amounts:
        found += each
    return found


def is_limited(limits: Limits) -> bool:
    return limits.max_tokens is not None or limits.max_cost is not None


def nano(dollars: float) -> int:
    """One rounding for what may be reserved and for what is used up: else a run could wait for what never comes."""
    return round(dollars * NANO)


def counted(used: Spent, reserved: Amount, *, ended: bool) -> Amount:
    """What an attempt counts. Of an ended one whose use is not known, at least what was reserved for it."""
    floor = Amount(
        reserved.tokens if ended and used.tokens_unknown else 0,
        reserved.cost_nano if ended and used.cost_unknown else 0,
    )
    return Amount(used.known_tokens, used.cost_nano).at_least(floor)


def used_up(limits: Limits, amount: Amount, about: str = "") -> str:
    """Which limit ``amount`` reaches, in a sentence for a person; empty while none.

    :param about: said before the amount, such as "at least ".
    """
    if limits.max_tokens is not None and amount.tokens >= limits.max_tokens:
        return f"the limit of {limits.max_tokens:,} tokens is used up: {about}{amount.tokens:,} were used"
    if limits.max_cost is not None and amount.cost_nano >= nano(limits.max_cost):
        return f"the limit of ${limits.max_cost:.2f} is used up: {about}${amount.cost_nano / NANO:.2f} were spent"
    return ""
