"""The program ``opencode``, as an agent of the Agent Client Protocol (``opencode acp``)."""

from __future__ import annotations

from typing import Any

import msgspec

from crew_core.agents.acp.own_record import OwnRecord, Response
from crew_core.agents.acp.program import AcpProgram, tool_name
from crew_core.agents.acp.providers import KEYS
from crew_core.agents.acp.session import AcpSession
from crew_core.agents.json_fields import amount, count, mapping, string
from crew_core.agents.own_state import has_own_state, kept
from crew_core.agents.protocol import Abilities, Briefing, Launch, Needs, Place, TableRecord
from crew_core.agents.role_tools import Does, Grant
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import PermissionMode
from crew_core.model.usage import Usage

ABILITIES = Abilities(steer_next_turn=True, resume=True, permissions=True, usage=True, cost=True, own_state=True)

#: Measured: 1.18.
NEEDS = Needs(memory_bytes=510 << 20, start_s=2.9)

_EXECUTABLE = ("opencode",)

#: Its tools that change nothing.
_READING = ("read", "grep", "glob", "list", "lsp", "todoread", "todowrite", "skill", "webfetch", "websearch")

_WEB = ("webfetch", "websearch")

#: opencode asks for ``edit`` whatever tool changes a file.
_CHANGING = ((Does.CHANGE, "edit"), (Does.RUN, "bash"))

_AGENT = "crew"

#: A configuration, above all that lie in files.
_TOLD = "OPENCODE_CONFIG_CONTENT"

#: Level → the effort that requests ask for. Whoever serves a model that opencode does not know takes these, if any.
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high"}

#: Of their models opencode knows the levels, and offers them in the session; what has none would refuse an effort.
_KNOWN_PROVIDERS = frozenset(
    {"amazon-bedrock", "anthropic", "azure", "cerebras", "cohere", "deepinfra", "deepseek", "fireworks-ai"}
    | {"github-copilot", "google", "google-vertex", "google-vertex-anthropic", "groq", "huggingface", "mistral"}
    | {"moonshotai", "nvidia", "openai", "opencode", "openrouter", "perplexity", "togetherai", "vercel", "xai"}
    | {"zai", "zhipuai"}
)


def launch(spec: AttemptSpec) -> Launch:
    """Its configuration is copied, its login is not. It has its state where XDG says, in four places.

    :raises ValueError: the person's own variables would take the place of what the role may not do.
    """
    own = has_own_state(spec)
    env = {"OPENCODE_DISABLE_AUTOUPDATE": "1"}
    if own:
        env |= {f"XDG_{place.upper()}_HOME": f"{spec.state_dir}/{place}" for place in _PLACES}
    if told := _configuration(spec):
        env[_TOLD] = msgspec.json.encode(told).decode()
    return Launch(
        argv=(*(spec.settings.command or _EXECUTABLE), "acp", *spec.settings.args),
        env=env,
        own_state=own,
        state_copies=_COPIES if own else {},
        keys=KEYS,
    )


def _configuration(spec: AttemptSpec) -> dict[str, Any]:
    """What the role may do and how hard it thinks; empty: nothing has to be said. See ``launch``."""
    rules, effort = _rules(spec), _effort(spec)
    if rules and _TOLD in spec.settings.env:
        raise ValueError(f"programs.opencode.env sets {_TOLD}, which says what this role may do: use opencode.json")
    if not rules and not effort:
        return {}
    # Of an own agent, last among all configurations: the person's, or the project's, could allow more.
    agent: dict[str, Any] = {"mode": "primary", "description": "A role of a crew"}
    told: dict[str, Any] = {"agent": {_AGENT: agent}, "default_agent": _AGENT}
    if effort:
        agent["reasoningEffort"] = effort
    if rules:
        told["permission"] = agent["permission"] = rules
        # Without it, a denied call ends the turn where it is.
        told["experimental"] = {"continue_loop_on_deny": True}
    return told


def _effort(spec: AttemptSpec) -> str:
    """What its launch asks for; empty: nothing, since opencode knows better, or nobody knows."""
    provider, slash, _ = (spec.model or "").partition("/")
    if not slash or provider in _KNOWN_PROVIDERS or _TOLD in spec.settings.env:
        return ""
    return _EFFORTS.get(spec.thinking or "", "")


_PLACES = ("config", "data", "cache", "state")

_COPIES = {
    f"config/opencode/{name}": Place(f"opencode/{name}", "~/.config", "XDG_CONFIG_HOME")
    for name in ("opencode.json", "opencode.jsonc", "config.json")
}


#: The ends of the responses of a conversation, and of those that it began itself (1.18).
_STEPS = """\
WITH RECURSIVE of(id) AS (
    VALUES (?1) UNION SELECT session.id FROM session JOIN of ON session.parent_id = of.id
)
SELECT part.rowid, json_object('id', part.id, 'step', json(part.data), 'model', json_extract(message.data, '$.modelID'))
FROM part JOIN message ON message.id = part.message_id
WHERE part.session_id IN of AND part.rowid > ?2 AND json_extract(part.data, '$.type') = 'step-finish'
ORDER BY part.rowid"""


def _record(spec: AttemptSpec, session: str) -> TableRecord:
    place = kept(spec, "opencode/opencode.db", "~/.local/share", "XDG_DATA_HOME", below="/data")
    return TableRecord(place, _STEPS, (session,))


def _response(row: dict[str, Any]) -> Response | None:
    """``output`` leaves the reasoning out."""
    step = mapping(row.get("step"))
    tokens, cache = mapping(step.get("tokens")), mapping(mapping(step.get("tokens")).get("cache"))
    output, reasoning = count(tokens.get("output")), count(tokens.get("reasoning"))
    if output is None:
        return None
    usage = Usage(
        input=count(tokens.get("input")),
        output=output + (reasoning or 0),
        reasoning=reasoning,
        cache_read=count(cache.get("read")),
        cache_write=count(cache.get("write")),
        # It says 0 where it knows no price.
        cost=amount(step.get("cost")) or None,
    )
    return Response(string(row.get("id")), usage, string(row.get("model")))


def _rules(spec: AttemptSpec) -> dict[str, str]:
    """What the role may do: opencode goes by the last rule that matches."""
    grant = Grant(spec)
    asks = spec.permissions is PermissionMode.ASK
    if not (grant.reads_only or grant.narrowed or asks):
        return {}
    if not (grant.reads_only or grant.narrowed):
        return {"*": "ask"} | dict.fromkeys(_READING, "allow")
    may = {name: "allow" for name in _READING if name not in _WEB or grant.allows(Does.WEB)}
    if not grant.reads_only:
        change = "ask" if asks else "allow"
        may |= {name: change for does, name in _CHANGING if grant.allows(does)}
    return {"*": "deny"} | may


def _tool_name(call: dict[str, Any], first_title: str) -> str:
    """A call is announced with the tool's name as its title, which then becomes what the call does."""
    return first_title if first_title.isidentifier() else tool_name(call, first_title)


PROGRAM = AcpProgram(
    name="opencode",
    login="Set the key of your provider, or run `opencode auth login` and set shareLogin for opencode",
    asking_modes=(),
    confined=True,
    counts_last_step=True,
    thinks_at_start=lambda spec: bool(_effort(spec)),
    own_record=OwnRecord(_record, _response),
    tool_name=_tool_name,
)


def session(spec: AttemptSpec, briefing: Briefing) -> AcpSession:
    """See ``registry``."""
    return AcpSession(spec, briefing, PROGRAM, launch)
