"""What a tool is: a name, what the model is told of it, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from crew_core.agents.builtin_program.attention import Attention
from crew_core.agents.builtin_program.children import Children
from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.limits import Limits


class Bench(NamedTuple):
    """What tools work with. ``output`` tells what a tool prints while it works; ``environment`` has no keys."""

    cwd: str
    attention: Attention
    children: Children
    environment: Mapping[str, str]
    limits: Limits
    output: Callable[[str], None]


Arguments = dict[str, Any]


class Done(NamedTuple):
    """``text`` is for the model. ``failed``: what was done did not succeed, such as a command."""

    text: str
    failed: bool = False


class Tool(NamedTuple):
    """``changes``: it may change something, so that a reading role has it not and a person may be asked.

    ``subject`` is the argument that says in one line what a call is about. ``run`` raises ToolFailed, OSError, or what
    ``Attention.wait`` raises.
    """

    name: str
    description: str
    properties: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]
    subject: str
    changes: bool
    run: Callable[[Bench, Arguments], Done]

    def schema(self) -> dict[str, Any]:
        """As a chat completion request has it."""
        parameters = {"type": "object", "properties": self.properties, "required": list(self.required)}
        function = {"name": self.name, "description": self.description, "parameters": parameters}
        return {"type": "function", "function": function}

    def gist(self, arguments: Arguments) -> str:
        """What the call is about, in one line."""
        found = arguments.get(self.subject) or next((v for v in arguments.values() if isinstance(v, str)), "")
        return " ".join(str(found)[:1_000].split())


def text(arguments: Arguments, name: str, default: str | None = None) -> str:
    """:raises ToolFailed: it is not given, and there is no ``default``; or it is no text."""
    value = arguments.get(name, default)
    if value is None and name in arguments:
        value = default
    if value is None:
        raise ToolFailed(f"{name} is missing")
    if not isinstance(value, str):
        raise ToolFailed(f"{name} must be a text")
    return value


def number(arguments: Arguments, name: str, default: float, *, least: float, most: float) -> float:
    """Also from a text, as some models write it; brought within its bounds. :raises ToolFailed: it is no number."""
    value = arguments.get(name)
    if value is None:
        return default
    try:
        return min(most, max(least, float(value)))
    except (TypeError, ValueError) as error:
        raise ToolFailed(f"{name} must be a number") from error


def truth(arguments: Arguments, name: str) -> bool:
    value = arguments.get(name)
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)
