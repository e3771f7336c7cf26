"""How deep a task stands, whatever the dependencies are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crew_core.observe.depths import depths, levels

NAMES = tuple("abcdefgh")


@st.composite
def acyclic(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Each name may wait for those before it in some order."""
    order = draw(st.permutations(NAMES))
    return {
        name: tuple(draw(st.lists(st.sampled_from(order[:place]), max_size=3)) if place else ())
        for place, name in enumerate(order)
    }


anything = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from((*NAMES, "gone")), max_size=4))


@given(acyclic())
def test_every_task_is_deeper_than_all_that_it_waits_for(after: dict[str, tuple[str, ...]]) -> None:
    depth = depths(NAMES, after)
    assert set(depth) == set(NAMES)
    assert all(depth[each] < depth[name] for name in NAMES for each in after[name])


@given(acyclic())
def test_a_task_is_no_deeper_than_its_longest_chain(after: dict[str, tuple[str, ...]]) -> None:
    def chain(name: str) -> int:
        return 1 + max((chain(each) for each in after[name]), default=-1)

    assert depths(NAMES, after) == {name: chain(name) for name in NAMES}


@given(anything)
def test_circles_and_names_that_are_not_there_do_no_harm(after: dict[str, list[str]]) -> None:
    depth = depths(NAMES, after)
    assert set(depth) == set(NAMES)
    assert sorted(name for level in levels(NAMES, after) for name in level) == sorted(NAMES)


def test_levels_keep_the_order_of_the_workflow() -> None:
    after = {"b": ("a",), "c": ("a",), "d": ("c", "b")}
    assert levels(("a", "c", "b", "d", "e"), after) == (("a", "e"), ("c", "b"), ("d",))


def test_a_chain_of_thousands_is_no_recursion() -> None:
    names = tuple(f"t{number}" for number in range(5000))
    after = {name: (names[number - 1],) for number, name in enumerate(names) if number}
    assert depths(names, after)[names[-1]] == 4999
