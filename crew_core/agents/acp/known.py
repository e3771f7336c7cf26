"""What is known of an agent that is driven as ``acp:NAME``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crew_core.agents.acp.own_record import OwnRecord
from crew_core.agents.acp.program import OWN_METHODS, READING_MODES, OwnWord, by_no_launch, never
from crew_core.agents.protocol import Place
from crew_core.model.attempt import AttemptSpec


def _no_options(spec: AttemptSpec) -> tuple[str, ...]:
    return ()


def _no_variables(spec: AttemptSpec) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Known:
    """``command`` is how it is called, ``arguments`` always follow it, then the ``options`` that the attempt wants;
    ``env`` is its environment, and ``variables`` what the attempt wants there. ``home`` is the variable that names its
    state directory, and ``copies`` what is put there of the person's, ``made`` how (as ``Launch.state_made``);
    ``keys`` and ``keys_with`` as in ``Launch``. ``steers``: it announces that it takes something within a turn.
    ``tells_usage`` False: nobody learns from it what it used. The others are as in ``AcpProgram``."""

    command: tuple[str, ...]
    login: str
    keys: tuple[str, ...]
    home: str
    copies: Mapping[str, Place]
    arguments: tuple[str, ...] = ()
    options: Callable[[AttemptSpec], tuple[str, ...]] = _no_options
    env: Mapping[str, str] = field(default_factory=dict)
    variables: Callable[[AttemptSpec], Mapping[str, str]] = _no_variables
    made: Mapping[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    keys_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading_modes: tuple[str, ...] = READING_MODES
    asking_modes: tuple[str, ...] = ("default",)
    working_modes: tuple[str, ...] = ()
    confined: bool = False
    model_at_start: bool = False
    thinks_at_start: Callable[[AttemptSpec], bool] = by_no_launch
    own_word: OwnWord = never
    own_methods: tuple[str, ...] = OWN_METHODS
    auth_method: str = ""
    own_record: OwnRecord | None = None
    steers: bool = False
    tells_usage: bool = True


def copied(usual: str, variable: str, *names: str) -> Mapping[str, Place]:
    """The person's settings in the directory that ``variable`` names, usually ``usual``."""
    return {name: Place(name, usual, variable) for name in names}
