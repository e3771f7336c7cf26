"""What an event of an agent says to a person, in the lines of its output."""

from __future__ import annotations

from crew_core.model.transcript import AgentEvent, Kind

_SPOKEN = frozenset({Kind.TEXT, Kind.THINKING, Kind.RESULT})


def event_words(event: AgentEvent, took: str = "") -> str:
    """An event as a person reads it; empty when there is nothing to read. :param took: how long a tool did."""
    text = event.text.removesuffix("\n")
    match event.kind:
        case kind if kind in _SPOKEN:
            return text if event.text else ""
        case Kind.TOOL_START:
            return f"{event.tool} {text}".strip()
        case Kind.TOOL_END:
            ended = f"{'failed' if event.failed else 'done'}{f' in {took}' if took else ''}"
            return f"{event.tool} {ended} {text}".strip()
        case Kind.MESSAGE:
            return f"to {event.to}: {text}"
        case Kind.TOOL_OUTPUT:
            return text
        case Kind.USAGE | Kind.TURN_END:
            return ""
        case _:
            return f"[{event.kind}] {event.said}".rstrip()
