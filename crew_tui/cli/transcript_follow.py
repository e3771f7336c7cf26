"""`transcript --follow`: what an agent prints, as it comes, over all attempts of its task."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.model.state import Attempt
from crew_core.observe.joined_text import JoinedText
from crew_core.observe.reading import RunReading
from crew_core.observe.transcripts import LineTail, event_of, raw_transcript, transcript_file
from crew_tui.cli.call import Call
from crew_tui.cli.following import Following
from crew_tui.cli.json_form import object_line
from crew_tui.cli.printing import screen_for
from crew_tui.cli.transcript import newest, no_attempt, over, print_events, print_raw_line
from crew_tui.lines import Tone


def follow(run_dir: Path, task_id: str, call: Call) -> int:
    """Print until the attempt that was asked for, or else the task, has ended.

    :raises NotFound: the run ended and the task was never tried. :raises Interrupted: nobody works on the run.
    """
    tail = _TaskTail(run_dir, task_id, call)
    for reading in Following(run_dir).looks():
        if tail.take(reading):
            if tail.n is None:
                raise no_attempt(run_dir, task_id, call.options.attempt, reading)
            break
    return 0


class _TaskTail:
    """One attempt after the other."""

    def __init__(self, run_dir: Path, task_id: str, call: Call) -> None:
        self._run_dir = run_dir
        self._task_id = task_id
        self._call = call
        self._screen = screen_for(plain=call.plain)
        self._asked: int | None = call.options.attempt
        self._raw: bool = call.options.raw
        self._bytes: _ByteTail | None = None
        self._lines: LineTail | None = None
        self._joined = JoinedText()
        self.n: int | None = None

    def take(self, reading: RunReading) -> bool:
        """Print what is new; True when nothing more can come."""
        state = reading.state
        task = state.tasks.get(self._task_id) if state else None
        if state is None or task is None:
            return False
        while True:
            attempt = self._attempt(task.attempts)
            if attempt is None and self._asked is None:
                attempt = newest(task)
            if attempt is None:
                return task.status.ended or state.run.status.ended
            if self.n is None:
                self._open(attempt)
            # The state was read first: an attempt that is over in it has written everything.
            self._print(ended=over(attempt))
            if not over(attempt):
                return False
            later = next((each for each in task.attempts if each.n > attempt.n), None)
            if self._asked is not None or later is None:
                return self._asked is not None or task.status.ended
            self._open(later)

    def _attempt(self, attempts: tuple[Attempt, ...]) -> Attempt | None:
        wanted = self.n if self.n is not None else self._asked
        return next((each for each in attempts if each.n == wanted), None)

    def _open(self, attempt: Attempt) -> None:
        if self.n is not None and not self._raw and not self._call.json:
            self._screen.line((f"[attempt {attempt.n}: {attempt.cause}]", Tone.DIM))
        self.n = attempt.n
        if self._raw and not sys.stdout.isatty():
            self._bytes = _ByteTail(raw_transcript(self._run_dir, self._task_id, attempt.n))
        elif self._raw:
            self._lines = LineTail(raw_transcript(self._run_dir, self._task_id, attempt.n))
        else:
            self._lines = LineTail(transcript_file(self._run_dir, self._task_id, attempt.n))

    def _print(self, *, ended: bool) -> None:
        if self._bytes is not None:
            self._bytes.copy()
            return
        assert self._lines is not None
        for line in self._lines.read_new(ended=ended):
            if self._raw:
                print_raw_line(line)
            elif self._call.json:
                object_line({"event": event_of(line), "taskId": self._task_id, "attempt": self.n})
            else:
                print_events(self._joined.take(event_of(line)), self._screen)
        if ended:
            print_events(self._joined.end(), self._screen)


class _ByteTail:
    """Bytes appended to a file that only grows, copied to stdout."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def copy(self) -> None:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while data := file.read(1 << 16):
                    sys.stdout.buffer.write(data)
                    self._offset += len(data)
        except FileNotFoundError:
            # The agent has not printed anything yet.
            return
        sys.stdout.buffer.flush()
