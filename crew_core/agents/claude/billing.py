"""What Claude Code used: each message as it ends, and at the end of a turn what is in no message.

A result's ``usage`` is that of its turn and of the agent alone; ``modelUsage`` is everything since the process began,
sub-agents and side questions too, and ``model_usage_since_last_result`` the part of it that is new.
"""

from __future__ import annotations

from typing import Any

from crew_core.agents.anthropic_usage import usage_of
from crew_core.agents.json_fields import amount, count, mapping
from crew_core.agents.used import added, is_nothing, without
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage


class Billing:
    """``total`` is what was told so far; None: nothing."""

    def __init__(self) -> None:
        self.total: Usage | None = None
        #: Told since the last result, by model.
        self._told: dict[str, Usage] = {}
        #: ``modelUsage`` of the last result.
        self._before: dict[str, Usage] = {}

    def message(self, parent: str, model: str, reported: dict[str, Any]) -> AgentEvent:
        """One message of the model has ended."""
        usage = usage_of(reported)
        name = _plain(model)
        self._told[name] = added(self._told.get(name), usage)
        return self._tell(model, usage, parent)

    def result(self, line: dict[str, Any]) -> list[AgentEvent]:
        """A turn has ended: what it used besides what was told, by model, with the cost of all of it."""
        whole = _by_model(mapping(line.get("modelUsage")))
        since = line.get("model_usage_since_last_result")
        if isinstance(since, dict):
            new = _by_model(since)
        else:
            new = {name: without(usage, self._before.get(name)) for name, usage in whole.items()}
        events = [
            self._tell(name, rest)
            for name, usage in new.items()
            if not is_nothing(rest := without(usage, self._told.get(name)))
        ]
        self._before, self._told = whole, {}
        return events

    def _tell(self, model: str, usage: Usage, parent: str = "") -> AgentEvent:
        self.total = added(self.total, usage)
        data = {"model": model} if model else None
        return AgentEvent(kind=Kind.USAGE, usage=usage, data=data, parent=parent)


def _by_model(reported: dict[str, Any]) -> dict[str, Usage]:
    """A model may be named twice, with the size of its context window and without."""
    found: dict[str, Usage] = {}
    for name, each in reported.items():
        found[_plain(name)] = added(found.get(_plain(name)), _of_model(mapping(each)))
    return found


def _of_model(reported: dict[str, Any]) -> Usage:
    """A cost on the basis ``unknown`` is the price of another model."""
    return Usage(
        input=count(reported.get("inputTokens")),
        output=count(reported.get("outputTokens")),
        reasoning=count(reported.get("thinkingTokens")),
        cache_read=count(reported.get("cacheReadInputTokens")),
        cache_write=count(reported.get("cacheCreationInputTokens")),
        cost=None if reported.get("costBasis") == "unknown" else amount(reported.get("costUSD")),
    )


def _plain(model: str) -> str:
    """The model without the size of its context window, which only some lines name: ``…[1m]``."""
    return model.partition("[")[0]
