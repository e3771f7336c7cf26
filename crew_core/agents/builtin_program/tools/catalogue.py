"""Which tools an agent gets: all that its access allows, narrowed by the list in its file."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools import edit, grep, read, shell, write
from crew_core.agents.builtin_program.tools import list as listing
from crew_core.agents.builtin_program.tools.tool import Arguments, Tool

TOOLS = (read.TOOL, grep.TOOL, listing.TOOL, edit.TOOL, write.TOOL, shell.TOOL)

#: What other agent programs call the same thing: an agent's file is written for any of them.
_ALSO = {
    "view": "read",
    "read_file": "read",
    "search": "grep",
    "rg": "grep",
    "ls": "list",
    "glob": "list",
    "find": "list",
    "replace": "edit",
    "edit_file": "edit",
    "multiedit": "edit",
    "write_file": "write",
    "create": "write",
    **dict.fromkeys(("bash", "exec", "exec_command", "terminal", "run_shell_command", "run_command"), "shell"),
}

#: With one of these a command line is more than one command, or something else than it seems.
_JOINING = frozenset(";&|<>$`\n\\(){}")


class Grant(NamedTuple):
    """A tool, and what its calls must match: one of ``patterns``, if there are any."""

    tool: Tool
    patterns: tuple[str, ...] = ()

    def check(self, arguments: Arguments) -> None:
        """:raises ToolFailed: the agent's file does not allow this call."""
        if not self.patterns:
            return
        subject = arguments.get(self.tool.subject)
        words = subject if isinstance(subject, str) else ""
        allowed = any(fnmatchcase(words, pattern) for pattern in self.patterns)
        plain = ".." not in words.split("/") if self.tool.name != "shell" else not _JOINING & set(words)
        if not allowed or not plain:
            raise ToolFailed(f"not allowed: {self.tool.name} may be used for {', '.join(self.patterns)} only")


def granted(names: Sequence[str], *, writes: bool) -> tuple[dict[str, Grant], list[str]]:
    """The tools by name, and those of ``names`` that this agent does not know. No names: all of them."""
    allowed = {tool.name: tool for tool in TOOLS if writes or not tool.changes}
    if not names:
        return {name: Grant(tool) for name, tool in allowed.items()}, []
    patterns: dict[str, list[str]] = {}
    unknown = []
    for said in names:
        bare, _, narrow = said.strip().partition("(")
        name = _ALSO.get(bare.strip().casefold(), bare.strip().casefold())
        if name not in {tool.name for tool in TOOLS}:
            unknown.append(said)
        elif name in allowed:
            # Claude Code writes ``Bash(git diff:*)`` for every command that begins so.
            patterns.setdefault(name, []).append(narrow.rstrip(")").replace(":*", "*") or "*")
    return {
        name: Grant(tool, () if "*" in patterns[name] else tuple(patterns[name]))
        for name, tool in allowed.items()
        if name in patterns
    }, unknown
