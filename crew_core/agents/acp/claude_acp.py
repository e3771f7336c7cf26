"""``acp:claude``: Claude Code behind ``claude-agent-acp`` (0.100)."""

from __future__ import annotations

import glob
from typing import Any

from crew_core.agents import claude_access
from crew_core.agents.acp.known import Known
from crew_core.agents.acp.own_record import OwnRecord, Response
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.anthropic_usage import usage_of
from crew_core.agents.json_fields import mapping, string
from crew_core.agents.own_state import kept
from crew_core.agents.protocol import LinesRecord
from crew_core.model.attempt import AttemptSpec


def _record(spec: AttemptSpec, session: str) -> LinesRecord:
    """The conversations that Claude Code keeps by directory (2.1)."""
    path = f"projects/*/{glob.escape(session)}.jsonl"
    return LinesRecord(kept(spec, path, "~/.claude", claude_access.HOME), b'"usage"')


def _response(row: dict[str, Any]) -> Response | None:
    """A line for each block of a message, all with the use of the whole."""
    message = mapping(row.get("message"))
    usage = usage_of(mapping(message.get("usage")))
    if row.get("type") != "assistant" or usage.output is None:
        return None
    return Response(string(message.get("id")), usage, string(message.get("model")))


AGENT = Known(
    program=AcpProgram(
        name="acp:claude",
        login="Set ANTHROPIC_API_KEY, or log in with `claude` and set shareLogin for acp:claude",
        own_record=OwnRecord(_record, _response),
    ),
    command=("claude-agent-acp",),
    keys=claude_access.KEYS,
    keys_with=claude_access.KEYS_WITH,
    env={"DISABLE_AUTOUPDATER": "1"},
    home=claude_access.HOME,
    copies=claude_access.COPIES,
    steers=True,
)
