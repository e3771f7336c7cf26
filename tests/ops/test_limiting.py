"""Limits of tokens and cost that nobody could keep are refused before anything starts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crew_core.agents import registry
from crew_core.model.plan import AgentPlan, CommandPlan, Limits, Mapped, ProgramSettings, RunPlan
from crew_core.model.prices import Price
from crew_core.ops.limiting import unkept_limits
from crew_core.ops.planning import plan_run
from tests.engine.run_builders import plan, task
from tests.ops.crew_project import CrewProject

USAGE = Mapped(kind="usage", when={"type": "usage"}, fields={"input": "in", "output": "out"})


@pytest.fixture(autouse=True)
def _metered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that reports tokens and no cost."""
    monkeypatch.setitem(registry._ADAPTERS, "metered", "tests.engine.metered_agent")


def limited(agent: AgentPlan, **limits: float) -> RunPlan:
    whole = plan(task("a", agent="it"), limits=Limits(**limits))  # type: ignore[arg-type]
    return replace(whole, agents={"it": agent, "idle": AgentPlan("idle", "command", command=CommandPlan(("x",)))})


def why(of: RunPlan) -> list[str]:
    return [str(refusal) for refusal in unkept_limits(of)]


def test_a_program_that_does_not_report_its_use_is_named() -> None:
    silent = AgentPlan("it", "command", command=CommandPlan(("x",)))
    assert why(limited(silent)) == []
    (said,) = why(limited(silent, max_tokens=5))
    assert "limits.maxTokens cannot be kept: nobody reports what is used by it (command)" in said
    (said,) = why(limited(silent, max_cost=5.0))
    assert "limits.maxCost" in said


def test_a_described_program_may_report_it_by_its_mapping() -> None:
    told = AgentPlan("it", "command", command=CommandPlan(("x",), output="jsonl", map=(USAGE,)))
    assert why(limited(told, max_tokens=5)) == []
    assert why(limited(told, max_cost=5.0)) != []
    priced = replace(USAGE, fields={**USAGE.fields, "cost": "usd"})
    with_cost = replace(told, command=CommandPlan(("x",), output="jsonl", map=(priced,)))
    assert why(limited(with_cost, max_cost=5.0)) == []


def test_a_program_that_tells_its_use_by_turn_needs_to_be_accepted() -> None:
    late = AgentPlan("it", "acp:mine")
    (said,) = why(limited(late, max_tokens=5))
    assert "limits.maxTokens could be exceeded by a whole turn of it (acp:mine)" in said
    assert 'limitByTurn = true in [programs."acp:mine"]' in said
    assert why(limited(replace(late, settings=ProgramSettings(limit_by_turn=True)), max_tokens=5)) == []
    assert why(limited(replace(late, model="gpt-5.1"), max_cost=5.0)) == []
    assert why(limited(AgentPlan("it", "acp:claude"), max_tokens=5)) == []


def test_a_cost_needs_a_price_that_somebody_knows() -> None:
    nameless = AgentPlan("it", "metered")
    assert why(limited(nameless, max_tokens=5)) == []
    (said,) = why(limited(nameless, max_cost=5.0))
    assert "it (model not named)" in said
    assert "prices.models" in said
    (said,) = why(limited(replace(nameless, model="house-model"), max_cost=5.0))
    assert "it (house-model)" in said
    assert why(limited(replace(nameless, model="gpt-5.1"), max_cost=5.0)) == []
    own = replace(limited(replace(nameless, model="house-model"), max_cost=5.0), prices={"house-model": Price(1, 2)})
    assert why(own) == []


def test_scripts_need_neither() -> None:
    assert why(limited(AgentPlan("it", "shell"), max_tokens=5, max_cost=5.0)) == []


def test_limits_and_prices_of_settings_and_options_come_into_the_plan(project: CrewProject) -> None:
    project.trusted()
    said = ('prices.models={ "house-model" = "3 15 0.3" }', "limits.maxTokens=7000")
    planned = plan_run(project.request(max_cost=2.5, settings=said))
    assert (planned.plan.limits.max_tokens, planned.plan.limits.max_cost) == (7000, 2.5)
    assert planned.plan.prices == {"house-model": Price(3, 15, 0.3)}
    assert planned.refusals == ()
