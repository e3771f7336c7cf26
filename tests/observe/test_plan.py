"""The plan of a run of ours is its tasks by depth."""

from __future__ import annotations

from msgspec.structs import replace

from crew_core.model.state import Task
from crew_core.observe.plan import plan_of
from crew_core.observe.slices import SliceState
from crew_core.observe.tab_slices import PlanSlice
from tests.engine.run_builders import Book, plan, task


def members(*plans: object) -> tuple[Task, ...]:
    return tuple(Book(plan(*plans)).state.tasks.values())  # type: ignore[arg-type]


def test_each_phase_is_what_can_be_done_at_the_same_time() -> None:
    found = plan_of(members(task("a"), task("b", after=("a",)), task("c", after=("a",)), task("d", after=("b", "c"))))
    assert [[item.task_id for item in phase.items] for phase in found.phases] == [["a"], ["b", "c"], ["d"]]
    assert [phase.name for phase in found.phases] == ["a", "b, c", "d"]
    assert found.phases[2].items[0].after == ("b", "c")
    assert found.state is SliceState.READY


def test_a_fan_out_is_one_name_and_each_item_its_own_title() -> None:
    base = members(task("list"), task("each", after=("list",)))
    items = [
        replace(base[1], id=f"each-{n}", step_id=f"each-{n}", item=f"file {n}", added_by="each", depends_on=("each",))
        for n in range(5)
    ]
    found = plan_of((*base, *items))
    assert found.phases[2].name == "each each"
    assert [item.title for item in found.phases[2].items] == [f"file {n}" for n in range(5)]


def test_a_wide_phase_is_named_after_its_first_tasks() -> None:
    found = plan_of(members(*(task(name) for name in "abcd")))
    assert found.phases[0].name == "a, b and 2 more"


def test_no_tasks_are_no_plan() -> None:
    assert plan_of(()) == PlanSlice(SliceState.EMPTY, ())


def test_tasks_that_wait_for_each_other_are_still_listed() -> None:
    first, second = members(task("a"), task("b"))
    found = plan_of((replace(first, depends_on=("b",)), replace(second, depends_on=("a",))))
    assert sorted(item.task_id or "" for phase in found.phases for item in phase.items) == ["a", "b"]
