"""What agents have used, added up: sums that say what is known, and of how much nothing is known."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from crew_core.model.prices import NANO, Price, price_nano
from crew_core.model.usage import Usage


class Spent(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The use of some attempts. A sum of unknown parts is "at least" what is known, and says so.

    ``attempts`` counts those that ask a model; ``tokens_unknown`` and ``cost_unknown`` those of which something, or
    everything, is not known. ``cost_nano`` is in billionths of a US dollar, so that sums are exact in any order;
    ``priced`` counts the attempts whose cost comes from a price table.
    """

    attempts: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cost_nano: int = 0
    tokens_unknown: int = 0
    cost_unknown: int = 0
    priced: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            *(a + b for a, b in zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True))
        )

    @property
    def known_tokens(self) -> int:
        """Input that came from no cache, output, and what was written to a cache: what limits count."""
        return self.input + self.output + self.cache_write

    @property
    def tokens(self) -> int | None:
        """``known_tokens``, or None when nothing at all is known."""
        nothing = self.tokens_unknown == self.attempts and not (self.known_tokens or self.cache_read)
        return None if nothing and self.attempts else self.known_tokens

    @property
    def cost(self) -> float | None:
        """US dollars, as far as known; None when nothing is known."""
        return (
            None
            if self.attempts and self.cost_unknown == self.attempts and not self.cost_nano
            else self.cost_nano / NANO
        )

    def at_least(self) -> Spent:
        """The same, of attempts that have used more than is known."""
        return msgspec.structs.replace(self, tokens_unknown=self.attempts, cost_unknown=self.attempts)


NOTHING = Spent()

#: An attempt of which nothing is known yet, or ever will be.
UNKNOWN = Spent(attempts=1, tokens_unknown=1, cost_unknown=1)


def total(parts: Iterable[Spent]) -> Spent:
    """The sum of all."""
    found = NOTHING
    for part in parts:
        found += part
    return found


def spent_by(usage: Usage | None, price: Price | None, *, partial: bool = False, cost_behind: bool = False) -> Spent:
    """What one attempt has used, from what its program reported.

    :param price: of its model; None when it is not known.
    :param partial: more was used than was reported: it was ended while its model answered.
    :param cost_behind: tokens were reported after the last cost.
    """
    if usage is None:
        return UNKNOWN
    told = usage.input is not None and usage.output is not None
    priced = price_nano(usage, price) if told and price is not None else None
    reported = round(usage.cost * NANO) if usage.cost is not None else None
    from_table = priced is not None and (reported is None or cost_behind)
    cost = priced if from_table else reported
    return Spent(
        attempts=1,
        input=usage.input or 0,
        output=usage.output or 0,
        cache_read=usage.cache_read or 0,
        cache_write=usage.cache_write or 0,
        cost_nano=max(cost or 0, reported or 0),
        tokens_unknown=int(partial or not told),
        cost_unknown=int(partial or cost is None or (cost_behind and not from_table)),
        priced=int(from_table),
    )
