"""What a role's ``tools:`` grant in a program that has no list of tools: by what a tool does, not by its name."""

from __future__ import annotations

from enum import StrEnum

from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access


class Does(StrEnum):
    """``read``: looks at the working directory. ``change``: changes files. ``run``: runs commands. ``web``: fetches."""

    READ = "read"
    CHANGE = "change"
    RUN = "run"
    WEB = "web"


#: Names that programs give to a tool that runs commands.
COMMAND_TOOLS = ("bash", "shell", "exec", "exec_command", "terminal", "run_shell_command", "run_command")

_NAMES = {
    **dict.fromkeys(("read", "grep", "find", "glob", "ls", "list", "search", "notebookread"), Does.READ),
    **dict.fromkeys(("edit", "write", "multiedit", "notebookedit", "patch", "apply_patch"), Does.CHANGE),
    **dict.fromkeys(COMMAND_TOOLS, Does.RUN),
    **dict.fromkeys(("webfetch", "websearch", "web_search", "fetch"), Does.WEB),
}


class Grant:
    """``narrowed``: the role has less than its access allows. What stands in brackets behind a tool cannot be told to
    such a program: that tool is left out, because all of it would be more than was meant."""

    def __init__(self, spec: AttemptSpec) -> None:
        plain = [name.strip().casefold() for name in spec.tools if "(" not in name]
        self._does = frozenset(_NAMES[name] for name in plain if name in _NAMES)
        self.narrowed = bool(spec.tools) and not {Does.CHANGE, Does.RUN} <= self._does
        self._named = bool(spec.tools)
        self.reads_only = spec.access is Access.READ or (self._named and not self._does & {Does.CHANGE, Does.RUN})

    def allows(self, does: Does) -> bool:
        """Whether a tool that does this is among the role's; without a list of tools, every one is."""
        return not self._named or does in self._does or does is Does.READ
