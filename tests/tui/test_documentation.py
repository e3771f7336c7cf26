"""What docs/dashboard.md says of the filter language is so, and what the documents point to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crew_tui.filtering.fields import Choice, Number, Schema, Span, Text
from crew_tui.filtering.of_artifacts import ARTIFACTS
from crew_tui.filtering.of_events import EVENTS
from crew_tui.filtering.of_letters import LETTERS
from crew_tui.filtering.of_resources import RESOURCES
from crew_tui.filtering.of_runs import RUNS
from crew_tui.filtering.of_tasks import TASKS
from crew_tui.filtering.parsing import parse
from crew_tui.glyphs import ASCII, UNICODE
from tests.pictures.gallery import LOOKS

_ROOT = Path(__file__).parents[2]
_GUIDE = (_ROOT / "docs/dashboard.md").read_text()
_PAGES = [_ROOT / "README.md", _ROOT / "CONTRIBUTING.md", *sorted((_ROOT / "docs").glob("*.md"))]

_SCHEMAS: dict[str, Schema[Any]] = {"runs": RUNS, "agents": TASKS, "progress": EVENTS, "mail": LETTERS}
_SCHEMAS |= {"artifacts": ARTIFACTS, "resources": RESOURCES}

_BEGINS = {Text: "text", Number: "number", Span: "time"}


def _table(name: str) -> Iterator[list[str]]:
    """The cells of each row between `<!-- name -->` and `<!-- /name -->`, without the heading."""
    part = _GUIDE.split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->")[0]
    for row in part.strip().splitlines()[2:]:
        yield [cell.strip() for cell in row.strip("|").split("|")]


def test_the_table_of_fields_has_every_field_of_every_list() -> None:
    told = [(name, field.strip("`")) for name, field, _ in _table("fields")]

    assert told == [(name, field) for name, schema in _SCHEMAS.items() for field in schema.names]


def test_the_values_of_each_field_are_those_that_it_takes() -> None:
    for name, written, values in _table("fields"):
        field = _SCHEMAS[name].find(written.strip("`"))
        if isinstance(field, Choice):
            assert tuple(values.partition(":")[0].split(", ")) == field.choices, (name, written)
        else:
            assert values.startswith(_BEGINS[type(field)]), (name, written)


@pytest.mark.parametrize(("name", "text"), [(name, text.strip("`")) for name, text in _table("examples")])
def test_the_example_says_what_is_wanted(name: str, text: str) -> None:
    query = parse(text, _SCHEMAS[name])

    assert query.faults == ()
    assert len(query.terms) == len(text.split())


def test_every_status_stands_there_with_both_of_its_shapes() -> None:
    for word, shape in UNICODE.statuses.items():
        assert f"| `{shape}` | `{ASCII.statuses[word]}` | {word} |" in _GUIDE


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_what_a_page_points_to_is_there(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" in target:
            continue
        picture = re.fullmatch(r"(?:\.\./)?snapshots/svg/(.+)\.svg", target)
        assert picture[1] in LOOKS if picture else (page.parent / target).exists(), target
