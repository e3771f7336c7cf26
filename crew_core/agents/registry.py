"""Which adapter drives which program; an adapter that is not used is not imported."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from crew_core.agents.protocol import Session, UnknownProgram
from crew_core.model.attempt import AttemptSpec

#: program → module with a ``session(spec)``.
_ADAPTERS = {"shell": "crew_core.agents.shell", "offline": "crew_core.agents.offline"}


def programs() -> tuple[str, ...]:
    """The programs that can be driven."""
    return tuple(_ADAPTERS)


def open_session(spec: AttemptSpec) -> Session:
    """A fresh session for the attempt.

    :raises UnknownProgram: there is no adapter for ``spec.program``.
    """
    module = _ADAPTERS.get(spec.program)
    if module is None:
        raise UnknownProgram(f"no adapter for program {spec.program!r}; there is: {', '.join(_ADAPTERS)}")
    make: Callable[[AttemptSpec], Session] = import_module(module).session
    return make(spec)
