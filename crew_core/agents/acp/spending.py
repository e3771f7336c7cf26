"""What a turn used, from the several places in which agents say it.

Sources: ``usage`` of the prompt's response and ``usage_update`` are the protocol's; ``_meta.quota`` is Gemini's.
"""

from __future__ import annotations

from typing import Any

import msgspec

from crew_core.agents.json_fields import amount, integer, mapping, sequence, string
from crew_core.agents.used import added, is_nothing, without
from crew_core.model.usage import Usage


class Spending:
    """One session. The cost is told for the session so far; a session that is gone on with has a past."""

    def __init__(self, *, fresh: bool) -> None:
        self._cost_before: float | None = 0.0 if fresh else None
        self._cost: float | None = None

    def updated(self, update: dict[str, Any], *, working: bool) -> None:
        """A ``usage_update``. ``working`` False: no turn of ours is under way, so it is of the past."""
        cost = mapping(update.get("cost"))
        spent = amount(cost.get("amount"))
        if spent is None or cost.get("currency") != "USD":
            return
        self._cost = spent
        if not working:
            self._cost_before = spent

    def of_turn(
        self, result: dict[str, Any], model: str, *, tokens_known: bool, recorded: Usage | None = None
    ) -> list[tuple[Usage, str]]:
        """What the turn used, by model; ``model`` is that of the session. Empty when nothing is known of it.

        ``tokens_known`` False: the tokens that are told are not those of the whole turn. ``recorded`` is what the
        program's own record said of it, and is left out.
        """
        cost = self._cost_of_turn()
        spent = [(usage, name or model) for usage, name in _tokens(result) if usage.input or usage.output]
        if recorded is not None:
            return _besides(recorded, [usage for usage, _ in spent] if tokens_known else [], cost, model)
        if cost and (not tokens_known or not spent):
            return [(Usage(cost=cost), model)]
        if cost and len(spent) == 1:
            return [(msgspec.structs.replace(spent[0][0], cost=cost), spent[0][1])]
        return spent if tokens_known else []

    def _cost_of_turn(self) -> float | None:
        cost = None
        if self._cost is not None:
            if self._cost_before is not None and self._cost >= self._cost_before:
                cost = self._cost - self._cost_before
            self._cost_before = self._cost
        return cost


def _besides(recorded: Usage, told: list[Usage], cost: float | None, model: str) -> list[tuple[Usage, str]]:
    """What was told of the turn and not recorded."""
    whole = Usage(cost=cost)
    for usage in told:
        whole = added(whole, usage)
    if whole.cache_read is None and whole.input is not None:
        whole = msgspec.structs.replace(whole, input=max(0, whole.input - (recorded.cache_read or 0)))
    more = without(whole, recorded)
    return [] if is_nothing(more) else [(more, model)]


def _tokens(result: dict[str, Any]) -> list[tuple[Usage, str]]:
    """By model, where it is told which one. A turn that was broken off is told with zeros, which say nothing."""
    quota = mapping(mapping(result.get("_meta")).get("quota"))
    models = [mapping(part) for part in sequence(quota.get("model_usage"))]
    used = mapping(result.get("usage"))
    if used:
        return [(_protocols(used), string(models[0].get("model")) if len(models) == 1 else "")]
    parts = [(_geminis(part), string(part.get("model"))) for part in models or [quota]]
    return [(usage, name) for usage, name in parts if usage is not None]


def _protocols(used: dict[str, Any]) -> Usage:
    """``inputTokens`` leaves the cache out, but not Copilot's. That is seen by the total, as is whether
    ``outputTokens`` contains the thinking."""
    names = ("inputTokens", "cachedReadTokens", "cachedWriteTokens", "outputTokens")
    counts = [integer(used.get(name)) for name in names]
    read, cache_read, cache_write, output = counts
    thought = integer(used.get("thoughtTokens"))
    total, cached = integer(used.get("totalTokens")), (cache_read or 0) + (cache_write or 0)
    seen = (read or 0) + (output or 0)
    if read is not None and total not in (seen + cached, seen + cached + (thought or 0)):
        within = total in (seen, seen + (thought or 0))
        read = max(0, read - cached) if within else read
    apart = thought is not None and total == (read or 0) + cached + (output or 0) + thought
    if thought and apart and output is not None:
        output += thought
    return Usage(input=read, output=output, reasoning=thought, cache_read=cache_read, cache_write=cache_write)


def _geminis(quota: dict[str, Any]) -> Usage | None:
    """The count of a turn, or of one model in it. Gemini does not tell how much of the input came from its cache."""
    counts = mapping(quota.get("token_count"))
    read, output = integer(counts.get("input_tokens")), integer(counts.get("output_tokens"))
    return None if read is None and output is None else Usage(input=read, output=output)
