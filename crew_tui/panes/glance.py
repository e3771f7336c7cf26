"""The selected run in a terminal that is too small for parts: how it stands, whom it needs, what happened last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from crew_core.model.state import Run
from crew_core.observe.alert_conditions import in_tasks
from crew_core.observe.slices import NO_RUN, NO_TASKS, EventsSlice, RunSlice, SliceName, TasksSlice
from crew_tui.lines import Line, Rows, Tone, indented, limited, line, paragraph
from crew_tui.panes.conditions import conditions
from crew_tui.panes.event_lines import short_event_line
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.newest_events import newest
from crew_tui.panes.run_head import attention, run_sign_of, run_time, without_run
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.panes.timeline import known_until
from crew_tui.text import clean
from crew_tui.widgets.view import View

#: Tasks that wait for the person and are named.
_MOST_NEEDS = 3


def glance_lines(
    run: RunSlice, tasks: TasksSlice, events: EventsSlice | None, frame: Frame, missing: str
) -> tuple[Line, ...]:
    """As many as there is room for: what matters least is left out first.

    :param missing: which size shows all.
    """
    if not run.shown:
        return (*_wrong(run, frame), *without_run(run, frame))[: frame.height]
    told = run.run
    last = newest(events, 1) if events is not None else ()
    of_run = frame.of_run(told).counted_to(known_until(told, run.live, tasks.tasks, frame.now.timestamp()))
    parts = (
        # From the first that has to be seen to the last, with its place from above.
        (0, (_state_line(run, told, tasks, of_run),)),
        (2, _needs(run, tasks, frame)),
        (3, _wrong(run, frame)),
        (4, tuple(short_event_line(event, of_run) for _, event in last)),
        (5, (line(*limited(((f" {missing}", Tone.DIM),), frame.width)),)),
        (1, paragraph(clean(told.goal), frame.width, Tone.TITLE, most=2) if told else ()),
    )
    room = frame.height
    kept: list[tuple[int, tuple[Line, ...]]] = []
    for place, lines in parts:
        kept.append((place, lines[:room]))
        room -= len(lines[:room])
    return tuple(each for _, lines in sorted(kept, key=lambda part: part[0]) for each in lines)


def _wrong(run: RunSlice, frame: Frame) -> tuple[Line, ...]:
    return indented(conditions(run.state, run.problems, frame.inside(1), run.as_of))


def _state_line(shown: RunSlice, run: Run | None, tasks: TasksSlice, frame: Frame) -> Line:
    name = clean(shown.path.name)[-SHORT_ID:] if shown.path else ""
    if run is None:
        return line(*limited(((f" {frame.glyphs.unknown} unknown", Tone.WARN), (f"  {name}", Tone.DIM)), frame.width))
    sign = run_sign_of(shown, run, frame)
    done = sum(task.status.ended for task in tasks.tasks)
    count = f" {done}/{len(tasks.tasks)} {100 * done // len(tasks.tasks)}%" if tasks.tasks else ""
    pieces = (
        (f" {sign.shape} {sign.word}", sign.tone),
        (count, Tone.TEXT),
        (f" {run_time(shown, run, frame)}", Tone.TEXT),
        (f"  {name}", Tone.DIM),
    )
    return line(*limited(pieces, frame.width))


def _needs(run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
    """Who waits for the person; else what is wrong with the run as a whole."""
    assert run.path is not None
    ended = run.run is None or run.run.status.ended
    waiting = () if ended else (each for each in in_tasks(run.path, tasks) if each.needs_you)
    named = tuple(
        line(*limited(((f" {frame.glyphs.attention} {clean(each.text)}", Tone.WARN),), frame.width))
        for each in islice(waiting, _MOST_NEEDS)
    )
    return named or indented(attention(run, frame.inside(1)))


class GlancePane(LivePane):
    """Lies over the parts of the main screen, never focused. `missing`: what is to be said of the terminal's size."""

    can_focus = False
    DEFAULT_CSS = "GlancePane { layer: glance; margin: 1 0; }"

    def __init__(self, *args: object, listed: Callable[[], Rows], missing: str, **options: object) -> None:
        """:param listed: what the list of runs says, also where there is none."""
        super().__init__(*args, bordered=False, **options)  # type: ignore[arg-type]
        self._listed = listed
        self._missing = missing
        self._run, self._tasks = NO_RUN, NO_TASKS
        self._events: EventsSlice | None = None

    def take(self, changes: Mapping[SliceName, object]) -> None:
        run, tasks = changes.get(SliceName.RUN, self._run), changes.get(SliceName.TASKS, self._tasks)
        assert isinstance(run, RunSlice)
        assert isinstance(tasks, TasksSlice)
        # Those of the former run must not stand there.
        events = changes.get(SliceName.EVENTS, self._events if run.path == self._run.path else None)
        assert events is None or isinstance(events, EventsSlice)
        self._run, self._tasks, self._events = run, tasks, events
        self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        listed = self._listed()
        if not any(each.key for each in listed):
            # Why there is nothing to select.
            return View(tuple(each for each in listed if each.pieces)[: frame.height])
        return View(glance_lines(self._run, self._tasks, self._events, frame, self._missing))
