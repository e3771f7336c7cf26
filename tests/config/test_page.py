"""docs/configuration.md and the JSON Schema are those of the settings."""

from __future__ import annotations

from pathlib import Path

from crew_core.config.page import page
from crew_core.config.schema import json_schema, keys
from crew_core.model.plan import Limits
from crew_core.observe.watcher import Backend
from crew_core.resources.step_settings import MOST_RETRIES
from tests.config.key_samples import EVERY_KEY

DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_is_what_the_schema_gives() -> None:
    again = ".venv/bin/python -m crew_core.config.page >docs/configuration.md"
    assert DOCS.read_text() == page(), f"out of date; write it anew: {again}"


def test_the_page_names_every_key_with_its_default() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `") and line.count("|") == 6]
    assert [row.split("`")[1] for row in rows] == [key.path for key in EVERY_KEY]


def test_the_schema_says_everything_about_every_key() -> None:
    schema = json_schema()
    for key in EVERY_KEY:
        definition = schema["properties"][key.section]["$ref"].rpartition("/")[2]
        field = schema["$defs"][definition]["properties"][key.name]
        assert field["description"].endswith(".")
        assert (field["default"], field["x-variable"]) == (key.default, key.variable)
        assert schema["$defs"][definition]["additionalProperties"] is False


def test_closed_sets_and_bounds_are_those_of_who_uses_them() -> None:
    assert set(keys()["ui.watcher"].choices) == set(Backend)
    assert keys()["retry.maxRetries"].most == MOST_RETRIES
    wired = {key.name for key in EVERY_KEY if key.section == "limits"}
    of_a_run = set(Limits.__struct_encode_fields__) - {"maxTasks", "roleWorkers"}
    assert wired == of_a_run | {"maxDepth"}
