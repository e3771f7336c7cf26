"""Claude Code's tools: by their names in an agent's file, and which of them only read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access

#: pi's names and older ones → Claude Code's. Whoever writes Claude Code's own means them.
_NAMES = {
    "read": "Read",
    "write": "Write",
    "edit": "Edit",
    "bash": "Bash",
    "grep": "Grep",
    "find": "Glob",
    "ls": "Glob",
    "glob": "Glob",
    "multiedit": "Edit",
    "notebookedit": "NotebookEdit",
    "notebookread": "Read",
    "task": "Task",
    "todowrite": "TodoWrite",
    "todoread": "TodoWrite",
    "webfetch": "WebFetch",
    "websearch": "WebSearch",
}

#: They look at files and do nothing else.
READING = frozenset({"Read", "Grep", "Glob", "LS", "NotebookRead"})

#: They touch no file of the working directory.
HARMLESS = frozenset({"WebFetch", "WebSearch", "TodoWrite", "TodoRead"})

#: What an agent that may only read gets when its file names no tools.
_READ_ONLY = ("Read", "Grep", "Glob", "WebFetch", "WebSearch", "TodoWrite")

#: They are for a session that goes on after its answer, or move it to another directory: an attempt ends, where it is.
NEVER = ("CronCreate", "CronDelete", "CronList", "ScheduleWakeup", "EnterWorktree", "ExitWorktree")

#: ``Bash(git log:*)``: the tool, of which only this may be used.
_RULE = re.compile(r"(?P<name>[\w-]+)(?P<rule>\(.*\))?")


def program_tools(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(tool, rule) of each, as Claude Code calls it; a tool without a rule has an empty one."""
    found = []
    for name in names:
        parts = _RULE.fullmatch(name.strip())
        tool, rule = (parts["name"], parts["rule"] or "") if parts else (name.strip(), "")
        found.append((_NAMES.get(tool.casefold(), tool), rule))
    return tuple(dict.fromkeys(found))


class Allowance:
    """Which tools an attempt has. ``named`` is None when the program's own choice stands."""

    def __init__(self, spec: AttemptSpec) -> None:
        asked = program_tools(spec.tools)
        if spec.access is Access.READ:
            asked = asked or tuple((name, "") for name in _READ_ONLY)
            asked = tuple(each for each in asked if each[0] in READING | HARMLESS)
        self.named = asked if spec.tools or spec.access is Access.READ else None
        plain = {tool for tool, rule in asked if not rule}
        #: Tools of which only certain uses are allowed, which the program itself compares.
        self.rules = tuple(tool + rule for tool, rule in asked if rule and tool not in plain)
        self.ruled = frozenset(tool for tool, rule in asked if rule) - plain

    @property
    def tools(self) -> tuple[str, ...] | None:
        """Its built-in tools; those of servers have no place in that list."""
        if self.named is None:
            return None
        return tuple(dict.fromkeys(tool for tool, _ in self.named if not tool.startswith("mcp__")))
