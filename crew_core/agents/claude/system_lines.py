"""Claude Code's lines of type ``system``: what it says about itself."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_values import count_at, object_at, text_at
from crew_core.agents.tool_words import capped_text
from crew_core.model.transcript import AgentEvent, Kind

#: They tell nothing that another line does not tell.
_SILENT = frozenset(
    {
        *("init", "status", "session_state_changed", "session_title_changed", "thinking_tokens", "turn_duration"),
        *("hook_started", "hook_progress", "task_progress", "task_updated", "files_persisted", "elicitation_complete"),
        *("commands_changed", "permission_check_status"),
    }
)


def system_events(line: dict[str, Any]) -> list[AgentEvent] | None:
    """The events of the line; None: nobody understands it. ``init`` is the session's business."""
    subtype = text_at(line, "subtype")
    if subtype in _SILENT:
        return []
    match subtype:
        case "api_retry":
            return [_retry(line)]
        case "compact_boundary":
            return [_compaction(object_at(line, "compact_metadata"))]
        case "hook_response":
            return [] if line.get("outcome", "success") == "success" else _notice(line, "hook_name", "stderr", "output")
        case "task_started":
            return _notice(line, "subtype", "description")
        case "task_notification":
            return _notice(line, "subtype", "status", "summary")
        case "permission_denied":
            return _notice(line, "tool_name", "message")
        case "informational" | "local_command_output":
            return _notice(line, "content")
        case "notification":
            return _notice(line, "text")
        case "api_error":
            return _notice(object_at(line, "error"), "formatted", "message")
        case _:
            return None


def _retry(line: dict[str, Any]) -> AgentEvent:
    status = count_at(line, "error_status")
    why = text_at(line, "error") + (f" (HTTP {status})" if status else "")
    data = {
        "attempt": count_at(line, "attempt"),
        "delay_ms": count_at(line, "retry_delay_ms"),
        "most": count_at(line, "max_retries"),
    }
    return AgentEvent(kind=Kind.RETRY, text=why, data=data)


def _compaction(about: dict[str, Any]) -> AgentEvent:
    before = count_at(about, "pre_tokens")
    said = text_at(about, "trigger") + (f", {before} tokens before" if before else "")
    return AgentEvent(kind=Kind.COMPACTION, text=said, data=about or None)


def _notice(line: dict[str, Any], *names: str) -> list[AgentEvent]:
    said = ": ".join(filter(None, (text_at(line, name) for name in names)))
    tool_id = text_at(line, "tool_use_id")
    parent = text_at(line, "parent_tool_use_id")
    return [AgentEvent(kind=Kind.NOTICE, text=capped_text(said), id=tool_id, parent=parent)] if said else []
