"""What docs/writing-adapters.md says about the protocol is all of it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from crew_core.agents.protocol import Abilities, Finish, Launch, Reaction
from crew_core.model.transcript import Kind

WORDS = set(re.findall(r"`(\w+)`", (Path(__file__).parents[2] / "docs" / "writing-adapters.md").read_text()))


@pytest.mark.parametrize("record", [Abilities, Finish, Launch, Reaction])
def test_every_field_of_the_protocol_is_documented(record: type) -> None:
    assert {field.name for field in fields(record)} <= WORDS


def test_every_kind_of_event_is_documented() -> None:
    assert set(Kind) <= WORDS
