"""Events of a journal, one line each: the same words wherever they stand."""

from __future__ import annotations

from rich.cells import cell_len

from crew_core.model.events import Event
from crew_tui.event_levels import Level, level_of
from crew_tui.event_words import event_words
from crew_tui.lines import Column, Line, Tone, columns
from crew_tui.panes.frame import Frame
from crew_tui.text import clean

_TONES = {Level.ERROR: Tone.FAIL, Level.WARN: Tone.WARN, Level.INFO: Tone.TEXT, Level.DEBUG: Tone.DIM}

_TIME, _SEQ, _TASK, _WORDS = 8, 6, 12, 12

#: The longest is `coordinator.started`. In a short line it is cut: it is rare, and the task says more.
_TYPE, _SHORT_TYPE = 19, 16

#: Narrower, time, type and task would not stand beside each other; `columns` keeps two cells.
_TYPE_WHOLE_FROM = _TIME + 1 + _TYPE + 1 + _TASK + 2

#: Words that a short line has no such room for are left out.
_SHORT_WORDS = 8


#: Of a row of which nothing is known yet.
COMING = (
    Column("", _TIME),
    Column("", _SEQ, right=True, priority=3),
    Column("", _TYPE),
    Column("", _TASK, priority=1),
    Column("", _WORDS, grows=True, priority=2),
)
SHORT_COMING = (Column("", _TIME), Column("", _SHORT_TYPE), Column("", _SHORT_WORDS, grows=True, priority=2))


def event_tone(event: Event) -> Tone:
    tone = _TONES[level_of(event)]
    return Tone.OK if tone is Tone.TEXT and event.type.endswith(".completed") else tone


def event_line(event: Event, frame: Frame, *, key: str = "") -> Line:
    wide = frame.width >= _TYPE_WHOLE_FROM
    cells = max(_SHORT_TYPE, min(_TYPE, _TYPE - _TYPE_WHOLE_FROM + frame.width))
    words = event_words(event)
    task = (Column(clean(event.task_id or ""), _TASK, Tone.TEXT, priority=1),) if wide or event.task_id else ()
    # Nothing stands behind the type: it has all the room.
    alone = not (task or words)
    return columns(
        (
            Column(frame.time(event.time), _TIME, Tone.DIM),
            Column(f"#{event.seq}", _SEQ, Tone.DIM, right=True, priority=3),
            Column(clean(event.type), cells, event_tone(event), grows=alone),
            *task,
            *(() if alone else (Column(words, _WORDS, Tone.DIM, grows=True, priority=2),)),
        ),
        frame.width,
        key=key,
    )


def short_event_line(event: Event, frame: Frame) -> Line:
    """For a narrow place beside others: the task takes only the room that it needs."""
    task = clean(event.task_id or "")
    named = (Column(task, min(cell_len(task), _TASK), priority=1),) if task else ()
    return columns(
        (
            Column(frame.time(event.time), _TIME, Tone.DIM),
            Column(clean(event.type), _SHORT_TYPE, event_tone(event)),
            *named,
            Column(event_words(event), _SHORT_WORDS, Tone.DIM, grows=True, priority=2),
        ),
        frame.width,
    )
