"""``python -m tests.fake_agent SCENARIO``: a ``.json`` or ``.toml`` file, or the steps themselves as JSON."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

from tests.fake_agent import children, ends, messages, output, waiting
from tests.fake_agent.vocabulary import Step, play

#: Importing them gives the words.
SPEAKERS = (children, ends, messages, output, waiting)


def read(scenario: str) -> list[Step]:
    """The steps: a list, or what stands under ``steps``."""
    if scenario.lstrip().startswith(("[", "{")):
        told = json.loads(scenario)
    elif scenario.endswith(".toml"):
        told = tomllib.loads(Path(scenario).read_text())
    else:
        told = json.loads(Path(scenario).read_text())
    return told["steps"] if isinstance(told, dict) else told


if __name__ == "__main__":
    play(read(sys.argv[1]))
