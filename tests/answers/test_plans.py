"""Plans: what a planner writes as it was told is read back, and everything that is wrong is named with its place."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.engine.answers import PlanFaults, PlannedTask, PlannedTasks, plan_of
from crew_core.engine.answers.fault_words import MOST_FAULTS
from crew_core.engine.answers.plan_entries import TASK_CHARS
from crew_core.engine.answers.role_names import ALIASES, role_of
from crew_core.engine.foreign_text import visible

ROLES = ("explorer", "executor", "reviewer", "test-engineer")

texts = st.text(min_size=1, max_size=60).filter(lambda text: text.strip() == text != "" and visible(text) == text)
names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
work = st.fixed_dictionaries({"role": st.sampled_from(ROLES), "task": texts})
phases = st.lists(
    st.fixed_dictionaries({"name": names, "tasks": st.lists(work, min_size=1, max_size=4)}), min_size=1, max_size=4
)


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, object]]:
    """Tasks in an order in which they can be done."""
    ids = draw(st.lists(names, unique=True, min_size=1, max_size=6))
    return [
        {"id": name, **draw(work), "dependsOn": draw(st.lists(st.sampled_from(ids[:n]), unique=True)) if n else []}
        for n, name in enumerate(ids)
    ]


#: Anything that is JSON, mostly with the words of a plan in it.
keys = st.sampled_from(["phases", "tasks", "role", "task", "id", "dependsOn", "name", "after"]) | st.text(max_size=5)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    leaves | st.text(max_size=5) | st.sampled_from(ROLES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=30,
)


def fenced(value: object) -> str:
    return f"Because.\n\n```json\n{json.dumps(value, indent=1)}\n```\n"


def tasks_of(text: str, most: int = 12) -> tuple[PlannedTask, ...]:
    found = plan_of(text, ROLES, most)
    assert isinstance(found, PlannedTasks), found
    return found.tasks


def faults_of(value: object, most: int = 12) -> tuple[str, ...]:
    found = plan_of(fenced(value), ROLES, most)
    assert isinstance(found, PlanFaults), found
    return found.faults


def one(**fields: object) -> dict[str, object]:
    return {"role": "executor", "task": "do it", **fields}


@given(phases)
def test_phases_are_read_back_and_each_waits_for_all_of_the_one_before(
    of: list[dict[str, list[dict[str, str]]]],
) -> None:
    tasks = tasks_of(fenced({"phases": of}), 16)
    stated = [(task["role"], task["task"]) for phase in of for task in phase["tasks"]]
    assert [(task.role, task.text) for task in tasks] == stated
    ids = iter(task.id for task in tasks)
    by_phase = [[next(ids) for _ in phase["tasks"]] for phase in of]
    waits = {task.id: set(task.depends_on) for task in tasks}
    assert all(waits[name] == set() for name in by_phase[0])
    assert all(waits[name] == set(before) for before, these in pairwise(by_phase) for name in these)


@given(graphs(), st.randoms(use_true_random=False))
def test_a_graph_is_read_back_in_an_order_in_which_it_can_be_done(of: list[dict[str, object]], chance: object) -> None:
    chance.shuffle(of)  # type: ignore[attr-defined]
    tasks = tasks_of(fenced({"tasks": of}))
    stated = {(task["id"], task["role"], task["task"], tuple(task["dependsOn"])) for task in of}  # type: ignore[arg-type]
    assert {(task.id, task.role, task.text, task.depends_on) for task in tasks} == stated
    done: set[str] = set()
    for task in tasks:
        assert done.issuperset(task.depends_on)
        done.add(task.id)


@given(json_values | st.fixed_dictionaries({"phases": json_values}) | st.fixed_dictionaries({"tasks": json_values}))
def test_any_json_is_a_plan_or_has_faults(value: object) -> None:
    check(fenced(value))


@given(
    st.lists(
        st.sampled_from(
            ["ADAPTIVE_PLAN_JSON_START", "ADAPTIVE_PLAN_JSON_END", "```json\n", "```\n", '{"tasks": [', "]}", "{", "}"]
        )
        | st.sampled_from(['{"role": "executor", "task": "x"}', ",", "\n"])
        | st.text(max_size=10)
    )
)
def test_any_text_is_a_plan_or_has_faults(pieces: list[str]) -> None:
    check("".join(pieces))


def check(text: str) -> None:
    found = plan_of(text, ROLES, 3)
    if isinstance(found, PlanFaults):
        assert 0 < len(found.faults) <= MOST_FAULTS + 1
        assert all("\n" not in fault and len(fault) < 400 for fault in found.faults)
    else:
        assert 0 < len(found.tasks) <= 3
        assert all(task.role in ROLES and 0 < len(task.text) <= TASK_CHARS for task in found.tasks)


PLAN = {"tasks": [one()]}
OTHER = {"tasks": [one(task="the other")]}


@pytest.mark.parametrize(
    "text",
    [
        fenced(PLAN),
        f"ADAPTIVE_PLAN_JSON_START{json.dumps(PLAN)}ADAPTIVE_PLAN_JSON_END {fenced(OTHER)}",
        f"{fenced(OTHER)}ADAPTIVE_PLAN_JSON_START\n{fenced(PLAN)}\nADAPTIVE_PLAN_JSON_END",
        f"ADAPTIVE_PLAN_JSON_START\n{json.dumps(PLAN)}\n",
        f"Between ADAPTIVE_PLAN_JSON_START and ADAPTIVE_PLAN_JSON_END.\nADAPTIVE_PLAN_JSON_START{json.dumps(PLAN)}",
        f"ADAPTIVE_PLAN_JSON_START broken ADAPTIVE_PLAN_JSON_END\n{fenced(PLAN)}",
        fenced({"name": "acme", "version": 1}) + fenced(PLAN) + fenced(OTHER),
        "```sh\nls\n```\n" + fenced(PLAN),
        f"   ~~~\n   {json.dumps(PLAN)}\n   ~~~",
        json.dumps(PLAN),
    ],
)
def test_the_plan_is_found_between_markers_after_one_or_in_a_fence(text: str) -> None:
    assert tasks_of(text) == (PlannedTask("task-1", "executor", "do it"),)


def test_a_task_without_an_id_gets_one_that_no_other_has() -> None:
    tasks = tasks_of(fenced({"tasks": [one(id="task-2"), one(), one(id=7, dependsOn="task-2")]}))
    assert [task.id for task in tasks] == ["task-2", "task-2'", "7"]
    assert tasks[2].depends_on == ("task-2",)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"phases": []}, "$.phases is empty; it must be an array of phases"),
        ({"phases": [{"name": "a"}]}, "$.phases[0].tasks is missing; it must be an array of tasks"),
        ({"phases": [{"name": 1, "tasks": [one()]}]}, "$.phases[0].name is a number; it must be a string"),
        ({"phases": [{"tasks": [one(dependsOn=["x"])]}]}, "$.phases[0].tasks[0].dependsOn cannot be given in phases"),
        ({"phases": ["a"]}, "$.phases[0] is a string; it must be an object"),
        ({"tasks": {"role": "executor"}}, "$.tasks is an object; it must be an array of tasks"),
        (
            {"tasks": [{"task": "x"}]},
            "$.tasks[0].role is missing; there is: executor, explorer, reviewer, test-engineer",
        ),
        ({"tasks": [one(role="wizard")]}, '$.tasks[0].role is "wizard"; there is: executor'),
        ({"tasks": [one(role=["executor"])]}, '$.tasks[0].role is ["executor"]; there is: executor'),
        ({"tasks": [one(task=" ")]}, "$.tasks[0].task is empty; it must say what to do"),
        ({"tasks": [one(task="x" * 9_000)]}, "$.tasks[0].task has 9000 characters; at most 8000"),
        ({"tasks": [one(id="a"), one(id="a")]}, '$.tasks[1].id is "a", which another task has'),
        ({"tasks": [one(id="")]}, '$.tasks[0].id is ""; it must be a string of 1 to 64 characters'),
        ({"tasks": [one(dependsOn=["b"])]}, '$.tasks[0].dependsOn names "b", which is the id of no task'),
        ({"tasks": [one(depends_on=["b"])]}, "$.tasks[0].depends_on is not known; write dependsOn"),
        ({"tasks": [one(id="a", dependsOn=["a"])]}, '$.tasks wait for each other in a circle: "a" → "a"'),
        (
            {"tasks": [one(id="a", dependsOn=["c"]), one(id="b", dependsOn=["a"]), one(id="c", dependsOn=["b"])]},
            "$.tasks wait for each other in a circle: ",
        ),
        ({"tasks": [one()] * 13}, "$ has 13 tasks; at most 12"),
        ({"phases": [], "tasks": []}, "$ has phases and tasks; write one of them"),
        ({"plan": []}, "the JSON in it is no object with phases or tasks"),
        ([one()], "the JSON in it is no object with phases or tasks"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(value: object, fault: str) -> None:
    assert faults_of(value)[0].startswith(fault)


def test_everything_that_is_wrong_is_said_at_once_but_not_without_end() -> None:
    assert len(faults_of({"tasks": [{}, one(role="x"), one(task=1)]})) == 4
    assert faults_of({"tasks": [{}] * 40})[-1] == "and 69 more faults"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("no plan", "there is no fenced JSON object with the plan in it"),
        ('```json\n{"tasks": [\n```', "the JSON in it is broken: "),
        ('ADAPTIVE_PLAN_JSON_START\n{"tasks": [{"role": "exe', "the JSON in it is broken: Input data was truncated"),
        ("```json\n" + '{"tasks":' * 100_000 + "\n```", "the JSON in it is broken: it is nested too deeply"),
    ],
)
def test_an_answer_without_a_plan_says_why(text: str, fault: str) -> None:
    found = plan_of(text, ROLES, 12)
    assert isinstance(found, PlanFaults)
    assert found.faults[0].startswith(fault)


def test_roles_may_be_called_by_the_usual_other_words() -> None:
    for role, aliases in ALIASES.items():
        for alias in aliases:
            assert role_of(alias, [role, "planner"]) == role
            assert role_of(alias, ["planner"]) is None
    assert role_of("Test Engineer", ROLES) == "test-engineer"
    assert role_of(" Security_Review ", ["security-reviewer"]) == "security-reviewer"


def test_a_name_of_a_role_is_never_taken_for_another_word() -> None:
    assert role_of("critic", ["critic", "reviewer"]) == "critic"
    assert role_of("critic", ["reviewer"]) == "reviewer"
    assert role_of("qa", ["test-engineer", "QA"]) == "QA"
