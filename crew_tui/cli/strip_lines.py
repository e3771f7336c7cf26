"""The lines of the strip: one that counts, then the agents, those that need a person first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.observe.alert_conditions import in_row, in_tasks, over
from crew_core.observe.at_work import RunAtWork
from crew_core.observe.slices import Liveness, SliceState, TasksSlice
from crew_tui.activity import activity, needs_attention
from crew_tui.glyphs import Glyphs, Sign, sign_of
from crew_tui.lines import BLANK, Column, Line, Piece, Tone, columns, spread
from crew_tui.panes.frame import Frame
from crew_tui.panes.task_use import cost_of, known_tokens, tokens_of
from crew_tui.panes.took import task_time
from crew_tui.quantities import UNKNOWN, age, elapsed, plural, running_for
from crew_tui.run_clock import run_worked_s
from crew_tui.text import clean

SHORT_ID = 8

#: What completed is shown for so long, what failed for as long as its run counts as recent.
_COMPLETED_S = 30.0

#: A run that has waited for a person longer than this does not push aside what happens now.
_WAITED_S = 3600.0

#: Narrower than this the header has short words and no run, and what an agent does may be cut short.
_ROOMY = 60

#: More alerts than this are not counted.
_MOST_ALERTS = 99

#: Before everything: nothing has taken any time yet.
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Urgency(IntEnum):
    """The order of the lines. ``LEFT``: has needed a person for a long time."""

    ATTENTION = 0
    RUNNING = 1
    WAITING = 2
    QUEUED = 3
    FAILED = 4
    LEFT = 5
    FINISHED = 6
    SKIPPED = 7

    @property
    def ended(self) -> bool:
        return self in (Urgency.FAILED, Urgency.FINISHED, Urgency.SKIPPED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: an agent at its task, or a run that nobody works on (`task_id` empty). All texts are clean.

    `steady` is `doing` without the times in it: when it changes, something has happened. `took`: how long the agent has
    worked, or how long ago something was heard of the run.
    """

    urgency: Urgency
    sign: Sign
    run: Path
    run_id: str
    task_id: str
    agent: str
    doing: str
    steady: str
    tools: int
    tokens: int | None
    tokens_said: str
    cost: str
    started_at: str | None
    finished_at: str | None
    took: str

    @property
    def needs_attention(self) -> bool:
        return self.urgency in (Urgency.ATTENTION, Urgency.LEFT)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the runs that are not over. `alerts`: what needs a person."""

    runs: int
    running: int
    waiting: int
    done: int
    total: int
    alerts: int


def counts_of(runs: Sequence[RunAtWork]) -> Counts:
    """Tasks that run, that wait, and of all how many have ended. A run that nobody works on has only its row."""
    active = [each for each in runs if not over(each.row)]
    rows = [each.row for each in active]
    live = [row for row in rows if row.live is Liveness.LIVE]
    running = sum(row.running for row in live)
    return Counts(
        runs=len(live),
        running=running,
        waiting=sum(row.total - row.done for row in live) - running,
        done=sum(row.done for row in live),
        total=sum(row.total for row in live),
        alerts=sum(_alerts(each) for each in active),
    )


def _alerts(run: RunAtWork) -> int:
    """Each once, though the list and the tasks may both say it."""
    tasks = in_tasks(run.row.path, TasksSlice(SliceState.READY, run.tasks))
    return len({each.key for each in (*in_row(run.row), *tasks) if each.needs_you or each.severity.rank})


def entries_of(runs: Sequence[RunAtWork], now: datetime, glyphs: Glyphs, *, fading: bool = True) -> tuple[Entry, ...]:
    """By urgency; what is as urgent stays in the order of runs and tasks, what has ended newest first.

    :param fading: what has completed is left out after a while.
    """
    found = [entry for run in runs for entry in _entries(run, now, glyphs, fading=fading)]
    newest_first = sorted(found, key=lambda each: each.finished_at or "", reverse=True)
    return tuple(sorted(newest_first, key=lambda each: each.urgency))


def _entries(run: RunAtWork, now: datetime, glyphs: Glyphs, *, fading: bool) -> Iterator[Entry]:
    row = run.row
    if not over(row) and row.live is not Liveness.LIVE:
        yield _run_entry(run, now, glyphs)
        return
    for task in run.tasks:
        urgency = _urgency(task)
        if fading and urgency.ended and _faded(task, now):
            continue
        sign = sign_of(task.status, glyphs)
        progress, reason = task.agent_progress, run.reasons.get(task.id, "")
        yield Entry(
            urgency=urgency,
            sign=Sign(glyphs.attention, sign.word, Tone.WARN) if urgency is Urgency.ATTENTION else sign,
            run=row.path,
            run_id=row.run_id,
            task_id=clean(task.id),
            agent=clean(task.agent),
            doing=activity(task, reason, now),
            steady=activity(task, reason, _NO_TIME).removesuffix(" for 0s").removesuffix(" 0s"),
            tools=progress.tool_count if progress else 0,
            tokens=known_tokens(task),
            tokens_said=tokens_of(task),
            cost=cost_of(task),
            started_at=task.started_at,
            finished_at=task.finished_at if task.status.ended else None,
            took=task_time(task, now),
        )


def _urgency(task: Task) -> Urgency:
    paused = task.current is not None and task.current.pause is not None
    match task.status:
        case TaskStatus.WAITING:
            return Urgency.ATTENTION
        case TaskStatus.RUNNING:
            return Urgency.ATTENTION if paused or needs_attention(task) else Urgency.RUNNING
        case TaskStatus.QUEUED:
            return Urgency.WAITING if task.hold or task.parked_until else Urgency.QUEUED
        case TaskStatus.FAILED:
            return Urgency.FAILED
        case TaskStatus.SKIPPED:
            return Urgency.SKIPPED
        case _:
            return Urgency.FINISHED


def _faded(task: Task, now: datetime) -> bool:
    """Skipped ones have no time of their own: nothing happened to them."""
    ended = elapsed(task.finished_at, None, now)
    return ended is None or (task.status is TaskStatus.COMPLETED and ended > _COMPLETED_S)


def _run_entry(run: RunAtWork, now: datetime, glyphs: Glyphs) -> Entry:
    """A run that waits for a person to do something about it, or of which nothing can be known."""
    row = run.row
    waited = elapsed(row.updated_at, None, now)
    interrupted = row.live is Liveness.INTERRUPTED
    sign = sign_of(row.status, glyphs)
    why = clean(row.why or row.problem)
    return Entry(
        urgency=Urgency.LEFT if waited is None or waited > _WAITED_S else Urgency.ATTENTION,
        sign=Sign(glyphs.attention, "interrupted", Tone.WARN) if interrupted else sign,
        run=row.path,
        run_id=row.run_id,
        task_id="",
        agent="",
        doing=why,
        steady=why,
        tools=0,
        tokens=None,
        tokens_said="",
        cost="",
        started_at=row.updated_at or None,
        finished_at=None,
        took=age(elapsed(row.updated_at, None, now)) if row.updated_at else UNKNOWN,
    )


def header_line(runs: Sequence[RunAtWork], frame: Frame, *, stale: bool, timed: bool = True) -> Line:
    """`crew 3 running · 1 waiting · 3/7 · 1 alert`, and at the right the run, or how many there are.

    :param timed: says also for how long the run has been going on.
    """
    now = counts_of(runs)
    dot = f" {frame.glyphs.dot} "
    roomy = frame.width >= _ROOMY
    pieces: list[Piece] = [(" crew ", Tone.TITLE)]
    if now.runs:
        words = ("running", "waiting") if roomy else ("run", "wait")
        pieces += [(f"{now.running} {words[0]}", Tone.RUN if now.running else Tone.DIM)]
        pieces += [(f"{dot}{now.waiting} {words[1]}{dot}{now.done}/{now.total}", Tone.TEXT)]
    else:
        pieces += [("no active runs", Tone.DIM)]
    shown = f"{now.alerts if now.alerts <= _MOST_ALERTS else f'{_MOST_ALERTS}+'}"
    alerts = "1 alert" if now.alerts == 1 else f"{shown} alerts"
    pieces += [(dot, Tone.TEXT), (alerts, Tone.WARN if now.alerts else Tone.DIM)]
    right: list[Piece] = [("not up to date ", Tone.WARN)] if stale else []
    right += [(_which(runs, frame, timed=timed), Tone.DIM)] if roomy else []
    return spread(pieces, right, frame.width)


def _which(runs: Sequence[RunAtWork], frame: Frame, *, timed: bool) -> str:
    live = [each.row for each in runs if each.row.live is Liveness.LIVE]
    if len(live) != 1:
        return f"{plural(len(live), 'run')} " if live else ""
    row = live[0]
    since = f" {running_for(run_worked_s(row, row.created_at, None, frame.now, live=True))}" if timed else ""
    return f"{row.run_id[-SHORT_ID:]}{since} "


def entry_line(entry: Entry, frame: Frame, branch: str, *, named: bool) -> Line:
    """Which fields there are depends on the width alone, and on `named`: it has to be told which run it is of."""
    said = Tone.TEXT if entry.finished_at is None else Tone.DIM
    fields = (
        Column(entry.sign.shape, 1, entry.sign.tone),
        Column(entry.task_id or entry.run_id[-SHORT_ID:], 12),
        Column(entry.sign.word, 11, entry.sign.tone, priority=3),
        Column(entry.agent, 14, Tone.DIM, priority=5),
        Column(entry.doing, 24 if frame.width >= _ROOMY else 8, said, grows=True),
        Column(f"{entry.tools} tools" if entry.tools != 1 else "1 tool", 9, Tone.DIM, right=True, priority=4),
        Column(entry.tokens_said or UNKNOWN, 5, Tone.DIM, right=True, priority=2),
        Column(entry.cost or UNKNOWN, 8, Tone.DIM, right=True, priority=5),
        Column(entry.took, 6, Tone.DIM, right=True),
        Column(entry.run_id[-SHORT_ID:] if entry.task_id else "", SHORT_ID, Tone.DIM, priority=1 if named else 6),
    )
    made = columns(fields, frame.width - len(branch) + 1)
    return replace(made, pieces=((branch, Tone.DIM), *made.pieces[1:]))


#: What leads to the lines of a tree: all but the last, the last. By the vertical bar of the glyphs.
_BRANCHES = {"│": (" ├ ", " └ "), "|": (" |-", " `-"), " ": ("   ", "   ")}


def strip_lines(runs: Sequence[RunAtWork], frame: Frame, most: int, *, stale: bool = False) -> tuple[Line, ...]:
    """At most `most` lines, padded with empty ones: the strip has the same height at every moment."""
    found = entries_of(runs, frame.now, frame.glyphs)
    named = len({each.run for each in found if each.task_id}) > 1
    entries = found[: max(0, most - 1)]
    middle, last = _BRANCHES[frame.glyphs.bar]
    lines = [header_line(runs, frame, stale=stale)]
    for number, entry in enumerate(entries, 1):
        lines.append(entry_line(entry, frame, last if number == len(entries) else middle, named=named))
    return (*lines, *([BLANK] * (most - len(lines))))[:most]
