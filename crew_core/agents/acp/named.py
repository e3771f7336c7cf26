"""The programs ``acp:NAME``: agents of the Agent Client Protocol that are known, and any other that a person names.

A known agent has its command here; any other needs ``command`` in the person's settings for ``acp:NAME``.
"""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crew_core.agents import claude_access
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

#: What every agent of the protocol can do with us; of those that nobody knows nothing more can be said beforehand.
ABILITIES = Abilities(steer_next_turn=True, resume=True, permissions=True, usage=True, usage_by_turn=True)

#: Of the known ones the largest: claude-agent-acp with its child.
NEEDS = Needs(memory_bytes=450 << 20, start_s=1.2)


@dataclass(frozen=True, slots=True)
class Known:
    """A known agent: ``command`` is how it is called, ``arguments`` always follow it. ``home`` is the variable that
    names its state directory, and ``copies`` what is put there of the person's; ``keys`` and ``keys_with`` as in
    ``Launch``; ``asking_modes`` are those in which it asks before it changes something; ``own_record`` tells what each
    response used. ``steers``: it announces that it takes something within a turn."""

    command: tuple[str, ...]
    login: str
    keys: tuple[str, ...]
    home: str
    copies: Mapping[str, Place]
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    keys_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asking_modes: tuple[str, ...] = ("default",)
    own_record: OwnRecord | None = None
    steers: bool = False


def _claudes_record(spec: AttemptSpec, session: str) -> LinesRecord:
    """The conversations that Claude Code keeps by directory (2.1)."""
    path = f"projects/*/{glob.escape(session)}.jsonl"
    return LinesRecord(kept(spec, path, "~/.claude", claude_access.HOME), b'"usage"')


def _claudes_response(row: dict[str, Any]) -> Response | None:
    """A line for each block of a message, all with the use of the whole."""
    message = mapping(row.get("message"))
    usage = usage_of(mapping(message.get("usage")))
    if row.get("type") != "assistant" or usage.output is None:
        return None
    return Response(string(message.get("id")), usage, string(message.get("model")))


def _copied(usual: str, variable: str, *names: str) -> Mapping[str, Place]:
    """The person's settings in the directory that ``variable`` names, usually ``usual``."""
    return {name: Place(name, usual, variable) for name in names}


#: The variables are in each program's own documentation, and were seen to be heeded: claude-agent-acp 0.100, codex-acp
#: 2.6, Qwen Code 0.24, Copilot 1.0.102, Cline 3.0.65.
KNOWN = {
    "claude": Known(
        command=("claude-agent-acp",),
        login="Set ANTHROPIC_API_KEY, or log in with `claude` and set shareLogin for acp:claude",
        keys=claude_access.KEYS,
        keys_with=claude_access.KEYS_WITH,
        env={"DISABLE_AUTOUPDATER": "1"},
        home=claude_access.HOME,
        copies=claude_access.COPIES,
        own_record=OwnRecord(_claudes_record, _claudes_response),
        steers=True,
    ),
    "codex": Known(
        command=("codex-acp",),
        login="Set OPENAI_API_KEY, or log in with `codex login` and set shareLogin for acp:codex",
        keys=("OPENAI_API_KEY", "CODEX_API_KEY"),
        env={"NO_COLOR": "1"},
        home="CODEX_HOME",
        copies=_copied("~/.codex", "CODEX_HOME", "config.toml"),
        asking_modes=("read-only",),
        steers=True,
    ),
    "qwen": Known(
        command=("qwen",),
        arguments=("--acp",),
        login="Set OPENAI_API_KEY and OPENAI_BASE_URL, or log in with `qwen` and set shareLogin for acp:qwen",
        keys=("OPENAI_API_KEY", "DASHSCOPE_API_KEY", "GEMINI_API_KEY"),
        home="QWEN_HOME",
        copies=_copied("~/.qwen", "QWEN_HOME", "settings.json", "QWEN.md"),
    ),
    "copilot": Known(
        command=("copilot",),
        arguments=("--acp",),
        login="Set COPILOT_GITHUB_TOKEN, or log in with `copilot` and set shareLogin for acp:copilot",
        keys=("COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "COPILOT_PROVIDER_API_KEY"),
        env={"COPILOT_AUTO_UPDATE": "false"},
        home="COPILOT_HOME",
        copies=_copied("~/.copilot", "COPILOT_HOME", "settings.json", "copilot-instructions.md", "mcp-config.json"),
    ),
    "cline": Known(
        command=("cline",),
        arguments=("--acp",),
        login="Set CLINE_API_KEY, or log in with `cline auth` and set shareLogin for acp:cline",
        keys=("CLINE_API_KEY", *KEYS),
        home="CLINE_DATA_DIR",
        copies=_copied(
            "~/.cline/data", "CLINE_DATA_DIR", "settings/global-settings.json", "settings/cline_mcp_settings.json"
        ),
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
    own = has_own_state(spec)
    return Launch(
        argv=argv,
        env={**known.env, known.home: spec.state_dir} if own else known.env,
        own_state=own,
        state_copies=known.copies if own else {},
        keys=known.keys,
        keys_with=known.keys_with,
    )


def abilities_of(program: str) -> Abilities:
    """Of one of them, ``acp:NAME``."""
    known = KNOWN.get(program.removeprefix(PREFIX))
    if known is None:
        return ABILITIES
    return replace(ABILITIES, steer_now=known.steers, usage_by_turn=known.own_record is None, own_state=True)


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
