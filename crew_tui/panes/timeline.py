"""When each task ran and when it waited, in seconds since 1970, and the axis of time that this is drawn along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crew_core.model.state import Attempt, Run, Task
from crew_core.model.status import AttemptOutcome, TaskStatus
from crew_core.observe.slices import Liveness, RunSlice
from crew_tui.activity import needs_attention
from crew_tui.lines import Tone
from crew_tui.quantities import moment

#: Seconds that a column may stand for: close enough to each other that the bars fill most of the room.
STEPS = (
    *(0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
    *(1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40),
    *(60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700, 3600),
)

_DAY_S = 86_400.0

#: Columns to the right of the last moment, for what marks the end.
_MARGIN = 2


class SpanKind(StrEnum):
    WAIT = "wait"
    RUN = "run"
    #: It runs and nothing has been heard of it.
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Span:
    """`end` None: it goes on."""

    kind: SpanKind
    start: float
    end: float | None
    tone: Tone = Tone.DIM


@dataclass(frozen=True, slots=True)
class Times:
    """The spans of one task, from left to right."""

    task: Task
    spans: tuple[Span, ...]

    @property
    def goes_on(self) -> bool:
        return bool(self.spans) and self.spans[-1].end is None

    def seconds(self, kinds: frozenset[SpanKind], now: float) -> float:
        return sum(
            max(0.0, (now if span.end is None else span.end) - span.start) for span in self.spans if span.kind in kinds
        )


RUNNING = frozenset({SpanKind.RUN, SpanKind.QUIET})
WAITING = frozenset({SpanKind.WAIT})


def at(text: str | None) -> float | None:
    found = moment(text)
    return found.timestamp() if found else None


def known_until(run: RunSlice, tasks: Sequence[Task], now: float) -> float:
    """The last moment of which anything is known: now while somebody works on the run, else its last event.

    Of a run whose record cannot be read it is the last that its tasks name.
    """
    record = run.run
    if run.live is Liveness.LIVE:
        return now
    if record is None:
        told = [at(each) for task in tasks for each in (task.started_at, task.finished_at)]
        last = max((each for each in told if each is not None), default=None)
    else:
        last = at(record.finished_at if record.status.ended else None) or at(record.updated_at)
    return min(now, last) if last is not None else now


def ready_times(run: Run | None, tasks: Sequence[Task], after: Mapping[str, Sequence[str]]) -> dict[str, float | None]:
    """When each task could have begun: after the last that it waits for; None while one of these goes on."""
    begun = (at(run.started_at) or at(run.created_at)) if run else None
    ended = {task.id: at(task.finished_at) if task.status.ended else None for task in tasks}
    found: dict[str, float | None] = {}
    for task in tasks:
        ends = [ended[each] for each in after[task.id]]
        known = [each for each in ends if each is not None]
        found[task.id] = None if len(known) < len(ends) else max(known, default=begun)
    return found


def times_of(task: Task, ready: float | None) -> Times:
    """`ready`: when it could have begun."""
    runs = _runs(task)
    spans: list[Span] = []
    free = ready
    for run in runs:
        if free is not None and run.start > free:
            spans.append(Span(SpanKind.WAIT, free, run.start))
        spans.append(run)
        free = run.end
    if not task.status.ended and task.status is not TaskStatus.RUNNING and free is not None:
        spans.append(Span(SpanKind.WAIT, free, None))
    elif not runs and task.status is TaskStatus.CANCELLED and free is not None:
        stopped = at(task.finished_at)
        if stopped is not None and stopped > free:
            spans.append(Span(SpanKind.WAIT, free, stopped))
    return Times(task, tuple(spans))


def _runs(task: Task) -> list[Span]:
    found: list[Span] = []
    attempts = [each for each in task.attempts if each.started_at or each.outcome is not AttemptOutcome.REVOKED]
    for number, attempt in enumerate(attempts):
        begun = at(attempt.started_at) or at(attempt.at)
        if begun is None:
            continue
        last = number == len(attempts) - 1
        end = at(attempt.ended_at)
        if end is None:
            end = (at(task.finished_at) if task.status.ended else None) if last else begun
        if end is None and task.status is not TaskStatus.RUNNING:
            # It is over, and nobody wrote down when.
            end = begun
        found.append(Span(SpanKind.RUN, begun, None if end is None else max(begun, end), _tone(attempt, task, last)))
    begun = at(task.started_at)
    if not found and begun is not None:
        end = at(task.finished_at) if task.status.ended else None
        going = task.status is TaskStatus.RUNNING
        found.append(Span(SpanKind.RUN, begun, None if going else max(begun, end or begun), _TONES[task.status]))
    return _with_quiet(task, found)


def _with_quiet(task: Task, found: list[Span]) -> list[Span]:
    progress = task.agent_progress
    if not found or found[-1].end is not None or progress is None or not needs_attention(task):
        return found
    run = found[-1]
    heard = max(run.start, at(progress.last_activity_at) or run.start)
    quiet = Span(SpanKind.QUIET, heard, None, Tone.WARN)
    return [*found[:-1], *([Span(SpanKind.RUN, run.start, heard, run.tone)] if heard > run.start else []), quiet]


_TONES = {
    TaskStatus.QUEUED: Tone.DIM,
    TaskStatus.RUNNING: Tone.RUN,
    TaskStatus.WAITING: Tone.WAIT,
    TaskStatus.COMPLETED: Tone.OK,
    TaskStatus.FAILED: Tone.FAIL,
    TaskStatus.CANCELLED: Tone.WARN,
    TaskStatus.SKIPPED: Tone.DIM,
}


def _tone(attempt: Attempt, task: Task, last: bool) -> Tone:
    if last:
        return _TONES[task.status]
    match attempt.outcome:
        case AttemptOutcome.FAILED | AttemptOutcome.LOST:
            return Tone.FAIL
        case AttemptOutcome.COMPLETED:
            return Tone.OK
        case _:
            return Tone.WARN


@dataclass(frozen=True, slots=True)
class Axis:
    """`start` is the moment at the left edge, `step` the seconds of a column."""

    start: float
    step: float
    columns: int

    def place(self, moment: float) -> float:
        """Columns from the left edge; may be outside."""
        return (moment - self.start) / self.step

    @property
    def end(self) -> float:
        return self.start + self.step * self.columns


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the person wants to see of the time; None: whatever fits, the newest in sight."""

    step: float | None = None
    start: float | None = None


def extent(times: Sequence[Times], until: float) -> tuple[float, float]:
    """From the first moment that is drawn to the last."""
    starts = [each.spans[0].start for each in times if each.spans]
    ends = [until if span.end is None else span.end for each in times for span in each.spans[-1:]]
    begin = min(starts, default=until)
    return begin, max(begin, *ends) if ends else begin


def axis_for(begin: float, end: float, columns: int, outlook: Outlook) -> Axis:
    """The finest step with which everything fits, unless the person chose one.

    It starts at a whole step, so that the bars of what has ended do not move while time goes on.
    """
    columns = max(1, columns)
    step = outlook.step or fitting_step(end - begin, columns)
    room = step * columns
    if outlook.start is not None:
        return Axis(outlook.start, step, columns)
    start = begin // step * step
    if end > start + room - _MARGIN * step:
        start = (end - room + _MARGIN * step) // step * step + step
    return Axis(start, step, columns)


def fitting_step(seconds: float, columns: int) -> float:
    room = max(1, columns - _MARGIN - 1)
    found = next((step for step in STEPS if seconds <= step * room), None)
    return found if found is not None else _DAY_S / 24 * -(-seconds // (3600.0 * room))


def panned(axis: Axis, by: int, begin: float, end: float) -> Outlook:
    """A quarter of what is in sight earlier or later; something of what there is stays in sight."""
    start = axis.start + by * max(1, axis.columns // 4) * axis.step
    first, last = begin - axis.step * (axis.columns // 2), end - axis.step * (axis.columns // 2)
    return Outlook(axis.step, min(max(start, min(first, axis.start)), max(last, axis.start)))


def zoomed(axis: Axis, by: int, begin: float, end: float) -> Outlook:
    """Finer (`by` below zero) or coarser, around the middle; everything in sight is as coarse as it gets."""
    steps = STEPS if axis.step in STEPS else (*STEPS, axis.step)
    step = steps[max(0, min(steps.index(axis.step) + by, len(steps) - 1))]
    if step >= fitting_step(end - begin, axis.columns):
        return Outlook()
    middle = axis.start + axis.step * axis.columns / 2
    start = (middle - step * axis.columns / 2) // step * step
    return Outlook(step, start)
