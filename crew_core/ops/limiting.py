"""Whether the limits of a run can be kept: somebody has to say what its agents use, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from crew_core.agents.protocol import UnknownProgram
from crew_core.agents.registry import abilities
from crew_core.model.plan import AgentPlan, RunPlan, Wants
from crew_core.model.prices import price_of
from crew_core.ops.errors import InputWrong

#: The kind of a mapped line that reports use.
_USAGE = "usage"


def unkept_limits(plan: RunPlan) -> Iterator[InputWrong]:
    """Why the limits of tokens and cost of ``plan`` would be none; nothing when they can be kept or there are none."""
    limits = plan.limits
    if limits.max_tokens is None and limits.max_cost is None:
        return
    agents = [agent for agent in _at_work(plan) if _asks_model(agent)]
    silent = [agent for agent in agents if not _reports_use(agent)]
    if silent:
        key = "limits.maxTokens" if limits.max_tokens is not None else "limits.maxCost"
        named = _named([_with_program(agent) for agent in silent])
        why = f"{key} cannot be kept: nobody reports what is used by {named}"
        yield InputWrong("run", why, "give it another program, or leave the limit out")
    if limits.max_tokens is not None:
        late = [agent for agent in agents if agent not in silent and _tells_late(agent)]
        if late:
            why = f"limits.maxTokens could be exceeded by a whole turn of {_named([_with_program(a) for a in late])}"
            yield InputWrong(
                "run", why, f"give it another program, or accept that: limitByTurn = true in [{_section(late[0])}]"
            )
    if limits.max_cost is None:
        return
    unpriced = [agent for agent in agents if agent not in silent and not _has_cost(agent, plan)]
    if unpriced:
        named = _named([f"{agent.name} ({agent.model or 'model not named'})" for agent in unpriced])
        why = f"limits.maxCost cannot be kept: nobody knows what the model costs of {named}"
        yield InputWrong("run", why, "name a model whose price is known, or set its price: prices.models")


def _with_program(agent: AgentPlan) -> str:
    return f"{agent.name} ({agent.program})"


def _section(agent: AgentPlan) -> str:
    return f'programs."{agent.program}"' if ":" in agent.program else f"programs.{agent.program}"


def _tells_late(agent: AgentPlan) -> bool:
    return abilities(agent.program).usage_by_turn and not agent.settings.limit_by_turn


def _named(agents: list[str]) -> str:
    more = f" and {len(agents) - 3} more" if len(agents) > 3 else ""
    return ", ".join(agents[:3]) + more


def _at_work(plan: RunPlan) -> list[AgentPlan]:
    """The agents of its tasks, and where an answer may bring tasks, those of every role."""
    names = dict.fromkeys(task.agent for task in plan.tasks)
    if any(task.wants is Wants.PLAN for task in plan.tasks):
        names |= dict.fromkeys(role.agent for role in plan.roles)
    return [plan.agents[name] for name in names if name in plan.agents]


def _asks_model(agent: AgentPlan) -> bool:
    try:
        return abilities(agent.program).asks_model
    except UnknownProgram:
        # That it cannot be started is said elsewhere.
        return False


def _reports_use(agent: AgentPlan) -> bool:
    if agent.command is not None:
        return any(mapped.kind == _USAGE for mapped in agent.command.map)
    return abilities(agent.program).usage


def _has_cost(agent: AgentPlan, plan: RunPlan) -> bool:
    if price_of(agent.model, plan.prices) is not None:
        return True
    if agent.command is not None:
        return any(mapped.kind == _USAGE and "cost" in mapped.fields for mapped in agent.command.map)
    return abilities(agent.program).cost
