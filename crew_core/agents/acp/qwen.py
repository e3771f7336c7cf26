"""``acp:qwen``: Qwen Code (``qwen --acp``, 0.24)."""

from __future__ import annotations

import glob
from typing import Any

import msgspec

from crew_core.agents.acp.known import Known, copied
from crew_core.agents.acp.own_record import OwnRecord, Response
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.json_fields import count, mapping, string
from crew_core.agents.own_state import kept
from crew_core.agents.protocol import LinesRecord
from crew_core.model.attempt import AttemptSpec
from crew_core.model.usage import Usage

_HOME = "QWEN_HOME"


def _without_memory(settings: bytes) -> bytes:
    """The person's settings, which may be empty, less what it would ask its model when the work is over: what is worth
    remembering, which nobody waits for and it tells nobody the price of. What is no JSON stays so."""
    try:
        told = msgspec.json.decode(settings or b"{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return settings
    memory = mapping(told.get("memory")) | {"enableManagedAutoMemory": False, "enableManagedAutoDream": False}
    return msgspec.json.encode(told | {"memory": memory})


def _record(spec: AttemptSpec, session: str) -> LinesRecord:
    """The conversations that it keeps by directory."""
    return LinesRecord(
        kept(spec, f"projects/*/chats/{glob.escape(session)}.jsonl", "~/.qwen", _HOME), b'"usageMetadata"'
    )


def _response(row: dict[str, Any]) -> Response | None:
    """``promptTokenCount`` contains what came from the cache; the rest of the total is output, with the thinking."""
    used = mapping(row.get("usageMetadata"))
    whole, total = count(used.get("promptTokenCount")), count(used.get("totalTokenCount"))
    if row.get("type") != "assistant" or whole is None or total is None:
        return None
    cached, thought = count(used.get("cachedContentTokenCount")) or 0, count(used.get("thoughtsTokenCount"))
    usage = Usage(input=max(0, whole - cached), output=max(0, total - whole), reasoning=thought, cache_read=cached)
    return Response(string(row.get("uuid")), usage, string(row.get("model")))


AGENT = Known(
    program=AcpProgram(
        name="acp:qwen",
        login="Set OPENAI_API_KEY and OPENAI_BASE_URL, or log in with `qwen` and set shareLogin for acp:qwen",
        # By itself it lets a model decide what may be done without a question.
        working_modes=("default",),
        own_methods=("_", "qwen/notify/"),
        own_record=OwnRecord(_record, _response),
    ),
    command=("qwen",),
    arguments=("--acp",),
    keys=("OPENAI_API_KEY", "DASHSCOPE_API_KEY", "GEMINI_API_KEY"),
    env={"QWEN_CODE_NO_RELAUNCH": "true", "NO_COLOR": "1"},
    home=_HOME,
    copies=copied("~/.qwen", _HOME, "settings.json", "QWEN.md"),
    made={"settings.json": _without_memory},
)
