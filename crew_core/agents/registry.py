"""Which adapter drives which program; an adapter that is not used is not imported."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from crew_core.agents.protocol import Abilities, Briefing, Session, UnknownProgram
from crew_core.model.attempt import AttemptSpec

#: program → module with ``ABILITIES`` and a ``session(spec, briefing)``.
_ADAPTERS = {
    "shell": "crew_core.agents.shell",
    "offline": "crew_core.agents.offline",
}


def programs() -> tuple[str, ...]:
    """The programs that can be driven."""
    return tuple(_ADAPTERS)


def abilities(program: str) -> Abilities:
    """What the program can do, as its adapter declares it.

    :raises UnknownProgram: there is no adapter for it.
    """
    found: Abilities = import_module(_module(program)).ABILITIES
    return found


def open_session(spec: AttemptSpec, briefing: Briefing) -> Session:
    """A fresh session for the attempt.

    :raises UnknownProgram: there is no adapter for ``spec.program``.
    """
    make: Callable[[AttemptSpec, Briefing], Session] = import_module(_module(spec.program)).session
    return make(spec, briefing)


def _module(program: str) -> str:
    module = _ADAPTERS.get(program)
    if module is None:
        raise UnknownProgram(f"no adapter for program {program!r}; there is: {', '.join(_ADAPTERS)}")
    return module
