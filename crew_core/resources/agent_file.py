"""An agent: ``<name>.md``, whose body is the system prompt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.status import Access
from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.front_matter import Document, read_document, unknown_keys
from crew_core.store.layout import is_safe_id

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

    def fault(self, what: str, remedy: str = "") -> Fault:
        return Fault(self.path, 1, what, remedy)


def read_agent(path: Path) -> AgentFile:
    """:raises ResourceError: with everything that is wrong with it."""
    document = read_document(path)
    faults = unknown_keys(document, _USED | UNUSED)
    name = document.text("name") or path.stem
    if not is_safe_id(name):
        faults.append(document.fault("name", f"name {name!r} is no id", "letters, digits, - and _ only"))
    access = _access(document, faults)
    if faults:
        raise ResourceError(faults)
    return AgentFile(
        name=name,
        path=path,
        description=document.text("description") or "",
        program=document.text("program"),
        access=access,
        model=document.text("model"),
        tools=document.items("tools"),
        system_prompt=document.body.strip(),
        disabled=_said(document, "disabled") == "true" or _said(document, "enabled") == "false",
        unused=tuple(key for key in document.values if key in UNUSED),
    )


def _said(document: Document, key: str) -> str:
    value = document.values.get(key)
    return value.text if value else ""


def _access(document: Document, faults: list[Fault]) -> Access:
    said = _said(document, "access")
    try:
        return Access(said) if said else Access.WRITE
    except ValueError:
        faults.append(document.fault("access", f"access is {said!r}", "it must be read or write"))
        return Access.WRITE
