"""Two versions of a plan: read from the answers of its planner, and compared item by item."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.model.plan import Wants
from crew_core.model.status import RunStatus
from crew_core.observe.own_run import OwnRun
from crew_core.observe.plan_changes import PlannedItem, changes_between, in_phases
from crew_core.observe.plan_versions import items_of
from crew_core.observe.tab_slices import ChangeKind, PlanChange, PlanRevision
from crew_core.observe.watcher import Hints
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task

ADDED, CHANGED, REMOVED = ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.REMOVED


def answers(*values: object) -> str:
    """A script that gives one of these answers after the other, one each time that it runs."""
    cases = "\n".join(
        f"if mkdir \"$PWD/said-{number}\" 2>/dev/null; then cat <<'EOF'\n{value}\nEOF\nexit 0; fi"
        for number, value in enumerate(values)
    )
    return f"````sh\n{cases}\n````"


def stated(*tasks: dict[str, object]) -> str:
    return f"```json\n{json.dumps({'tasks': tasks})}\n```"


def given_twice(tmp_path: Path, text: str, verify: tuple[str, ...] = ()) -> Sequence[PlanRevision]:
    """What the plan tab is told when the planner's script gave its answers and the run has ended."""
    planner = task("a", text, wants=Wants.PLAN, retries=1, verify=verify)
    run = RealRun.make(tmp_path, plan(replace(planner, cwd=str(tmp_path)), cwd=tmp_path))
    assert run.finish().run.status is RunStatus.COMPLETED, run.log()
    own = OwnRun(run.layout.root)
    own.read(Hints(everything=True))
    return own.plan().revisions


@pytest.mark.usefixtures("no_process_left")
def test_a_plan_that_was_refused_is_the_version_before_the_corrected_one(tmp_path: Path) -> None:
    refused = stated({"role": "nobody", "task": "echo split"}, {"role": "worker", "task": "echo rewrite the router"})
    corrected = stated({"role": "worker", "task": "echo split"}, {"role": "worker", "task": "true"})
    (found,) = given_twice(tmp_path, answers(refused, corrected))
    assert found == PlanRevision(
        "a",
        2,
        (
            PlanChange(CHANGED, "echo split", "nobody → worker"),
            PlanChange(ADDED, "true"),
            PlanChange(REMOVED, "echo rewrite the router"),
        ),
    )


@pytest.mark.usefixtures("no_process_left")
def test_a_plan_whose_verification_failed_is_the_version_before_the_repeated_one(tmp_path: Path) -> None:
    first, second = (stated({"role": "worker", "task": f"echo {word}"}) for word in ("one", "two words"))
    (found,) = given_twice(tmp_path, answers(first, second), ('test -d "$PWD/said-1"',))
    assert found.version == 2
    assert found.changes


@pytest.mark.usefixtures("no_process_left")
def test_an_answer_without_a_plan_is_no_version_of_it(tmp_path: Path) -> None:
    assert given_twice(tmp_path, answers("I have no plan.", stated({"role": "worker", "task": "true"}))) == ()


def items(*titles: str, role: str = "worker") -> tuple[PlannedItem, ...]:
    return tuple(PlannedItem(title, role, title) for title in titles)


def test_what_is_alike_is_one_item_and_says_what_it_was() -> None:
    assert changes_between(items("split session store"), items("split the session store", "update docs")) == (
        PlanChange(CHANGED, "split the session store", "was split session store"),
        PlanChange(ADDED, "update docs"),
    )


def test_other_words_another_role_and_another_order_are_changes() -> None:
    before = (PlannedItem("a", "explorer", "look"), PlannedItem("b", "worker"), PlannedItem("c", "worker"))
    after = (
        PlannedItem("a", "analyst", "look twice"),
        PlannedItem("b", "worker", "", frozenset({0})),
        PlannedItem("new", "worker"),
        PlannedItem("c", "worker", "", frozenset({2})),
    )
    assert changes_between(before, after) == (
        PlanChange(CHANGED, "a", "other words, explorer → analyst"),
        PlanChange(CHANGED, "b", "other order"),
        PlanChange(ADDED, "new"),
    ), "that c waits for a new item is told by the new item"


def test_phases_are_an_order_and_ids_are_another() -> None:
    found = items_of({"phases": [{"tasks": [{"task": "a"}, {"task": "b"}]}, {"tasks": [{"task": "c\nmore"}, 7]}, None]})
    assert [(item.title, set(item.after)) for item in found] == [("a", set()), ("b", set()), ("c", {0, 1})]
    found = items_of({"tasks": [{"id": 1, "task": "a"}, {"title": "B", "task": "b", "dependsOn": [1, "x"]}]})
    assert [(item.title, set(item.after)) for item in found] == [("a", set()), ("B", {0})]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["phases", "tasks", "task", "title", "role", "id", "dependsOn"]), inner, max_size=4
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["phases", "tasks"]), json_values, min_size=1))
def test_whatever_an_answer_has_can_be_read(value: dict[str, object]) -> None:
    found = items_of(value)
    assert all(place in range(len(found)) for item in found for place in item.after)
    assert changes_between(found, found) == ()


plans = st.lists(st.lists(st.sampled_from(["a", "b", "split", "splits", "docs"]), max_size=4), max_size=3).map(
    lambda phases: in_phases([[PlannedItem(title, "r", title) for title in phase] for phase in phases])
)


@given(plans, plans)
def test_what_is_added_and_removed_adds_up(before: tuple[PlannedItem, ...], after: tuple[PlannedItem, ...]) -> None:
    kinds = [change.kind for change in changes_between(before, after)]
    assert len(after) - kinds.count(ADDED) == len(before) - kinds.count(REMOVED)
    assert changes_between(after, after) == ()
