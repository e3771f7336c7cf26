"""An agent: ``<name>.md``, whose body is the system prompt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from crew_core.model.plan import CommandPlan
from crew_core.model.status import Access, PermissionMode
from crew_core.resources.command_keys import KEYS, PROGRAM, command_of, mapping_keys
from crew_core.resources.faults import Fault, ResourceError, nearest
from crew_core.resources.front_matter import Document, flag, name_of, read_document, unknown_keys
from crew_core.resources.skill_file import wrong_skill_names

#: How hard a model is to think; each adapter maps it to what its program knows.
THINKING = ("off", "minimal", "low", "medium", "high", "xhigh")

_USED = KEYS | {
    *("name", "description", "model", "tools", "program", "access", "disabled", "enabled", "skills", "skill"),
    *("thinking", "permissions"),
}

#: Keys of pi-crew's agents that load and say nothing here yet.
UNUSED = frozenset(
    [
        "fallbackModels",
        "extensions",
        "systemPromptMode",
        "inheritProjectContext",
        "inheritSkills",
        "memory",
        "loadMode",
        "defaultTools",
        "contextMode",
        "maxTurns",
        "triggers",
        "trigger",
        "useWhen",
        "avoidWhen",
        "cost",
        "category",
    ]
)


@dataclass(frozen=True, slots=True)
class AgentFile:
    """``program`` None: whichever program the run uses. ``disabled`` agents are not found by their name."""

    name: str
    path: Path
    description: str
    program: str | None
    access: Access
    model: str | None
    tools: tuple[str, ...]
    system_prompt: str
    disabled: bool
    unused: tuple[str, ...] = ()
    program_line: int = 1
    skills: tuple[str, ...] = ()
    skills_line: int = 1
    model_line: int = 1
    tools_line: int = 1
    thinking: str | None = None
    permissions: PermissionMode = PermissionMode.AUTO
    # Its mappings have no hash.
    command: CommandPlan | None = field(default=None, hash=False)


def read_agent(path: Path) -> AgentFile:
    """:raises ResourceError: with everything that is wrong with it."""
    document = read_document(path)
    faults = unknown_keys(document, _USED | UNUSED | set(mapping_keys(document)))
    name = name_of(document, path.stem, faults)
    access = _access(document, faults)
    thinking = _thinking(document, faults)
    permissions = _permissions(document, faults)
    command = command_of(document, faults)
    program = _program(document, faults)
    disabled = flag(document, "disabled", faults)
    enabled = flag(document, "enabled", faults)
    skills_key = "skills" if "skills" in document.values else "skill"
    skills = document.items(skills_key)
    faults += [document.fault(skills_key, *fault) for fault in wrong_skill_names(skills)]
    if faults:
        raise ResourceError(sorted(faults, key=lambda fault: fault.line), name)
    return AgentFile(
        name=name,
        path=path,
        description=document.text("description") or "",
        program=program,
        access=access,
        model=document.text("model"),
        tools=document.items("tools"),
        system_prompt=document.body.strip(),
        disabled=disabled is True or enabled is False,
        unused=tuple(key for key in document.values if key in UNUSED),
        program_line=document.line("program"),
        skills=skills,
        skills_line=document.line(skills_key),
        model_line=document.line("model"),
        tools_line=document.line("tools"),
        thinking=thinking,
        permissions=permissions,
        command=command,
    )


def _program(document: Document, faults: list[Fault]) -> str | None:
    """``command`` exactly for agents that have one."""
    named = document.text("program")
    if "command" not in document.values:
        if named == PROGRAM:
            faults.append(document.fault("program", "program is command, and there is no command", "add: command: …"))
        return named
    if named not in (None, PROGRAM):
        what = f"program is {named!r}, and there is a command as well"
        faults.append(document.fault("program", what, "leave one of both out"))
    return PROGRAM


def _thinking(document: Document, faults: list[Fault]) -> str | None:
    value = document.values.get("thinking")
    if value is None or value.text in ("", "false"):
        return None
    if value.text not in THINKING:
        remedy = nearest(value.text, THINKING)
        faults.append(document.fault("thinking", f"thinking is {value.text!r}", remedy))
        return None
    return value.text


def _permissions(document: Document, faults: list[Fault]) -> PermissionMode:
    value = document.values.get("permissions")
    if value is None:
        return PermissionMode.AUTO
    try:
        return PermissionMode(value.text)
    except ValueError:
        what = f"permissions is {value.text!r}"
        faults.append(document.fault("permissions", what, f"it must be {' or '.join(PermissionMode)}"))
        return PermissionMode.AUTO


def _access(document: Document, faults: list[Fault]) -> Access:
    value = document.values.get("access")
    if value is None:
        return Access.WRITE
    try:
        return Access(value.text)
    except ValueError:
        faults.append(document.fault("access", f"access is {value.text!r}", "it must be read or write"))
        return Access.WRITE
