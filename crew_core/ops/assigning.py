"""Giving agents their program, the model that was asked for, and what the person has set for the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from crew_core.agents.registry import abilities, drives
from crew_core.config.settings import ProgramSection
from crew_core.model.plan import AgentPlan, ProgramSettings
from crew_core.model.status import PermissionMode
from crew_core.ops.choosing import ACP, AUTO, Choice, check_can_start, choose, known_programs
from crew_core.ops.errors import InputWrong
from crew_core.resources.resolve import Resolved


@dataclass(frozen=True, slots=True)
class Wished:
    """``program``: what ``--agent`` says. ``model``: what ``--model`` says. ``configured``: the setting
    ``agent.program``. ``set_up``: the settings ``programs``."""

    program: str | None = None
    model: str | None = None
    configured: str | None = None
    set_up: Mapping[str, ProgramSection] | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """``choice`` is None when nobody needed one; ``notices`` tell the person what was chosen, and why."""

    resolved: Resolved
    choice: Choice | None
    notices: tuple[str, ...]


def assign(resolved: Resolved, wished: Wished) -> Assigned:
    """Agents that name their program keep it, whatever is asked for, and that is said.

    :raises InputWrong: no adapter drives the program that was named, nobody says how it is started, or the model is
        for nobody.
    """
    nameless = {agent.name for agent in resolved.agent_files if agent.program is None}
    named = wished.program is not None and wished.program != AUTO
    choice: Choice | None = None
    notices: list[str] = []
    if nameless or named:
        choice = choose(wished.program, wished.configured, known_programs(wished.set_up))
        notices += [] if named else [f"agent program: {choice.program}, {choice.reason}"]
        keeping = [
            f"{agent.name} ({agent.program})"
            for agent in resolved.agent_files
            if agent.program not in (None, choice.program)
        ]
        if named and keeping:
            notices.append(f"not driven by {choice.program}, because their files name a program: {', '.join(keeping)}")
        resolved = _driven(resolved, nameless, choice.program)
    resolved, told = _with_model(resolved, choice, wished.model)
    notices += told
    for program in dict.fromkeys(agent.program for agent in resolved.agents.values()):
        check_can_start(program, wished.set_up or {})
    resolved = _set_up(resolved, wished.set_up or {})
    notices += _without_effect(resolved)
    return Assigned(resolved, choice if nameless else None, tuple(notices))


def _driven(resolved: Resolved, nameless: set[str], program: str) -> Resolved:
    agents = {
        name: msgspec.structs.replace(agent, program=program) if name in nameless else agent
        for name, agent in resolved.agents.items()
    }
    files = (replace(each, program=program) if each.name in nameless else each for each in resolved.agent_files)
    return replace(resolved, agents=agents, agent_files=tuple(files))


def _with_model(resolved: Resolved, choice: Choice | None, model: str | None) -> tuple[Resolved, list[str]]:
    """The model is for the agents of the run's program, or of the only one that there is: names of models mean
    nothing to other programs. It counts before what their files say."""
    if model is None:
        return resolved, []
    there = dict.fromkeys(agent.program for agent in resolved.agents.values())
    if choice is None and len(there) > 1:
        why = f"--model {model}: the agents name different programs: {', '.join(there)}"
        raise InputWrong("run", why, "set the model in their files")
    program = choice.program if choice is not None else next(iter(there), "")
    if not drives(program) or not abilities(program).asks_model:
        return resolved, [f"--model {model} has no effect: {program} asks no model"]
    taking = [name for name, agent in resolved.agents.items() if agent.program == program]
    agents = {
        name: msgspec.structs.replace(agent, model=model) if name in taking else agent
        for name, agent in resolved.agents.items()
    }
    others = [f"{name} ({agent.program})" for name, agent in resolved.agents.items() if name not in taking]
    told = [f"--model {model} is for {program} only, not for: {', '.join(others)}"] if others else []
    return replace(resolved, agents=agents), told


def _set_up(resolved: Resolved, set_up: Mapping[str, ProgramSection]) -> Resolved:
    """What the settings say goes into the plan: a run keeps what it was started with."""

    def with_settings(agent: AgentPlan) -> AgentPlan:
        section = set_up.get(agent.program)
        if section is None:
            return agent
        settings = ProgramSettings(
            command=tuple(section.command),
            args=tuple(section.args),
            env=dict(section.env),
            share_login=section.share_login,
            keys=tuple(section.keys),
            limit_by_turn=section.limit_by_turn,
        )
        return msgspec.structs.replace(agent, settings=settings)

    return replace(resolved, agents={name: with_settings(agent) for name, agent in resolved.agents.items()})


def _without_effect(resolved: Resolved) -> Iterator[str]:
    """What agents' files and the settings ask of a program that cannot do it."""
    for name, agent in resolved.agents.items():
        if not drives(agent.program):
            continue
        can = abilities(agent.program)
        if agent.permissions is PermissionMode.ASK and not can.permissions:
            yield f"agent {name}: permissions: ask has no effect: {agent.program} cannot ask"
        if agent.thinking is not None and not can.asks_model:
            yield f"agent {name}: thinking has no effect: {agent.program} asks no model"
    yield from _about_state(resolved)


def _about_state(resolved: Resolved) -> Iterator[str]:
    """Where a login cannot be shared, or is without anybody's asking."""
    shared = {agent.program: agent.settings.share_login for agent in resolved.agents.values()}
    for program, shares in shared.items():
        if not drives(program) or abilities(program).own_state:
            continue
        if program.startswith(ACP):
            more = ": shareLogin has no effect" if shares else ""
            yield f"{program} works with your own state directory and login, nobody knows how to give it another{more}"
        elif shares:
            yield f"programs.{program}.shareLogin has no effect: {program} has no login, only keys"


def unable(program: str) -> tuple[str, ...]:
    """What it cannot do, in words that read on from ``cannot``; nothing for what asks no model."""
    if not drives(program) or not (can := abilities(program)).asks_model:
        return ()
    words = {
        "be sent a message while it works": can.steer_now or can.steer_next_turn,
        "be resumed": can.resume,
        "ask for permission": can.permissions,
        "ask you": can.ask,
        "say what it used": can.usage,
        "say what it used before a turn is over": not can.usage_by_turn,
        "say what it cost": can.cost,
    }
    return tuple(word for word, able in words.items() if not able)
