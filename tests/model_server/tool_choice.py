"""Which of the offered tools does what a scenario wants, and with which arguments: clients name both differently."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.model_server.conversation import Tool


class Deed(StrEnum):
    SHELL = "bash"
    READ = "read"
    WRITE = "write"
    EDIT = "edit"


#: Names that programs give to the tools, the ones they like best first.
_NAMES = {
    Deed.SHELL: (
        *("bash", "Bash", "shell", "run_shell_command", "exec_command", "shell_command", "local_shell"),
        "run_commands",
    ),
    Deed.READ: ("read", "Read", "read_file", "view"),
    Deed.WRITE: ("write", "Write", "write_file", "create_file", "create", "editor"),
    Deed.EDIT: ("edit", "Edit", "edit_file", "replace", "editor", "apply_patch"),
}

_PATH = ("file_path", "filePath", "absolute_path", "path")
_CONTENT = ("content", "contents", "file_text", "new_text")
_OLD = ("old_string", "oldString", "oldText", "old_text", "old_str", "old")
_NEW = ("new_string", "newString", "newText", "new_text", "new_str", "new")

#: What a required argument gets that no scenario cares about, by its type.
_WHATEVER: Mapping[str, Any] = {"boolean": False, "number": 1, "integer": 1, "array": [], "object": {}}


@dataclass(frozen=True, slots=True)
class Wish:
    """``path`` is absolute: some programs take no other. ``named``: call a tool of this name, offered or not.
    ``escalated``: a command that is to run outside the sandbox, which Codex asks for."""

    deed: Deed
    path: str = ""
    command: str = ""
    content: str = ""
    old: str = ""
    new: str = ""
    named: str = ""
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    arguments: dict[str, Any] | str


def choose(wish: Wish, tools: Mapping[str, Tool]) -> Choice | None:
    """None: the client offers nothing for it, not even a shell."""
    if wish.named:
        return Choice(wish.named, _every_spelling(wish))
    for deed in (wish.deed, Deed.SHELL):
        for name in _NAMES[deed]:
            if name in tools:
                return _call(wish if deed is wish.deed else _by_shell(wish), deed, tools[name])
    return None


def _by_shell(wish: Wish) -> Wish:
    path = shlex.quote(wish.path)
    commands = {
        Deed.READ: f"cat {path}",
        Deed.WRITE: f"printf %s {shlex.quote(wish.content)} > {path}",
        Deed.EDIT: f"sed -i s/{wish.old}/{wish.new}/ {path}",
        Deed.SHELL: wish.command,
    }
    return Wish(Deed.SHELL, command=commands[wish.deed])


def _call(wish: Wish, deed: Deed, tool: Tool) -> Choice:
    if tool.freeform:
        return Choice(tool.name, _patch(wish))
    known = tool.parameters
    arguments = {name: value for name, value in _wanted(wish, deed, known).items() if name in known}
    for name in tool.required:
        kind = known.get(name, {}).get("type")
        arguments.setdefault(name, _WHATEVER.get(kind, "whatever") if isinstance(kind, str) else "whatever")
    return Choice(tool.name, arguments)


def _wanted(wish: Wish, deed: Deed, known: Mapping[str, Any]) -> dict[str, Any]:
    """Every argument by every name; those that the tool knows are taken."""
    if deed is not Deed.SHELL:
        return _every_spelling(wish)
    words = known.get("command", {}).get("type") == "array"
    command = ["bash", "-lc", wish.command] if words else wish.command
    wanted = {"command": command, "cmd": command, "commands": [wish.command], "description": "as the scenario says"}
    if wish.escalated:
        wanted |= {"sandbox_permissions": "require_escalated", "justification": "as the scenario says"}
    return wanted


def _every_spelling(wish: Wish) -> dict[str, Any]:
    spelt: dict[str, Any] = dict.fromkeys(_PATH, wish.path)
    if wish.deed is Deed.WRITE:
        spelt |= dict.fromkeys(_CONTENT, wish.content)
    if wish.deed is Deed.EDIT:
        spelt |= dict.fromkeys(_OLD, wish.old) | dict.fromkeys(_NEW, wish.new)
        spelt |= {"edits": [{"oldText": wish.old, "newText": wish.new}], "input": _patch(wish)}
        spelt |= {"instruction": "as the scenario says"}
    return spelt


def _patch(wish: Wish) -> str:
    change = f"@@\n-{wish.old}\n+{wish.new}\n"
    return f"*** Begin Patch\n*** Update File: {wish.path}\n{change}*** End Patch\n"
