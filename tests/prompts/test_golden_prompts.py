"""Prompts as they were when somebody last read them, one for each built-in role.

`SNAPSHOT_UPDATE=1` writes them anew; read the difference as the agent would before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from crew_core.engine.prompts import Prompt
from tests.prompts.crew import PROMPTS

FOLDER = Path(__file__).parent / "golden"


def page(of: Prompt) -> str:
    fields = msgspec.to_builtins(of.record).items()
    record = "\n".join(f"{name}: {msgspec.json.encode(value).decode()}" for name, value in fields)
    return f"<!-- system prompt -->\n\n{of.system}\n<!-- prompt -->\n\n{of.text}\n<!-- record\n{record}\n-->\n"


@pytest.mark.parametrize("role", PROMPTS)
def test_an_agent_is_told_what_it_was_told_before(role: str) -> None:
    told = page(PROMPTS[role]())
    kept = FOLDER / f"{role}.md"
    if os.environ.get("SNAPSHOT_UPDATE"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(told, encoding="utf-8")
    assert kept.exists(), f"{kept.name} has never been read: SNAPSHOT_UPDATE=1 writes it"
    assert told == kept.read_text(encoding="utf-8")


def test_no_golden_prompt_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(PROMPTS)
