"""The programs ``acp:NAME``: agents of the Agent Client Protocol that are known, and any other that a person names.

A known agent has its command here; any other needs ``command`` in the person's settings for ``acp:NAME``.
"""

from __future__ import annotations

from dataclasses import replace

from crew_core.agents.acp import claude_acp, cline, codex_acp, copilot, qwen
from crew_core.agents.acp.known import Known
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.acp.providers import KEYS
from crew_core.agents.acp.session import AcpSession
from crew_core.agents.own_state import has_own_state
from crew_core.agents.protocol import Abilities, Briefing, Launch, Needs
from crew_core.model.attempt import AttemptSpec

PREFIX = "acp:"

#: What every agent of the protocol can do with us; of those that nobody knows nothing more can be said beforehand.
ABILITIES = Abilities(steer_next_turn=True, resume=True, permissions=True, usage=True, usage_by_turn=True)

#: Of the known ones the largest: claude-agent-acp with its child.
NEEDS = Needs(memory_bytes=450 << 20, start_s=1.2)


#: By name. What their files say of their variables and options is in their documentation, and was seen to be heeded.
KNOWN: dict[str, Known] = {
    known.program.name.removeprefix(PREFIX): known
    for known in (claude_acp.AGENT, codex_acp.AGENT, qwen.AGENT, copilot.AGENT, cline.AGENT)
}


def launch(spec: AttemptSpec) -> Launch:
    """:raises ValueError: nobody said how this agent is started."""
    name = spec.program.removeprefix(PREFIX)
    known = KNOWN.get(name)
    command = spec.settings.command or (known.command if known is not None else ())
    if not command:
        raise ValueError(
            f'nobody knows how to start {spec.program}: set `command` for it in [programs."{spec.program}"], '
            f"or use one of: {', '.join(PREFIX + known for known in KNOWN)}"
        )
    if known is None:
        return Launch(argv=(*command, *spec.settings.args), keys=KEYS)
    own = has_own_state(spec)
    return Launch(
        argv=(*command, *known.arguments, *known.options(spec), *spec.settings.args),
        env={**known.env, **known.variables(spec), **({known.home: spec.state_dir} if own else {})},
        own_state=own,
        state_copies=known.copies if own else {},
        state_made=known.made if own else {},
        keys=known.keys,
        keys_with=known.keys_with,
    )


def abilities_of(program: str) -> Abilities:
    """Of one of them, ``acp:NAME``."""
    known = KNOWN.get(program.removeprefix(PREFIX))
    if known is None:
        return ABILITIES
    by_turn = known.tells_usage and known.program.own_record is None
    return replace(ABILITIES, steer_now=known.steers, usage=known.tells_usage, usage_by_turn=by_turn, own_state=True)


def _program(name: str) -> AcpProgram:
    known = KNOWN.get(name)
    if known is not None:
        return known.program
    login = "Its own documentation says how"
    return AcpProgram(name=f"{PREFIX}{name}", login=login, asking_modes=("default", "ask"))


def session(spec: AttemptSpec, briefing: Briefing) -> AcpSession:
    """See ``registry``."""
    return AcpSession(spec, briefing, _program(spec.program.removeprefix(PREFIX)), launch)
