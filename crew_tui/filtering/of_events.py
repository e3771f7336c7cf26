"""What can be asked of the events of a run."""

from __future__ import annotations

from crew_core.model.events import Event
from crew_tui.event_levels import LEVELS, level_of
from crew_tui.event_words import event_words
from crew_tui.filtering.fields import Choice, Number, Schema, Span, Text
from crew_tui.quantities import elapsed

EVENTS: Schema[Event] = Schema(
    fields=(
        Text("type", lambda event: (event.type,)),
        Choice("level", tuple(each.value for each in LEVELS), lambda event: (level_of(event).value,), ranked=True),
        Text("task", lambda event: (event.task_id or "",)),
        Number("seq", lambda event: event.seq),
        Span("age", lambda event, now: elapsed(event.time, None, now)),
    ),
    text=lambda event: f"{event.type}\n{event.task_id or ''}\n{event_words(event)}",
)
