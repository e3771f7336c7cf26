"""`run`: start a run, then show it, follow it, or leave it to itself."""

from __future__ import annotations

import sys
from dataclasses import replace

from rich.cells import cell_len

from crew_core.model.state import RunState
from crew_core.ops import control
from crew_core.ops.errors import InputWrong, OpsError
from crew_core.ops.outputs import summary_path
from crew_core.ops.start import StartedRun, ourselves, start_run
from crew_tui.cli.call import Call
from crew_tui.cli.following import Following, NewEvents
from crew_tui.cli.json_form import document, object_line
from crew_tui.cli.plan import request_of
from crew_tui.cli.printing import Screen, note, screen_for
from crew_tui.cli.progress import RUN, Progress, columns
from crew_tui.cli.verdict_words import EXIT_STATUSES, status_piece, verdict
from crew_tui.lines import Tone
from crew_tui.quantities import plural
from crew_tui.text import clean

_INTERRUPTED = 130


def run(call: Call) -> int:
    """Returns when the run is started, has ended, or the person has left it, as the options say."""
    call.will_write()
    options = call.options
    if options.detach and options.tether:
        raise InputWrong("run", "--detach with --tether would end the run at once", "leave one out")
    request = request_of(call)
    started = start_run(replace(request, tether=ourselves()) if options.tether else request)
    for notice in started.notices:
        note(notice)
    if options.detach:
        return _leave(started, call)
    if not (options.follow or call.json or call.plain) and _on_a_terminal():
        from crew_tui.cli.dashboard import dashboard_on

        return dashboard_on(started.path, call)
    return _follow_until_left(started, call)


def _on_a_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _leave(started: StartedRun, call: Call) -> int:
    if call.json:
        document({"run": started})
    else:
        print(started.run_id, flush=True)
    return 0


def _follow_until_left(started: StartedRun, call: Call) -> int:
    try:
        return _follow(started, call)
    except KeyboardInterrupt:
        if call.options.tether:
            return _end_with_us(started)
        note(f"run {started.run_id}: left, and it goes on; crew-tui cancel {started.run_id} ends it")
        return _INTERRUPTED


def _end_with_us(started: StartedRun) -> int:
    """Ctrl-C under `--tether`. A second one does not wait: the coordinator sees that we are gone."""
    note(f"run {started.run_id}: tied to this command, is being stopped")
    try:
        note(f"run {started.run_id}: {control.stop(started.path, None, 'Ctrl-C').message}")
    except KeyboardInterrupt:
        note(f"run {started.run_id}: stops without us")
    except OpsError as error:
        note(str(error))
    return _INTERRUPTED


def _follow(started: StartedRun, call: Call) -> int:
    """Print what happens until the run has ended. :raises Interrupted: nobody works on it any more."""
    screen = screen_for(plain=call.plain)
    following, new, progress = Following(started.path), NewEvents(), Progress()
    lines = call.options.follow if call.json else True
    if not call.json:
        of = f"{plural(started.tasks, 'task')}, team {clean(started.team)}, workflow {clean(started.workflow)}"
        screen.line(("run ", Tone.DIM), started.run_id, (f"  {of}", Tone.DIM))
    elif lines:
        object_line({"run": started})
    state: RunState | None = None
    for reading in following.readings():
        state = reading.state
        widest = max(cell_len(RUN), *(cell_len(clean(task.id)) for task in reading.tasks)) if reading.tasks else 3
        for event in new.of(reading) if lines else ():
            if call.json:
                object_line({"event": event})
            elif (said := progress.said(event, reading)) is not None:
                at, about = columns(event, widest)
                screen.line((at, Tone.DIM), f"  {about}  ", (clean(said[0]), said[1]))
    assert state is not None, "looks end with an ended run"
    if call.json:
        (object_line if lines else document)({"run": state.run, "tasks": tuple(state.tasks.values())})
    else:
        _tell_end(started, state, screen)
    return EXIT_STATUSES[state.run.status]


def _tell_end(started: StartedRun, state: RunState, screen: Screen) -> None:
    words = verdict(state.run)
    status, tone = status_piece(state.run.status)
    screen.line((status, tone), words.removeprefix(status))
    summary = summary_path(started.path)
    if summary is not None:
        screen.fact("summary", str(summary))
    screen.fact("results", f"crew-tui artifacts {started.run_id}")
