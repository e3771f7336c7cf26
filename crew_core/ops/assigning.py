"""Giving a program to the agents whose files name none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from crew_core.ops.choosing import AUTO, Choice, choose, known_programs
from crew_core.resources.resolve import Resolved


@dataclass(frozen=True, slots=True)
class Assigned:
    """``choice`` is None when nobody needed one; ``notices`` tell the person what was chosen, and why."""

    resolved: Resolved
    choice: Choice | None
    notices: tuple[str, ...]


def assign(resolved: Resolved, asked: str | None, configured: str | None) -> Assigned:
    """Agents that name their program keep it, whatever is asked for, and that is said.

    :raises InputWrong: no adapter drives the program that was named.
    """
    nameless = {agent.name for agent in resolved.agent_files if agent.program is None}
    named = asked is not None and asked != AUTO
    if not nameless and not named:
        return Assigned(resolved, None, ())
    choice = choose(asked, configured, known_programs())
    notices = [] if named else [f"agent program: {choice.program}, {choice.reason}"]
    keeping = [
        f"{agent.name} ({agent.program})"
        for agent in resolved.agent_files
        if agent.program not in (None, choice.program)
    ]
    if named and keeping:
        notices.append(f"not driven by {choice.program}, because their files name a program: {', '.join(keeping)}")
    return Assigned(_driven(resolved, nameless, choice.program), choice if nameless else None, tuple(notices))


def _driven(resolved: Resolved, nameless: set[str], program: str) -> Resolved:
    agents = {
        name: msgspec.structs.replace(agent, program=program) if name in nameless else agent
        for name, agent in resolved.agents.items()
    }
    files = (replace(each, program=program) if each.name in nameless else each for each in resolved.agent_files)
    return replace(resolved, agents=agents, agent_files=tuple(files))
