"""The items that an answer lists: from JSON, or from its one Markdown list."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.engine.answers import ListedItems, ListFaults, items_of
from crew_core.engine.answers.items import ITEM_CHARS
from crew_core.engine.foreign_text import visible

items = st.lists(
    st.text(max_size=40).filter(lambda text: text.strip() == text != "" and visible(text) == text),
    unique=True,
    max_size=8,
)


def fenced(value: object) -> str:
    return f"Some words.\n\n```json\n{json.dumps(value)}\n```\n"


@given(items, st.integers(0, 10), st.booleans())
def test_what_a_task_lists_as_it_was_told_is_read_back(of: list[str], most: int, ascii_only: bool) -> None:
    text = f"Two parts.\n\n```json\n{json.dumps(of, ensure_ascii=ascii_only, indent=1)}\n```\nDone.\n"
    assert items_of(text, most) == ListedItems(tuple(of[:most]), max(0, len(of) - most))


@given(
    st.lists(
        st.sampled_from(["```json\n", "```\n", "[", "]", '"a"', ",", "{", "- ", "* ", "1. ", "\n", "  "]) | st.text()
    ),
    st.integers(-1, 5),
)
def test_any_text_has_items_or_faults(pieces: list[str], most: int) -> None:
    found = items_of("".join(pieces), most)
    if isinstance(found, ListedItems):
        assert len(found.items) <= max(0, most)
        assert all(item == item.strip() != "" and len(item) <= ITEM_CHARS for item in found.items)
        assert len(set(found.items)) == len(found.items)
    else:
        assert found.faults


def test_items_are_trimmed_taken_once_and_counted_when_left_out() -> None:
    assert items_of(fenced([" a ", "b", "a", "", "c"]), 2) == ListedItems(("a", "b"), 1)


def test_an_empty_array_is_a_list_and_no_list_is_a_fault() -> None:
    assert items_of(fenced([]), 5) == ListedItems()
    assert items_of("", 5) == ListFaults(("there is no fenced JSON array of strings in it",))


def test_json_in_front_of_the_array_may_be_shown() -> None:
    assert items_of(fenced({"name": "acme"}) + fenced(["a"]), 5) == ListedItems(("a",))


def test_an_answer_that_is_nothing_but_the_array_needs_no_fence() -> None:
    assert items_of(' ["a", "b"]\n', 5) == ListedItems(("a", "b"))


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Parts:\n\n- a\n- b c\n\nThat is all.", ("a", "b c")),
        ("1. a\n2) b\n", ("a", "b")),
        ("* a\n\n* b\n", ("a", "b")),
        ("- a\n  more of it\n  - below it\n- b", ("a\nmore of it\n- below it", "b")),
        ("- a\n\n```sh\n- not this\n```\n- b", ("a", "b")),
        ("* * *\n- a\n---\n", ("a",)),
    ],
)
def test_without_json_the_one_markdown_list_is_taken(text: str, listed: tuple[str, ...]) -> None:
    assert items_of(text, 10) == ListedItems(listed)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- a\n\nand\n\n- b\n", "and 2 Markdown lists: it is not clear which is meant"),
        (fenced(["a", 1, None, {"b": 2}]), "$[1] is a number; it must be a string"),
        ('```json\n["a",\n```\n- a\n', "the JSON in it is broken"),
        (fenced({"items": ["a"]}), "there is no fenced JSON array of strings in it"),
        (fenced(["x" * (ITEM_CHARS + 1)]), f"item 1 has {ITEM_CHARS + 1} characters; at most {ITEM_CHARS}"),
        ("```json\n" + "[" * 100_000 + "\n```", "the JSON in it is broken: it is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said(text: str, fault: str) -> None:
    found = items_of(text, 10)
    assert isinstance(found, ListFaults)
    assert fault in found.faults[0]
