"""Where a program keeps its state: in a directory of the run, or where the person has it."""

from __future__ import annotations

from crew_core.agents.protocol import Place
from crew_core.model.attempt import AttemptSpec


def has_own_state(spec: AttemptSpec) -> bool:
    """Whether the run has a directory of its own for it, without the person's login."""
    return bool(spec.state_dir) and not spec.settings.share_login


def kept(spec: AttemptSpec, path: str, usual: str, variable: str, *, below: str = "") -> Place:
    """Where the program keeps it: the directory that the settings name by ``variable``, since that is what the program
    hears last; else ``below`` in the run's own; else where the person has it."""
    said = spec.settings.env.get(variable)
    if said:
        return Place(path, said)
    return Place(path, spec.state_dir + below) if has_own_state(spec) else Place(path, usual, variable)
