"""A state in the making, and the one dispatch from a payload to what it changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.state import Run, RunState, Task


class Draft:
    """A state in the making: only what changes is copied."""

    __slots__ = ("added", "commands", "messages", "run", "tasks")

    def __init__(self, state: RunState | None) -> None:
        self.run: Run | None = state.run if state else None
        self.tasks: dict[str, Task] = dict(state.tasks) if state else {}
        self.commands = dict(state.commands) if state else {}
        self.messages = state.messages if state else ()
        self.added = state.added if state else ()


@singledispatch
def apply(payload: e.Payload, draft: Draft, event: e.Event) -> None:
    """Change ``draft`` by what ``payload`` says; each kind has its own, in the ``reduce_*`` modules."""
    raise TypeError(f"no reducer for {type(payload).__name__}")


def run_of(draft: Draft) -> Run:
    """The run; its first event is ``run.created``."""
    assert draft.run is not None
    return draft.run


def edit(draft: Draft, event: e.Event, change: Callable[[Task], Task]) -> None:
    """Change the event's task, if it is known."""
    task = draft.tasks.get(event.task_id or "")
    if task is not None:
        draft.tasks[task.id] = replace(change(task), seq=event.seq)
