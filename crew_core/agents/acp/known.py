"""What is known of an agent that is driven as ``acp:NAME``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.protocol import Place
from crew_core.model.attempt import AttemptSpec


def _no_options(spec: AttemptSpec) -> tuple[str, ...]:
    return ()


def _no_variables(spec: AttemptSpec) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Known:
    """``program`` is how it is driven, and ``command`` how it is called; ``arguments`` always follow that, then the
    ``options`` that the attempt wants; ``env`` is its environment, and ``variables`` what the attempt wants there.
    ``home`` is the variable that names its state directory, and ``copies`` what is put there of the person's, ``made``
    how (as ``Launch.state_made``); ``keys`` and ``keys_with`` as in ``Launch``. ``steers``: it announces that it takes
    something within a turn. ``tells_usage`` False: nobody learns from it what it used."""

    program: AcpProgram
    command: tuple[str, ...]
    keys: tuple[str, ...]
    home: str
    copies: Mapping[str, Place]
    arguments: tuple[str, ...] = ()
    options: Callable[[AttemptSpec], tuple[str, ...]] = _no_options
    env: Mapping[str, str] = field(default_factory=dict)
    variables: Callable[[AttemptSpec], Mapping[str, str]] = _no_variables
    made: Mapping[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    keys_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steers: bool = False
    tells_usage: bool = True


def copied(usual: str, variable: str, *names: str) -> Mapping[str, Place]:
    """The person's settings in the directory that ``variable`` names, usually ``usual``."""
    return {name: Place(name, usual, variable) for name in names}
