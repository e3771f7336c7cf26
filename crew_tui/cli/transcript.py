"""`transcript`: what an agent did and printed, decoded or byte for byte."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptPhase
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.event_words import event_words
from crew_core.observe.joined_text import JoinedText
from crew_core.observe.liveness import liveness
from crew_core.observe.reading import RunReader, RunReading
from crew_core.observe.transcripts import attempts_of, raw_transcript, read_transcript
from crew_core.ops.errors import InputWrong, NotFound
from crew_core.ops.find import find_run, find_task
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Screen, screen_for
from crew_tui.lines import Tone
from crew_tui.quantities import duration
from crew_tui.text import clean
from crew_tui.times import with_times

_PROSE = frozenset({Kind.TEXT, Kind.THINKING, Kind.RESULT})


def transcript(call: Call) -> int:
    """:raises NotFound: no such run, task or attempt."""
    options = call.options
    if options.raw and call.json:
        raise InputWrong("transcript", "--raw with --json", "raw bytes are no JSON")
    run_dir = find_run(options.run, call.start)
    task_id = find_task(run_dir, options.task)
    if options.follow:
        from crew_tui.cli.transcript_follow import follow

        return follow(run_dir, task_id, call)
    reading = RunReader(run_dir).read()
    n = _chosen(run_dir, task_id, options.attempt, reading)
    if options.raw:
        print_raw(raw_transcript(run_dir, task_id, n))
    elif call.json:
        found = list(read_transcript(run_dir, task_id, n))
        document({"transcript": found, "runId": run_dir.name, "taskId": task_id, "attempt": n})
    else:
        screen = screen_for(plain=call.plain)
        joined = JoinedText()
        for event in read_transcript(run_dir, task_id, n):
            print_events(joined.take(event), screen)
        print_events(joined.end(), screen)
    return 0


def no_attempt(run_dir: Path, task_id: str, asked: int | None, reading: RunReading) -> NotFound:
    """The attempt that was asked for is not there, or there is none at all; says what is known."""
    task = reading.state.tasks.get(task_id) if reading.state else None
    there = [str(each.n) for each in task.attempts] if task else []
    if asked is not None and there:
        return NotFound(f"task {task_id}", f"no attempt {asked}", f"there is: {', '.join(there)}")
    live = liveness(run_dir, reading.state.run.status if reading.state else None)
    why = with_times(clean(reading.reasons_while(live).get(task_id, "")), None, datetime.now(UTC))
    return NotFound(f"task {task_id}", f"no attempt yet{f': {why}' if why else ''}")


def newest(task: Task | None) -> Attempt | None:
    """The newest attempt in which the agent itself ran; a verification has a transcript of its own."""
    tried = [each for each in task.attempts if each.cause is not AttemptCause.VERIFY] if task else []
    return tried[-1] if tried else None


def over(attempt: Attempt) -> bool:
    return attempt.phase is AttemptPhase.ENDED


def _chosen(run_dir: Path, task_id: str, asked: int | None, reading: RunReading) -> int:
    there = attempts_of(run_dir, task_id)
    last = newest(reading.state.tasks.get(task_id) if reading.state else None)
    if asked is not None and asked in there:
        return asked
    if asked is not None or not there:
        raise no_attempt(run_dir, task_id, asked, reading)
    return last.n if last is not None and last.n in there else there[-1]


def print_events(events: Iterable[AgentEvent], screen: Screen) -> None:
    """One after the other."""
    for event in events:
        print_event(event, screen)


def print_event(event: AgentEvent, screen: Screen) -> None:
    """Its lines; what is not the agent's own words stands back."""
    took = duration(event.duration_ms / 1000) if event.duration_ms is not None else ""
    words = clean(event_words(event, took), single_line=False)
    tone = Tone.TEXT if event.kind in _PROSE else Tone.FAIL if event.failed else Tone.DIM
    for line in words.split("\n") if words else ():
        screen.line((line, tone))


def print_raw(path: Path) -> None:
    """Every byte as it was; at a terminal without what would steer it."""
    try:
        with path.open("rb") as file:
            if sys.stdout.isatty():
                for line in file:
                    print_raw_line(line)
            else:
                sys.stdout.flush()
                shutil.copyfileobj(file, sys.stdout.buffer)
    except FileNotFoundError:
        # The agent has not printed anything.
        return


def print_raw_line(line: bytes) -> None:
    """One line for a terminal."""
    print(clean(line.decode("utf-8", "replace").removesuffix("\n"), single_line=False), flush=True)
