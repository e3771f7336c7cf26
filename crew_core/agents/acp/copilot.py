"""``acp:copilot``: GitHub's Copilot CLI (``copilot --acp``, 1.0.102)."""

from __future__ import annotations

import glob
from typing import Any

from crew_core.agents.acp.known import Known, copied
from crew_core.agents.acp.own_record import OwnRecord, Response
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.json_fields import count, mapping, string
from crew_core.agents.own_state import kept
from crew_core.agents.protocol import LinesRecord
from crew_core.agents.role_tools import Grant
from crew_core.model.attempt import AttemptSpec
from crew_core.model.usage import Usage

_HOME = "COPILOT_HOME"

#: Its names for what may not be asked for either.
_CHANGING = ("write", "shell")


def _options(spec: AttemptSpec) -> tuple[str, ...]:
    """Its plan mode would have it write a plan, so a reading role is kept from writing by what is denied. A thinking
    level that its model does not take would keep it from starting: it is chosen in the session, if that offers it."""
    model = ("--model", spec.model) if spec.model else ()
    denied = tuple(f"--deny-tool={name}" for name in _CHANGING) if Grant(spec).reads_only else ()
    return (*model, *denied)


def _record(spec: AttemptSpec, session: str) -> LinesRecord:
    """What it did in a session, step by step."""
    path = f"session-state/{glob.escape(session)}/events.jsonl"
    return LinesRecord(kept(spec, path, "~/.copilot", _HOME), b'"type":"session.')


def _response(row: dict[str, Any]) -> Response | None:
    """``inputTokens`` contains what came from the cache, and what was written to it."""
    used = mapping(mapping(row.get("data")).get("usage"))
    whole, output = count(used.get("inputTokens")), count(used.get("outputTokens"))
    if row.get("type") != "session.usage_record" or whole is None or output is None:
        return None
    read, written = count(used.get("cacheReadTokens")) or 0, count(used.get("cacheWriteTokens")) or 0
    usage = Usage(
        input=max(0, whole - read - written),
        output=output,
        reasoning=count(used.get("reasoningTokens")),
        cache_read=read,
        cache_write=written,
    )
    return Response(string(row.get("id")), usage, string(used.get("model")))


def _fault(row: dict[str, Any]) -> str:
    """To the protocol, an error of the model is an answer."""
    if row.get("type") != "session.error":
        return ""
    return string(mapping(row.get("data")).get("message")) or "it said that it broke"


def _own_word(message_id: str, text: str) -> bool:
    """What it says when it asks again for a response that was cut; its pieces have no ids."""
    return text.startswith("Info: Response was interrupted")


AGENT = Known(
    program=AcpProgram(
        name="acp:copilot",
        login="Set COPILOT_GITHUB_TOKEN, or log in with `copilot` and set shareLogin for acp:copilot",
        confined=True,
        model_at_start=True,
        own_word=_own_word,
        own_record=OwnRecord(_record, _response, _fault),
    ),
    command=("copilot",),
    arguments=("--acp",),
    options=_options,
    keys=(
        *("COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"),
        *("COPILOT_PROVIDER_API_KEY", "COPILOT_PROVIDER_BEARER_TOKEN", "COPILOT_PROVIDER_HEADERS"),
    ),
    env={"COPILOT_AUTO_UPDATE": "false"},
    home=_HOME,
    copies=copied("~/.copilot", _HOME, "settings.json", "copilot-instructions.md", "mcp-config.json"),
)
