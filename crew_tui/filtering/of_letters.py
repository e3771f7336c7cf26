"""What can be asked of the messages to and from the agents of a run."""

from __future__ import annotations

from crew_core.observe.tab_slices import Box, Letter
from crew_tui.filtering.fields import Choice, Schema, Span, Text
from crew_tui.quantities import elapsed

OPEN, READ, URGENT, REPLY = "open", "read", "urgent", "reply"


def _is(letter: Letter) -> tuple[str, ...]:
    urgent = (URGENT,) if letter.urgent else ()
    reply = (REPLY,) if letter.reply_to else ()
    return (OPEN if letter.open else READ, *urgent, *reply)


LETTERS: Schema[Letter] = Schema(
    fields=(
        Text("kind", lambda letter: (letter.kind,)),
        Choice("box", tuple(each.value for each in Box), lambda letter: (letter.box.value,)),
        Choice("is", (OPEN, READ, URGENT, REPLY), _is),
        Text("from", lambda letter: (letter.sender,)),
        Text("to", lambda letter: (letter.to,)),
        Text("task", lambda letter: (letter.task_id or "",)),
        Text("status", lambda letter: (letter.status,)),
        Span("age", lambda letter, now: elapsed(letter.at, None, now)),
    ),
    text=lambda letter: "\n".join((letter.kind, letter.sender, letter.to, letter.task_id or "", letter.text)),
)
