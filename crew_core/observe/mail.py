"""The messages of a run of ours: what its agents sent, as its journal has it."""

from __future__ import annotations

from crew_core.model.records import Message
from crew_core.model.state import RunState
from crew_core.observe.slices import SliceState
from crew_core.observe.tab_slices import Box, Letter, MailSlice


def mail_of(state: RunState | None) -> MailSlice:
    """Oldest first. Nobody acknowledges these messages, so that they have no delivery state."""
    letters = tuple(map(_letter, state.messages)) if state else ()
    return MailSlice(SliceState.READY if letters else SliceState.EMPTY, letters)


def _letter(message: Message) -> Letter:
    return Letter(
        id=message.id,
        box=Box.OUTBOX,
        kind=message.kind,
        sender=message.task_id,
        to=message.to,
        at=message.at,
        text=message.text,
        task_id=message.task_id,
    )
