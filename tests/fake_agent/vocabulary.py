"""What a scenario may say: the words, and the functions that do what they mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

Step = dict[str, Any]

#: Word → function; the keywords of the function are the fields of the step.
WORDS: dict[str, Callable[..., None]] = {}


def word(function: Callable[..., None]) -> Callable[..., None]:
    """The function's name becomes a word; one underscore at its end keeps it off Python's own words."""
    WORDS[function.__name__.rstrip("_")] = function
    return function


def play(steps: Sequence[Step]) -> None:
    """Do one step after the other. An unknown word or field ends the agent loudly."""
    for step in steps:
        fields = dict(step)
        WORDS[fields.pop("do")](**fields)


def place(path: str) -> str:
    """A path of a scenario: ``$NAME`` stands for a variable of the environment."""
    return os.path.expandvars(path)
