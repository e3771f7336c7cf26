"""Which adapter drives which program; an adapter that is not used is not imported."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from crew_core.agents.protocol import Abilities, Briefing, Needs, Session, UnknownProgram
from crew_core.model.attempt import AttemptSpec

#: program → module with ``ABILITIES`` (and ``abilities_of``, if it drives several) and a ``session(spec, briefing)``.
_ADAPTERS = {
    "shell": "crew_core.agents.shell",
    "offline": "crew_core.agents.offline",
    "command": "crew_core.agents.command",
    "claude": "crew_core.agents.claude",
    "pi": "crew_core.agents.pi",
    "codex": "crew_core.agents.codex",
    "builtin": "crew_core.agents.builtin",
    "gemini": "crew_core.agents.acp.gemini",
    "opencode": "crew_core.agents.acp.opencode",
    "acp": "crew_core.agents.acp.named",
}


def programs() -> tuple[str, ...]:
    """The programs that can be driven."""
    return tuple(_ADAPTERS)


def drives(program: str) -> bool:
    """Whether there is an adapter for it, which is not imported for that."""
    return _found(program) is not None


def abilities(program: str) -> Abilities:
    """What the program can do, as its adapter declares it.

    :raises UnknownProgram: there is no adapter for it.
    """
    adapter = import_module(_module(program))
    found: Abilities = adapter.abilities_of(program) if hasattr(adapter, "abilities_of") else adapter.ABILITIES
    return found


def needs(program: str) -> Needs:
    """What a worker of the program costs the machine: ``NEEDS`` of its adapter, or little where it declares none.

    :raises UnknownProgram: there is no adapter for it.
    """
    found: Needs = getattr(import_module(_module(program)), "NEEDS", Needs())
    return found


def open_session(spec: AttemptSpec, briefing: Briefing) -> Session:
    """A fresh session for the attempt.

    :raises UnknownProgram: there is no adapter for ``spec.program``.
    """
    make: Callable[[AttemptSpec, Briefing], Session] = import_module(_module(spec.program)).session
    return make(spec, briefing)


def _module(program: str) -> str:
    module = _found(program)
    if module is None:
        raise UnknownProgram(f"no adapter for program {program!r}; there is: {', '.join(_ADAPTERS)}")
    return module


def _found(program: str) -> str | None:
    """``acp:NAME`` is driven by the adapter ``acp``, whatever the name."""
    family, colon, name = program.partition(":")
    return _ADAPTERS.get(family) if colon and name and family == "acp" else _ADAPTERS.get(program)
