"""State out of events: the one fold that coordinator, recovery, dashboard and replay share."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

# Imported for what they register: each kind of event has its reducer there.
from crew_core.model import events as e
from crew_core.model import reduce_attempts, reduce_runs, reduce_tasks  # noqa: F401
from crew_core.model.draft import Draft, apply
from crew_core.model.state import RunState


def reduce_all(state: RunState | None, events: Iterable[e.Event]) -> RunState | None:
    """Fold ``events`` into ``state``; None stays None until ``run.created`` is seen.

    Objects of tasks that no event names keep their identity. Applying an event twice equals once.

    :raises msgspec.ValidationError: an event of a known type carries data of another shape.
    """
    draft = Draft(state)
    touched = False
    for event in events:
        payload = e.payload_of(event)
        if draft.run is None and not isinstance(payload, e.RunCreated):
            continue
        touched = True
        if payload is not None:
            apply(payload, draft, event)
        assert draft.run is not None
        draft.run = replace(
            draft.run, seq=event.seq, epoch=max(draft.run.epoch, event.metadata.epoch), updated_at=event.time
        )
    if not touched or draft.run is None:
        return state
    return RunState(
        run=draft.run, tasks=draft.tasks, commands=draft.commands, messages=draft.messages, added=draft.added
    )


def reduce(state: RunState | None, event: e.Event) -> RunState | None:
    """``reduce_all`` for one event."""
    return reduce_all(state, (event,))
