"""What the adapter orders its program to do: one JSON file, written before the start."""

from __future__ import annotations

import json
from typing import NamedTuple


class Orders(NamedTuple):
    """``thinking`` is the effort to ask for, empty for none in particular; ``resume`` is the id of the session to go on
    with, ``prompt_hash`` that of its first prompt; ``state_dir`` empty: the conversation is not kept."""

    system: str
    prompt: str
    prompt_hash: str
    cwd: str
    writes: bool
    tools: tuple[str, ...]
    ask: bool
    model: str
    thinking: str
    state_dir: str
    resume: str


def read_orders(path: str) -> Orders:
    """:raises OSError: the file cannot be read. :raises ValueError: it holds no orders."""
    with open(path, "rb") as file:
        told = json.load(file)
    try:
        return Orders(**told | {"tools": tuple(told["tools"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"no orders: {error}") from error
