"""The fixed lines on top of the selected run: goal, state, how far it is, tabs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len

from crew_core.model.spent import total
from crew_core.model.state import Run, Task
from crew_core.model.status import TaskStatus
from crew_core.observe.slices import Evidence, Liveness, RunSlice, SliceState, TasksSlice
from crew_tui.glyphs import Sign, sign_of
from crew_tui.lines import BLANK, Column, Line, Tone, endless, limited, paragraph, ruled, spread, text_line, wrapped
from crew_tui.panes.conditions import conditions, draws, loading, placeholder
from crew_tui.panes.eta import eta_words, seconds_left
from crew_tui.panes.evidence import every_doubt
from crew_tui.panes.frame import Frame
from crew_tui.panes.tab_line import badges_of, tab_line
from crew_tui.panes.task_counts import counted
from crew_tui.quantities import age, duration, plural, running_for
from crew_tui.run_clock import run_worked_s
from crew_tui.situation import Region
from crew_tui.spent_words import cost, tokens
from crew_tui.text import clean

#: Doubts that are named above the tabs; the health tab has them all.
_MOST_DOUBTS = 1

#: Below these heights the content needs the lines more.
_LOW, _LOWEST = 18, 14


def run_head(shown: RunSlice, of: TasksSlice, tab: Region | None, frame: Frame) -> tuple[Line, ...]:
    """`tab` None: there are no tabs to choose from."""
    run = shown.run
    if shown.state is SliceState.LOADING and tab is not None:
        return _coming(tab, frame)
    if not shown.shown:
        return conditions(shown.state, shown.problems, frame, shown.as_of)
    low, lowest = frame.height < _LOW, frame.height < _LOWEST
    tasks = of.tasks
    goal = clean(run.goal) if run else "Its status cannot be read: shown is what lies beside it."
    lines = [*wrapped(goal, frame.width, Tone.TITLE, most=1 if low else 2)]
    lines.append(_state_line(shown, run, frame) if run else _unknown_line(shown, frame))
    if not lowest:
        lines.append(_bar_line(shown, tasks, frame, timed=tab is not Region.PROGRESS))
    most = 1 if low else 2
    lines += attention(shown, frame, most=most)
    lines += _doubts(every_doubt(shown, of), frame, most=most)
    lines += conditions(shown.state, shown.problems, frame, shown.as_of)
    if tab is not None:
        lines.append(tab_line(tab, frame.width, badges_of(shown, of, frame.glyphs)))
    if not low:
        lines += ruled(frame.glyphs.rule, frame.width)
    return tuple(lines)


def _coming(tab: Region, frame: Frame) -> tuple[Line, ...]:
    """While the run is read, after a while: the lines of goal, state and progress, without words."""
    if not (frame.waited and draws(frame)):
        return ()
    count = 2 if frame.height < _LOWEST else 3
    cells = max(1, frame.width // 2)
    return (
        *(text_line(placeholder(frame, cells), Tone.DIM) for _ in range(count)),
        tab_line(tab, frame.width, {}),
        *(ruled(frame.glyphs.rule, frame.width) if frame.height >= _LOW else ()),
    )


def run_sign_of(shown: RunSlice, run: Run, frame: Frame) -> Sign:
    if shown.live is Liveness.INTERRUPTED:
        return Sign(frame.glyphs.attention, "interrupted", Tone.WARN)
    sign = sign_of(run.status, frame.glyphs)
    return Sign(sign.shape, f"{sign.word}?", Tone.WARN) if shown.doubts else sign


def _unknown_line(shown: RunSlice, frame: Frame) -> Line:
    where = f" {frame.glyphs.dot} "
    name = clean(shown.path.name) if shown.path else ""
    return Line(
        limited(
            (
                (f"{frame.glyphs.unknown} unknown", Tone.WARN),
                (f"{where}{name}", Tone.DIM),
                (f"{where}elsewhere, read-only" if shown.foreign else "", Tone.WARN),
            ),
            frame.width,
        )
    )


def run_time(shown: RunSlice, run: Run, frame: Frame) -> str:
    """How long it has gone on; of one that nobody works on any more, how long that was and how long ago."""
    ended = run.finished_at if run.status.ended else None
    spent = run_worked_s(run, run.started_at or run.created_at, ended, frame.known, live=shown.live is Liveness.LIVE)
    if run.status.ended:
        return duration(spent)
    if shown.live is Liveness.LIVE:
        return running_for(spent)
    since = age((frame.now - frame.known).total_seconds())
    return f"ran {duration(spent)} {frame.glyphs.dot} {since if since == 'now' else f'{since} ago'}"


def _state_line(shown: RunSlice, run: Run, frame: Frame) -> Line:
    sign = run_sign_of(shown, run, frame)
    where = f" {frame.glyphs.dot} "
    of = where.join(clean(part) for part in (run.team, run.workflow) if part)
    return Line(
        limited(
            (
                (f"{sign.shape} {sign.word}", sign.tone),
                (f" {run_time(shown, run, frame)}", Tone.TEXT),
                (f"{where}{of}" if of else "", Tone.DIM),
                (f"{where}{clean(run.run_id)}", Tone.DIM),
                (f"{where}elsewhere, read-only" if shown.foreign else "", Tone.WARN),
            ),
            frame.width,
        )
    )


#: Of the others the bar tells.
_COUNTED = (TaskStatus.RUNNING, TaskStatus.WAITING, TaskStatus.FAILED, TaskStatus.CANCELLED)


def _bar_line(shown: RunSlice, tasks: Sequence[Task], frame: Frame, *, timed: bool) -> Line:
    """How far it is; where there is room, what it has used and, if `timed`, how long it may still take."""
    if not tasks:
        return text_line("no tasks yet", Tone.DIM)
    done = sum(task.status.ended for task in tasks)
    cells = min(20, max(4, frame.width // 4))
    filled = cells * done // len(tasks)
    counts = Counter(task.status for task in tasks)
    share = f"{100 * done // len(tasks)}%  {done}/{plural(len(tasks), 'task')}"
    room = frame.width - cells - 2 - cell_len(share)
    rest = [
        (f"  {said}", sign_of(status, frame.glyphs).tone) for status, said in counted(counts, _COUNTED, room, 2).items()
    ]
    bar = (
        (frame.glyphs.full * filled, Tone.ACCENT),
        (frame.glyphs.empty * (cells - filled), Tone.DIM),
        (" ", Tone.TEXT),
    )
    pieces = (
        *(() if endless(frame.width) else bar),
        (share, Tone.TEXT),
        *rest,
    )
    left = seconds_left(tasks, frame.now) if timed and shown.live is Liveness.LIVE else None
    room = frame.width - sum(cell_len(text) for text, _ in pieces)
    return spread(pieces, ((_facts(tasks, left, room, frame), Tone.DIM),), frame.width)


def _facts(tasks: Sequence[Task], left: float | None, room: int, frame: Frame) -> str:
    """As many as fit into `room` with two cells before them; what it costs goes last. `left`: seconds."""
    used = total(task.used for task in tasks)
    facts = [f"{eta_words(left)} left"] if left is not None else []
    facts += [f"{tokens(used)} tok"] if used.attempts and used.tokens is not None else []
    facts += [cost(used)] if used.attempts and used.cost is not None else []
    dot = f" {frame.glyphs.dot} "
    while facts and cell_len(dot.join(facts)) + 2 > room:
        facts.pop(0)
    return dot.join(facts)


def attention(shown: RunSlice, frame: Frame, *, most: int = 2) -> tuple[Line, ...]:
    """What the person has to know or do; an ended run says how it ended where its progress is shown."""
    why = clean(shown.why)
    if not why or shown.run is None:
        return ()
    if shown.live is Liveness.INTERRUPTED or shown.run.status.value in ("blocked", "failed"):
        return wrapped(f"{frame.glyphs.attention} {why}", frame.width, Tone.WARN, most=most)
    return ()


def _doubts(doubts: Sequence[Evidence], frame: Frame, *, most: int) -> tuple[Line, ...]:
    """What speaks against the record, with where it stands."""
    lines: list[Line] = []
    named = len(doubts) if endless(frame.width) else _MOST_DOUBTS
    for doubt in doubts[:named]:
        lines += wrapped(f"{frame.glyphs.unknown} {clean(doubt.says)}", frame.width, Tone.WARN, most=most)
    more = len(doubts) - named
    if more > 0:
        lines.append(text_line(f"{frame.glyphs.unknown} {plural(more, 'more doubt')}: 5 shows them", Tone.WARN))
    return tuple(lines)


def without_run(shown: RunSlice, frame: Frame, layout: Sequence[Column] = ()) -> tuple[Line, ...]:
    """The body while there is no run to show: none is selected, or it is still being read.

    :param layout: of the rows that come; see `loading`.
    """
    if shown.path is None:
        return (BLANK, text_line(" What the selected run does is shown here.", Tone.DIM))
    if shown.state is SliceState.LOADING:
        return loading(frame, "the run", layout)
    if shown.state is SliceState.ERROR:
        keys = "r reads it again, E opens the file, y copies its path." if shown.problems else "r reads it again."
        return (BLANK, *paragraph(f"It cannot be shown. {keys}", frame.width, Tone.DIM, most=3))
    return (BLANK, text_line(" Nothing is known of it yet.", Tone.DIM))
