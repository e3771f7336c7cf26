"""What a model's tokens cost: how its name is looked up, and what a use of it comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import msgspec

from crew_core.model.usage import Usage

#: Billionths of a dollar in a dollar.
NANO = 1_000_000_000

#: A dollar for a million tokens, in billionths of a dollar for one.
_NANO_PER_TOKEN = NANO // 1_000_000

#: What stands behind the name of a model: its date, or which window of it is meant.
_BEHIND = re.compile(r"(?:[-@](?:20\d{2}-?\d{2}-?\d{2})|-latest|\[[^\]]*\])$")


class Price(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """US dollars for a million tokens. What is read from or written to a cache costs as input does, unless said."""

    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None


def price_nano(usage: Usage, price: Price) -> int:
    """The cost in billionths of a dollar; what is not reported counts as none."""
    cache_read = price.input if price.cache_read is None else price.cache_read
    cache_write = price.input if price.cache_write is None else price.cache_write
    return round(
        _NANO_PER_TOKEN
        * (
            (usage.input or 0) * price.input
            + (usage.output or 0) * price.output
            + (usage.cache_read or 0) * cache_read
            + (usage.cache_write or 0) * cache_write
        )
    )


def price_of(model: str | None, own: Mapping[str, Price]) -> Price | None:
    """The price of the model of that name; None when it is in no table. ``own`` are the person's, which count first.

    In each table the name is looked up as it is, then without what stands behind it (a date, ``-latest``, a window
    in brackets), then also without its provider: ``openrouter/anthropic/claude-x-20260101`` is ``claude-x``.
    Case does not matter, nor whether a version is written ``4.5`` or ``4-5``.
    """
    if not model:
        return None
    names = _names(model)
    by_name = {_folded(name): price for name, price in own.items()}
    for table in (by_name, _built_in()):
        for name in names:
            if name in table:
                return table[name]
    return None


def _names(model: str) -> tuple[str, ...]:
    whole = _folded(model)
    dateless = _without_date(whole)
    return tuple(dict.fromkeys((whole, dateless, whole.rpartition("/")[2], bare_name(whole))))


def bare_name(model: str) -> str:
    """The name without its provider and what stands behind it."""
    return _without_date(model).rpartition("/")[2]


def _without_date(model: str) -> str:
    while (shorter := _BEHIND.sub("", model)) != model:
        model = shorter
    return model


def _folded(name: str) -> str:
    return name.strip().lower().replace(".", "-")


@cache
def _built_in() -> Mapping[str, Price]:
    # A table that only those need who compute a cost.
    from crew_core.model.price_table import USD_PER_MILLION

    return {_folded(name): Price(*numbers) for name, numbers in USD_PER_MILLION.items()}
