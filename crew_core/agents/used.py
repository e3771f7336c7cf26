"""Adding up what was used, where what is unknown stays unknown until somebody says it."""

from __future__ import annotations

from crew_core.model.usage import Usage


def added(total: Usage | None, more: Usage) -> Usage:
    """Both together. A number that only one of them knows is that number."""
    if total is None:
        return more
    return Usage(
        input=_sum(total.input, more.input),
        output=_sum(total.output, more.output),
        reasoning=_sum(total.reasoning, more.reasoning),
        cache_read=_sum(total.cache_read, more.cache_read),
        cache_write=_sum(total.cache_write, more.cache_write),
        cost=more.cost if total.cost is None else total.cost + (more.cost or 0.0),
        turns=_sum(total.turns, more.turns),
    )


def without(whole: Usage, told: Usage | None) -> Usage:
    """What is in ``whole`` and was not told yet, never less than nothing."""
    if told is None:
        return whole
    return Usage(
        input=_rest(whole.input, told.input),
        output=_rest(whole.output, told.output),
        reasoning=_rest(whole.reasoning, told.reasoning),
        cache_read=_rest(whole.cache_read, told.cache_read),
        cache_write=_rest(whole.cache_write, told.cache_write),
        cost=None if whole.cost is None else max(0.0, whole.cost - (told.cost or 0.0)),
        turns=_rest(whole.turns, told.turns),
    )


def is_nothing(usage: Usage) -> bool:
    """Whether no number in it is more than zero."""
    numbers = (usage.input, usage.output, usage.reasoning, usage.cache_read, usage.cache_write, usage.cost, usage.turns)
    return not any(numbers)


def _sum(total: int | None, more: int | None) -> int | None:
    return more if total is None else total + (more or 0)


def _rest(whole: int | None, told: int | None) -> int | None:
    return None if whole is None else max(0, whole - (told or 0))
