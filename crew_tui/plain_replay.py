"""A replay as linear text: one event after the other, each with what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crew_core.model.explain import explain
from crew_core.model.state import RunState
from crew_core.model.status import TaskStatus
from crew_core.observe.replay import EventReplay, Replay, replay_of
from crew_core.observe.slices import SliceState, TasksSlice
from crew_tui.lines import Line, Tone, indented, line, paragraph, text_line
from crew_tui.panes.agents import columns_for, task_line, task_words
from crew_tui.panes.conditions import conditions
from crew_tui.panes.frame import Frame
from crew_tui.panes.replay import event_said, frame_then, run_line
from crew_tui.panes.took import task_time

#: Of these alone more is to be said than their record says: why they do not run.
_HELD = frozenset({TaskStatus.QUEUED, TaskStatus.WAITING})

_INDENT = 3

#: Of one event: what an agent asked or why something failed can be long, and its end matters too.
_MOST_LINES = 50


def replay_lines(run_dir: Path, frame: Frame) -> Iterator[Line]:
    """Every event of the run up to now; below it the run and those tasks that are not as they were before."""
    replay = replay_of(run_dir)
    if not len(replay):
        yield text_line(" Nothing has happened yet: its journal is empty.")
        return
    if isinstance(replay, EventReplay):
        yield from indented(conditions(SliceState.PARTIAL, replay.problems, frame))
        yield text_line(" Its journal does not tell how its tasks stood: these are its events.")
    before: RunState | None = None
    for number, event in enumerate(replay.events):
        then = frame_then(replay.events, number, frame)
        said = event_said(event, unknown=isinstance(replay, Replay) and number in replay.unknown)
        yield from paragraph(f"#{event.seq} {then.time(event.time)} {said}", frame.width, most=_MOST_LINES)
        state = replay.state_at(number) if isinstance(replay, Replay) else None
        if state is not None and state is not before:
            yield from _changes(before, state, then)
            before = state


def _changes(before: RunState | None, state: RunState, then: Frame) -> Iterator[Line]:
    if before is None or before.run.status is not state.run.status or _ended(before) != _ended(state):
        yield _below(run_line(state, then))
    known = before.tasks if before else {}
    changed = [task for task in state.tasks.values() if task is not known.get(task.id)]
    reasons = explain(state).tasks if any(task.status in _HELD for task in changed) else {}
    shown = TasksSlice(SliceState.READY, tuple(state.tasks.values()), reasons)
    layout = columns_for(shown, then.width)
    for task in changed:
        yield _below(
            task_line(task, task_words(task, shown, then), task_time(task, then.known), then, layout, doubted=False)
        )


def _below(told: Line) -> Line:
    """What an event changed stands to the right of it."""
    return line((" " * _INDENT, Tone.TEXT), *told.pieces)


def _ended(state: RunState) -> int:
    return sum(task.status.ended for task in state.tasks.values())
