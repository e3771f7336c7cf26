"""Words in an agent's file that programs would not understand: names of tools, and of models."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crew_core.resources.agent_file import AgentFile
from crew_core.resources.faults import Fault, nearest
from crew_core.resources.team_file import TeamFile

#: pi's, then those that other programs call so.
_TOOLS = (
    *("read", "write", "edit", "bash", "grep", "find", "ls"),
    *("glob", "multiedit", "notebookedit", "notebookread", "task", "todowrite", "todoread", "webfetch", "websearch"),
)

#: ``Bash(git log:*)``: the tool is what stands before the bracket. ``mcp__…`` is a server's own.
_TOOL = re.compile(r"(?P<name>[A-Za-z][\w-]*)(?:\(.*\))?")


def odd_words(resource: AgentFile | TeamFile) -> Iterator[Fault]:
    """The names that probably mean nothing to any program; it would be told them all the same."""
    if isinstance(resource, TeamFile):
        for role in resource.roles:
            if role.model is not None:
                yield from _model(Fault(resource.path, role.line, f"role {role.name!r}: "), role.model)
        return
    for tool in resource.tools:
        found = _TOOL.fullmatch(tool)
        name = found["name"].casefold() if found else tool
        if name not in _TOOLS and not name.startswith("mcp__"):
            what = f"no program is known to have a tool {tool!r}"
            yield Fault(resource.path, resource.tools_line, what, nearest(name, _TOOLS))
    if resource.model is not None:
        yield from _model(Fault(resource.path, resource.model_line, ""), resource.model)


def _model(place: Fault, model: str) -> Iterator[Fault]:
    if any(character.isspace() for character in model):
        what = f"{place.what}model {model!r} has a space in it"
        yield Fault(place.path, place.line, what, "write its id, like provider/model")
    elif not all(model.split("/")):
        what = f"{place.what}model {model!r} has an empty part"
        yield Fault(place.path, place.line, what, "write it like provider/model")
