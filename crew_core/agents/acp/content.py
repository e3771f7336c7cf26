"""The content of tool calls of the Agent Client Protocol as text."""

from __future__ import annotations

from typing import Any

import msgspec

from crew_core.agents.json_fields import integer, mapping, sequence, string
from crew_core.agents.tool_words import gist


def texts(content: object) -> str:
    """The texts among the parts; of a change to a file, its path and what is new."""
    parts = []
    for part in map(mapping, sequence(content)):
        match part.get("type"):
            case "content":
                parts.append(string(mapping(part.get("content")).get("text")))
            case "diff":
                parts.append(f"{string(part.get('path'))}:\n{string(part.get('newText'))}")
            case _:
                pass
    return "\n".join(part for part in parts if part)


def result_of(update: dict[str, Any]) -> str:
    """What a call came to: its content, or else what the tool itself gave back."""
    output = update.get("rawOutput")
    given = mapping(output)
    said = texts(update.get("content")) or string(output)
    said = said or string(given.get("output")) or string(given.get("error"))
    if said or output is None or given.get("output") == "":
        return said
    return msgspec.json.encode(output).decode("utf-8", "replace")


def exit_code(update: dict[str, Any]) -> int | None:
    """The exit status of a command, where an agent tells it: codex-acp and opencode do, in fields of their own."""
    terminal = mapping(mapping(update.get("_meta")).get("terminal_exit"))
    code = integer(terminal.get("exit_code"))
    if code is not None:
        return code
    return integer(mapping(mapping(update.get("rawOutput")).get("metadata")).get("exit"))


def args_of(call: dict[str, Any]) -> dict[str, Any]:
    """The arguments, or what else says what the call does: title, places, changes."""
    given = mapping(call.get("rawInput"))
    if given:
        return given
    args: dict[str, Any] = {"title": string(call.get("title"))} if call.get("title") else {}
    paths = [string(mapping(place).get("path")) for place in sequence(call.get("locations"))]
    changes = [part for part in sequence(call.get("content")) if mapping(part).get("type") == "diff"]
    if paths:
        args["paths"] = paths
    if changes:
        args["changes"] = changes
    return args


def about(call: dict[str, Any]) -> str:
    """What a call is about: its arguments, or else its title."""
    given = mapping(call.get("rawInput"))
    return gist(given) if given else string(call.get("title"))
