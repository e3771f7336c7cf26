"""The progress of a run as lines, one for each thing that happened to it or to a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from crew_core.model.events import Event
from crew_core.model.state import Task
from crew_core.observe.reading import RunReading
from crew_tui.lines import Tone
from crew_tui.quantities import duration, elapsed, moment, time_of_day
from crew_tui.text import clean

Said = tuple[str, Tone]

#: What a line about the run itself has in the column of tasks.
RUN = "run"


class Progress:
    """Turns events into lines. Remembers what was said last of each task, so that nothing is said twice."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._begun = False

    def said(self, event: Event, reading: RunReading) -> Said | None:
        """The words for `event`; None when it is nothing to a person, or was just said."""
        task = reading.state.tasks.get(event.task_id or "") if reading.state else None
        found = _of_task(event, task) if event.task_id else self._of_run(event)
        if found is None:
            return None
        about = event.task_id or RUN
        if self._last.get(about) == found[0]:
            return None
        self._last[about] = found[0]
        return found

    def _of_run(self, event: Event) -> Said | None:
        match event.type:
            case "run.running":
                begun, self._begun = self._begun, True
                return ("goes on", Tone.TEXT) if begun else ("started", Tone.TEXT)
            case "run.stopping":
                return _stopping(event), Tone.WARN
            case "coordinator.started" if event.metadata.epoch > 1:
                return "a new coordinator works on it", Tone.WARN
            case "coordinator.detached":
                return f"its coordinator let go ({event.data.get('reason', '')})", Tone.WARN
            case _:
                return None


def columns(event: Event, widest: int) -> tuple[str, str]:
    """The time of day (local), and whom the line is about, `widest` cells wide."""
    return time_of_day(event.time, None), clean(event.task_id or RUN).ljust(widest)


def _of_task(event: Event, task: Task | None) -> Said | None:
    if event.type.startswith("attempt."):
        return _of_attempt(event)
    match event.type:
        case "task.completed":
            return f"completed{_took(event, task)}", Tone.OK
        case "task.failed":
            return f"failed{_took(event, task)}: {_message(event)}", Tone.FAIL
        case "task.cancelled":
            return f"cancelled: {_message(event)}", Tone.WARN
        case "task.skipped":
            return f"skipped: {_message(event)}", Tone.DIM
        case "task.parked":
            return f"failed, {_message(event)}", Tone.WARN
        case "task.held" if event.data.get("hold"):
            return f"held: {_message(event)}", Tone.DIM
        case "task.requeued":
            return f"queued again ({event.data.get('cause', '')})", Tone.TEXT
        case "task.stopping":
            return _stopping(event), Tone.WARN
        case "message.received":
            return f"says to {_received(event).get('to', '')}: {_received(event).get('text', '')}", Tone.TEXT
        case _:
            return None


def _of_attempt(event: Event) -> Said | None:
    data = event.data
    match event.type:
        case "attempt.starting":
            return _starting(data), Tone.TEXT
        case "attempt.revoked":
            return f"attempt {data.get('n')} taken back: {data.get('reason', '')}", Tone.WARN
        case "attempt.paused":
            pause = data.get("pause")
            return (f"paused: {pause}", Tone.WARN) if pause else ("goes on", Tone.TEXT)
        case _:
            return None


def _starting(data: Mapping[str, object]) -> str:
    if data.get("command"):
        return f"verifying: {data['command']}"
    again = f" again, attempt {data.get('n')}" if data.get("n") != 1 else ""
    return f"started{again}"


def _took(event: Event, task: Task | None) -> str:
    spent = elapsed(task.started_at, event.time, moment(event.time) or datetime.now(UTC)) if task else None
    return f" in {duration(spent)}" if spent is not None else ""


def _message(event: Event) -> str:
    return event.message or str(event.data.get("code", "")) or "no reason given"


def _stopping(event: Event) -> str:
    stop = event.data.get("stop")
    cancelled = isinstance(stop, dict) and stop.get("verb") == "cancel"
    return f"is being {'cancelled' if cancelled else 'stopped'}: {_message(event)}"


def _received(event: Event) -> Mapping[str, object]:
    found = event.data.get("received")
    return found if isinstance(found, dict) else {}
