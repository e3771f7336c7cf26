"""`events`: the journal of a run."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from crew_core.model.events import Event
from crew_core.observe.reading import RunReader, RunReading
from crew_core.ops.find import find_run, find_task
from crew_tui.cli.call import Call
from crew_tui.cli.following import Following, NewEvents
from crew_tui.cli.json_form import document, object_line
from crew_tui.cli.printing import Screen, note, screen_for
from crew_tui.event_words import event_words
from crew_tui.lines import Tone
from crew_tui.quantities import time_of_day
from crew_tui.text import clean, cut, fit


def events(call: Call) -> int:
    """Print them; with `--follow` until the run has ended. :raises Interrupted: nobody works on it any more."""
    options = call.options
    run_dir = find_run(options.run, call.start)
    task_id = find_task(run_dir, options.task) if options.task else None
    new = NewEvents(options.since)

    def wanted(found: Iterable[Event]) -> list[Event]:
        return [
            event
            for event in found
            if (task_id is None or event.task_id == task_id)
            and (options.type is None or fnmatchcase(event.type, options.type))
        ]

    if not options.follow:
        reading = RunReader(run_dir).read()
        found = wanted(new.of(reading))
        if call.json:
            document({"events": found, "problems": reading.problems})
        else:
            _print(found, reading, screen_for(plain=call.plain))
            _warn(reading)
        return 0
    screen = screen_for(plain=call.plain)
    for reading in Following(run_dir).readings():
        found = wanted(new.of(reading))
        if call.json:
            for event in found:
                object_line({"event": event})
        else:
            _print(found, reading, screen)
    return 0


def _warn(reading: RunReading) -> None:
    for problem in reading.problems:
        note(f"{problem.path}: {problem.what}")


def _print(found: Iterable[Event], reading: RunReading, screen: Screen) -> None:
    widest = max((len(clean(task.id)) for task in reading.tasks), default=0)
    number = max(3, len(str(reading.count)))
    for event in found:
        head = f"{fit(clean(event.type), 19)}  {fit(clean(event.task_id or ''), widest)}  "
        left = None if screen.width is None else screen.width - number - 12 - len(head)
        words = event_words(event)
        screen.line(
            (f"{event.seq:>{number}}  {time_of_day(event.time, None)}  ", Tone.DIM),
            head,
            (words if left is None else cut(words, left), Tone.DIM),
        )
