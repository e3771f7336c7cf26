"""The programs ``acp:NAME``: agents of the Agent Client Protocol that are known, and any other that a person names.

A known agent has its command here; any other needs ``command`` in the person's settings for ``acp:NAME``.
"""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crew_core.agents.acp.own_record import OwnRecord, Response
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.acp.providers import KEYS
from crew_core.agents.acp.session import AcpSession
from crew_core.agents.anthropic_usage import usage_of
from crew_core.agents.json_fields import mapping, string
from crew_core.agents.own_state import has_own_state, kept
from crew_core.agents.protocol import Abilities, Briefing, Launch, LinesRecord, Needs, Place
from crew_core.model.attempt import AttemptSpec

PREFIX = "acp:"

#: What every agent of the protocol can do with us; what more an agent can is said by itself, when it runs.
ABILITIES = Abilities(steer_next_turn=True, resume=True, permissions=True, usage=True, usage_by_turn=True)

#: Of the known ones the largest: claude-agent-acp with its child.
NEEDS = Needs(memory_bytes=450 << 20, start_s=1.2)


@dataclass(frozen=True, slots=True)
class Known:
    """A known agent: ``command`` is how it is called, ``arguments`` always follow it. ``home`` is the variable that
    names its state directory, if there is one, and ``copies`` what is put there of the person's; ``asking_modes`` are
    those in which it asks before it changes something; ``own_record`` tells what each response used."""

    command: tuple[str, ...]
    login: str
    keys: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    home: str = ""
    copies: Mapping[str, Place] = field(default_factory=dict)
    asking_modes: tuple[str, ...] = ("default",)
    own_record: OwnRecord | None = None


def _claudes_record(spec: AttemptSpec, session: str) -> LinesRecord:
    """The conversations that Claude Code keeps by directory (2.1)."""
    path = f"projects/*/{glob.escape(session)}.jsonl"
    return LinesRecord(kept(spec, path, "~/.claude", CLAUDE_HOME), b'"usage"')


def _claudes_response(row: dict[str, Any]) -> Response | None:
    """A line for each block of a message, all with the use of the whole."""
    message = mapping(row.get("message"))
    usage = usage_of(mapping(message.get("usage")))
    if row.get("type") != "assistant" or usage.output is None:
        return None
    return Response(string(message.get("id")), usage, string(message.get("model")))


CLAUDE_HOME = "CLAUDE_CONFIG_DIR"

KNOWN = {
    "claude": Known(
        command=("claude-agent-acp",),
        login="Set ANTHROPIC_API_KEY, or log in with `claude` and set `share_login` for acp:claude",
        keys=("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"),
        env={"DISABLE_AUTOUPDATER": "1"},
        home=CLAUDE_HOME,
        own_record=OwnRecord(_claudes_record, _claudes_response),
    ),
    "codex": Known(
        command=("codex-acp",),
        login="Set OPENAI_API_KEY, or log in with `codex login` and set `share_login` for acp:codex",
        keys=("OPENAI_API_KEY", "CODEX_API_KEY"),
        env={"NO_COLOR": "1"},
        home="CODEX_HOME",
        copies={"config.toml": Place("config.toml", "~/.codex", "CODEX_HOME")},
        asking_modes=("read-only",),
    ),
    "qwen": Known(
        command=("qwen",),
        arguments=("--acp",),
        login="Set OPENAI_API_KEY and OPENAI_BASE_URL, or log in with `qwen`",
        keys=("OPENAI_API_KEY", "DASHSCOPE_API_KEY", "GEMINI_API_KEY"),
    ),
    "copilot": Known(
        command=("copilot",),
        arguments=("--acp",),
        login="Log in with `copilot`, or set COPILOT_GITHUB_TOKEN",
        keys=("COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "COPILOT_PROVIDER_API_KEY"),
    ),
    "cline": Known(
        command=("cline",),
        arguments=("--acp",),
        login="Log in with `cline auth`",
        keys=KEYS,
    ),
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
    argv = (*command, *(known.arguments if known is not None else ()), *spec.settings.args)
    if known is None:
        return Launch(argv=argv, keys=KEYS)
    own = bool(known.home) and has_own_state(spec)
    return Launch(
        argv=argv,
        env={**known.env, known.home: spec.state_dir} if own else known.env,
        own_state=own,
        state_copies=known.copies if own else {},
        keys=known.keys,
    )


def abilities_of(program: str) -> Abilities:
    """Of one of them, ``acp:NAME``."""
    known = KNOWN.get(program.removeprefix(PREFIX))
    return replace(ABILITIES, usage_by_turn=known is None or known.own_record is None)


def _program(name: str) -> AcpProgram:
    known = KNOWN.get(name)
    return AcpProgram(
        name=f"{PREFIX}{name}",
        launch=launch,
        login=known.login if known is not None else "Its own documentation says how",
        asking_modes=known.asking_modes if known is not None else ("default", "ask"),
        own_record=known.own_record if known is not None else None,
    )


def session(spec: AttemptSpec, briefing: Briefing) -> AcpSession:
    """See ``registry``."""
    return AcpSession(spec, briefing, _program(spec.program.removeprefix(PREFIX)))
