"""An agent: ``<name>.md``, whose body is the system prompt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.status import Access
from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.front_matter import Document, flag, name_of, read_document, unknown_keys

_USED = frozenset({"name", "description", "model", "tools", "program", "access", "disabled", "enabled"})

#: Keys of pi-crew's agents that load and say nothing here yet.
UNUSED = frozenset(
    [
        "thinking",
        "fallbackModels",
        "skills",
        "skill",
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


def read_agent(path: Path) -> AgentFile:
    """:raises ResourceError: with everything that is wrong with it."""
    document = read_document(path)
    faults = unknown_keys(document, _USED | UNUSED)
    name = name_of(document, path.stem, faults)
    access = _access(document, faults)
    disabled = flag(document, "disabled", faults)
    enabled = flag(document, "enabled", faults)
    if faults:
        raise ResourceError(sorted(faults, key=lambda fault: fault.line), name)
    return AgentFile(
        name=name,
        path=path,
        description=document.text("description") or "",
        program=document.text("program"),
        access=access,
        model=document.text("model"),
        tools=document.items("tools"),
        system_prompt=document.body.strip(),
        disabled=disabled is True or enabled is False,
        unused=tuple(key for key in document.values if key in UNUSED),
        program_line=document.line("program"),
    )


def _access(document: Document, faults: list[Fault]) -> Access:
    value = document.values.get("access")
    if value is None:
        return Access.WRITE
    try:
        return Access(value.text)
    except ValueError:
        faults.append(document.fault("access", f"access is {value.text!r}", "it must be read or write"))
        return Access.WRITE
