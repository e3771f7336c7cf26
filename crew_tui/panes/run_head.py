"""The fixed lines on top of the selected run: goal, state, how far it is, tabs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crew_core.model.state import Run, Task
from crew_core.model.status import TaskStatus
from crew_core.observe.slices import Evidence, Liveness, RunSlice, SliceState, TasksSlice
from crew_tui.glyphs import Sign, sign_of
from crew_tui.lines import BLANK, Line, Tone, limited, line, text_line, wrapped
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.evidence import every_doubt
from crew_tui.panes.frame import Frame
from crew_tui.quantities import duration, elapsed, plural, running_for
from crew_tui.situation import Region
from crew_tui.text import clean

#: Number, name and short name of each tab.
_TAB_NAMES = {
    Region.AGENTS: ("1", "Agents", "Ag"),
    Region.PROGRESS: ("2", "Progress", "Pr"),
    Region.MAIL: ("3", "Mail", "Ml"),
    Region.OUTPUT: ("4", "Output", "Out"),
    Region.HEALTH: ("5", "Health", "He"),
    Region.PLAN: ("7", "Plan", "Pl"),
    Region.GRAPH: ("8", "Graph", "Gr"),
}

#: Doubts that are named above the tabs; the health tab has them all.
_MOST_DOUBTS = 1

#: Below this height the content needs the lines more.
_LOW = 14


def run_head(shown: RunSlice, of: TasksSlice, tab: Region, frame: Frame) -> tuple[Line, ...]:
    run = shown.run
    if not shown.shown:
        return conditions(shown.state, shown.problems, frame)
    low = frame.height < _LOW
    tasks = of.tasks
    goal = clean(run.goal) if run else "Its status cannot be read: shown is what lies beside it."
    lines = [*wrapped(goal, frame.width, Tone.TITLE, most=1 if low else 2)]
    lines.append(_state_line(shown, run, frame) if run else _unknown_line(shown, frame))
    if not low:
        lines.append(_bar_line(tasks, frame))
    lines += _attention(shown, frame)
    lines += _doubts(every_doubt(shown, of), frame)
    lines += conditions(shown.state, shown.problems, frame)
    lines.append(tab_line(tab, frame.width))
    if not low:
        lines.append(text_line(frame.glyphs.rule * frame.width, Tone.DIM))
    return tuple(lines)


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


def _state_line(shown: RunSlice, run: Run, frame: Frame) -> Line:
    sign = run_sign_of(shown, run, frame)
    ended = run.finished_at if run.status.ended else None
    spent = elapsed(run.started_at or run.created_at, ended, frame.now)
    known = duration(spent) if run.status.ended else running_for(spent)
    where = f" {frame.glyphs.dot} "
    of = where.join(clean(part) for part in (run.team, run.workflow) if part)
    return Line(
        limited(
            (
                (f"{sign.shape} {sign.word}", sign.tone),
                (f" {known}", Tone.TEXT),
                (f"{where}{of}" if of else "", Tone.DIM),
                (f"{where}{clean(run.run_id)}", Tone.DIM),
                (f"{where}elsewhere, read-only" if shown.foreign else "", Tone.WARN),
            ),
            frame.width,
        )
    )


def _bar_line(tasks: Sequence[Task], frame: Frame) -> Line:
    if not tasks:
        return text_line("no tasks yet", Tone.DIM)
    done = sum(task.status.ended for task in tasks)
    cells = min(20, max(4, frame.width // 4))
    filled = cells * done // len(tasks)
    counts = Counter(task.status for task in tasks)
    rest = [
        (f"  {counts[status]} {status.value}", sign_of(status, frame.glyphs).tone)
        for status in (TaskStatus.RUNNING, TaskStatus.WAITING, TaskStatus.FAILED, TaskStatus.CANCELLED)
        if counts[status]
    ]
    return Line(
        limited(
            (
                (frame.glyphs.full * filled, Tone.ACCENT),
                (frame.glyphs.empty * (cells - filled), Tone.DIM),
                (f" {100 * done // len(tasks)}%  {done}/{plural(len(tasks), 'task')}", Tone.TEXT),
                *rest,
            ),
            frame.width,
        )
    )


def _attention(shown: RunSlice, frame: Frame) -> tuple[Line, ...]:
    """What the person has to know or do; an ended run says how it ended where its progress is shown."""
    why = clean(shown.why)
    if not why or shown.run is None:
        return ()
    if shown.live is Liveness.INTERRUPTED or shown.run.status.value in ("blocked", "failed"):
        return wrapped(f"{frame.glyphs.attention} {why}", frame.width, Tone.WARN, most=2)
    return ()


def _doubts(doubts: Sequence[Evidence], frame: Frame) -> tuple[Line, ...]:
    """What speaks against the record, with where it stands."""
    lines: list[Line] = []
    for doubt in doubts[:_MOST_DOUBTS]:
        lines += wrapped(f"{frame.glyphs.unknown} {clean(doubt.says)}", frame.width, Tone.WARN, most=2)
    more = len(doubts) - _MOST_DOUBTS
    if more > 0:
        lines.append(text_line(f"{frame.glyphs.unknown} {plural(more, 'more doubt')}: 5 shows them", Tone.WARN))
    return tuple(lines)


def tab_line(tab: Region, width: int) -> Line:
    pieces = []
    for region, name in _tab_names(width).items():
        here = region is tab
        pieces.append((f"[{name}]" if here else f" {name} ", Tone.ACCENT if here else Tone.DIM))
    return line(*limited(pieces, width))


def tab_at(cell: int, width: int) -> Region | None:
    """The tab whose name stands at this cell of the tab line."""
    end = 0
    for region, name in _tab_names(width).items():
        end += len(name) + 2
        if cell < end:
            return region
    return None


def _tab_names(width: int) -> dict[Region, str]:
    names = {region: f"{number} {name}" for region, (number, name, _) in _TAB_NAMES.items()}
    if sum(len(name) + 2 for name in names.values()) <= width:
        return names
    return {region: f"{number}{short}" for region, (number, _, short) in _TAB_NAMES.items()}


def without_run(shown: RunSlice, frame: Frame) -> tuple[Line, ...]:
    """The body while there is no run to show: none is selected, or it is still being read."""
    if shown.path is None:
        return (BLANK, text_line(" Select a run to see what it does.", Tone.DIM))
    if shown.state is SliceState.LOADING:
        return loading(frame, "the run")
    if shown.state is SliceState.ERROR:
        return (BLANK, text_line(" It cannot be shown. r reads it again.", Tone.DIM))
    return (BLANK, text_line(" Nothing is known of it yet.", Tone.DIM))
