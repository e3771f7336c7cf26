"""When each task ran and when it waited, in seconds since 1970."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crew_core.model.state import Attempt, Run, Task
from crew_core.model.status import Access, AttemptOutcome, TaskStatus
from crew_core.observe.slices import Liveness
from crew_core.observe.tab_slices import Approval
from crew_tui.activity import needs_attention
from crew_tui.lines import Tone
from crew_tui.quantities import moment


class SpanKind(StrEnum):
    WAIT = "wait"
    #: Held until a person has decided on the plan.
    GATE = "gate"
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
GATED = frozenset({SpanKind.GATE})


@dataclass(frozen=True, slots=True)
class Gate:
    """How long what changes files waits for the approval of the plan; `decided` None: it is not decided."""

    asked: float
    decided: float | None


def at(text: str | None) -> float | None:
    found = moment(text)
    return found.timestamp() if found else None


def known_until(record: Run | None, live: Liveness, tasks: Sequence[Task], now: float) -> float:
    """The last moment of which anything is known: now while somebody works on the run, else what happened last.

    Agents may work on after their coordinator.
    """
    if live is Liveness.LIVE:
        return now
    ended = at(record.finished_at) if record is not None and record.status.ended else None
    if ended is not None:
        return min(now, ended)
    told = [at(record.updated_at)] if record is not None else []
    for task in tasks:
        heard = task.agent_progress.last_activity_at if task.agent_progress else None
        told += map(at, (task.started_at, task.finished_at, heard))
    return min(now, max((each for each in told if each is not None), default=now))


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


def gate_of(approval: Approval | None) -> Gate | None:
    """None: nobody is asked, or no moment of it is known."""
    asked = at(approval.asked_at) if approval else None
    if approval is None or asked is None:
        return None
    decided = None if approval.status == "pending" else at(approval.at)
    return None if decided is None and approval.status != "pending" else Gate(asked, decided)


def times_of(task: Task, ready: float | None, gate: Gate | None = None) -> Times:
    """`ready`: when it could have begun, were it not for the `gate`."""
    runs = _runs(task)
    held = _held(task, runs, gate)
    if held is None:
        return Times(task, _from(task, runs, ready))
    before = (Span(SpanKind.WAIT, ready, held.start),) if ready is not None and ready < held.start else ()
    free = None if ready is None or held.end is None else max(ready, held.end)
    return Times(task, (*before, held, *_from(task, runs, free)))


def _held(task: Task, runs: Sequence[Span], gate: Gate | None) -> Span | None:
    """Nothing that changes files begins before the plan is decided on; what has begun before is not held."""
    if gate is None or task.access is not Access.WRITE or task.status is TaskStatus.SKIPPED:
        return None
    ends = (gate.decided, runs[0].start if runs else None, at(task.finished_at) if task.status.ended else None)
    end = min((each for each in ends if each is not None), default=None)
    return Span(SpanKind.GATE, gate.asked, end, Tone.WAIT) if end is None or end > gate.asked else None


def _from(task: Task, runs: Sequence[Span], ready: float | None) -> tuple[Span, ...]:
    """Its runs, and the waiting for each of them since it was free to begin."""
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
    return tuple(spans)


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


def extent(times: Sequence[Times], until: float) -> tuple[float, float]:
    """From the first moment that is drawn to the last."""
    starts = [each.spans[0].start for each in times if each.spans]
    ends = [until if span.end is None else span.end for each in times for span in each.spans[-1:]]
    begin = min(starts, default=until)
    return begin, max(begin, *ends) if ends else begin
