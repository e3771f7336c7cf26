"""What a run is to be, in words: when it is stopped, and which models are asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crew_tui.quantities import dollars, duration

if TYPE_CHECKING:
    from crew_core.model.plan import Limits, RunPlan


def stopped_after(limits: Limits) -> Iterator[str]:
    """Only what somebody has limited."""
    if limits.max_run_minutes is not None:
        yield f"stopped after {duration(limits.max_run_minutes * 60)} of work"
    if limits.max_tokens is not None:
        yield f"stopped after {limits.max_tokens:,} tokens"
    if limits.max_cost is not None:
        yield f"stopped after {dollars(limits.max_cost)}"


def models_asked(of: RunPlan) -> Iterator[str]:
    """Each model that is named, and which agents ask it; as it stands in files, not cleaned."""
    for model in dict.fromkeys(agent.model for agent in of.agents.values() if agent.model):
        yield f"{model}: {', '.join(agent.name for agent in of.agents.values() if agent.model == model)}"
