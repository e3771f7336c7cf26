"""Which model works on a task, and what it has used: empty as long as nothing is known."""

from __future__ import annotations

from crew_core.model.prices import bare_name
from crew_core.model.state import Task
from crew_tui.quantities import count
from crew_tui.spent_words import UNTOLD, cost, tokens

#: What is no reason for a column, or a line.
NOTHING_TOLD = frozenset({"", UNTOLD})


def model_of(task: Task) -> str:
    """The model of its newest agent, without provider and date; empty when nobody has named it."""
    named = next((attempt.model for attempt in reversed(task.attempts) if attempt.model), "")
    return bare_name(named)


def known_tokens(task: Task) -> int | None:
    """Of all its attempts, as far as they are told; of one that goes on, what its progress says."""
    going_on = task.agent_progress.tokens if task.agent_progress is not None else 0
    return task.used.tokens if task.used.tokens is not None else going_on or None


def tokens_of(task: Task) -> str:
    """Of all its attempts; of one that has not said anything yet, nothing."""
    known = known_tokens(task)
    if task.used.tokens is None and known is not None:
        return count(known)
    return "" if _silent(task) else tokens(task.used)


def cost_of(task: Task) -> str:
    return "" if _silent(task) else cost(task.used)


def _silent(task: Task) -> bool:
    """Nothing is counted of it, or nothing has come yet."""
    used = task.used
    return not used.attempts or (used.tokens is None and used.cost is None and not task.status.ended)
