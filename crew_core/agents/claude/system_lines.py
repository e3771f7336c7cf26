"""Claude Code's lines of type ``system``: what it says about itself."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_fields import count, mapping, string
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
    subtype = string(line.get("subtype"))
    if subtype in _SILENT:
        return []
    match subtype:
        case "api_retry":
            return [_retry(line)]
        case "compact_boundary":
            return [_compaction(mapping(line.get("compact_metadata")))]
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
            return _notice(mapping(line.get("error")), "formatted", "message")
        case _:
            return None


def _retry(line: dict[str, Any]) -> AgentEvent:
    status = count(line.get("error_status"))
    why = string(line.get("error")) + (f" (HTTP {status})" if status else "")
    data = {
        "attempt": count(line.get("attempt")),
        "delay_ms": count(line.get("retry_delay_ms")),
        "most": count(line.get("max_retries")),
    }
    return AgentEvent(kind=Kind.RETRY, text=why, data=data)


def _compaction(about: dict[str, Any]) -> AgentEvent:
    before = count(about.get("pre_tokens"))
    said = string(about.get("trigger")) + (f", {before} tokens before" if before else "")
    return AgentEvent(kind=Kind.COMPACTION, text=said, data=about or None)


def _notice(line: dict[str, Any], *names: str) -> list[AgentEvent]:
    said = ": ".join(filter(None, (string(line.get(name)) for name in names)))
    tool_id = string(line.get("tool_use_id"))
    parent = string(line.get("parent_tool_use_id"))
    return [AgentEvent(kind=Kind.NOTICE, text=capped_text(said), id=tool_id, parent=parent)] if said else []
