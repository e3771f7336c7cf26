"""pi's tools, by their names in an agent's file, and which of them only read."""

from __future__ import annotations

from collections.abc import Iterable

from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access

READING = ("read", "grep", "find", "ls")

#: Other programs' names → pi's. A name that pi does not know may be a tool of an extension.
_NAMES = {"glob": "find", "multiedit": "edit", "notebookread": "read", "notebookedit": "edit"}

_BUILT_IN = frozenset((*READING, "bash", "edit", "write"))


def program_tools(names: Iterable[str]) -> tuple[str, ...]:
    """Each as pi calls it. It cannot allow a tool for certain uses only: what stands in brackets is left out, and with
    it the tool, which would be allowed more than was meant."""
    found = []
    for name in names:
        if "(" in name:
            continue
        plain = name.strip().casefold()
        plain = _NAMES.get(plain, plain)
        found.append(plain if plain in _BUILT_IN else name.strip())
    return tuple(dict.fromkeys(found))


def tools_of(spec: AttemptSpec) -> tuple[str, ...] | None:
    """The tools of an attempt; None: the program's own choice."""
    if spec.access is Access.READ:
        asked = program_tools(spec.tools) if spec.tools else READING
        return tuple(tool for tool in asked if tool in READING)
    return program_tools(spec.tools) if spec.tools else None
