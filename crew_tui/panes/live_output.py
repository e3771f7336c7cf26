"""The selected task in a few lines: what it does right now, and what it has said last."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rich.cells import cell_len

from crew_core.model.progress import Progress
from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_tui.activity import activity
from crew_tui.glyphs import sign_of
from crew_tui.lines import BLANK, MARK, Kept, Line, Piece, Tone, limited, line, text_line
from crew_tui.panes.frame import Frame
from crew_tui.panes.task_use import NOTHING_TOLD, cost_of, model_of, tokens_of
from crew_tui.panes.took import task_time
from crew_tui.quantities import UNKNOWN, elapsed, plural, running_for
from crew_tui.text import clean, cut
from crew_tui.texts.wrapping import spans

#: Fewer rows have no room for a blank one, what it does, and one line of what it says.
LEAST_ROWS = 3

#: Lines of what it has said.
_MOST_SAID = 4

#: Lines of why it does not work yet.
_MOST_WHY = 3

_SAID = "⎿"

#: From this width on the task's own row has room for model, tokens and cost.
_ROW_HAS_ALL = 100


def live_output(task: Task, frame: Frame, rows: int, kept: Kept[Line], reason: str = "") -> tuple[Line, ...]:
    """At most `rows` lines, the first of them blank; none where the task's own row says all there is.

    None of them can be selected. :param reason: what the record says of why it stands as it does.
    """
    waits = activity(task, reason, frame.known) if task.status is TaskStatus.QUEUED else ""
    if rows < LEAST_ROWS or (task.started_at is None and not task.attempts and not waits):
        return ()
    width = frame.width
    use = _use(task, frame) if width < _ROW_HAS_ALL else ""
    room = rows - (3 if use else 2)
    # Its row has no room for a long reason.
    why = tuple(
        kept.get(("why", at), (pieces,), partial(Line, pieces))
        for at, pieces in enumerate(_why(waits, width, min(_MOST_WHY, room)))
    )
    # What it said last its own row says too.
    most = max(0, min(_MOST_SAID, room - len(why)))
    said = tuple(_said(task, waits))[-most:] if most else ()
    if not said and not use and not why and not _tool(task):
        return ()
    pieces = _doing(task, frame)
    head = kept.get("doing", pieces, lambda: Line(pieces))
    used = (kept.get("use", (use,), lambda: text_line(f"  {use}", Tone.DIM)),) if use else ()
    lines = (kept.get(at, (each, width), partial(_said_line, each, width)) for at, each in enumerate(said))
    return (BLANK, head, *why, *used, *lines)


def _why(waits: str, width: int, most: int) -> Iterator[tuple[Piece, ...]]:
    """What it waits for, in at most so many lines; an id that is longer than a line is broken."""
    room = max(1, width - 4)
    rows = spans(waits, room) if waits else []
    for number, (begin, end) in enumerate(rows[: max(0, most)], 1):
        text = waits[begin:] if number == most else waits[begin:end]
        yield (MARK, Tone.DIM), (" ", Tone.TEXT), (cut(text, room), Tone.TEXT)


def _use(task: Task, frame: Frame) -> str:
    """Model, tokens and cost, as far as they are known."""
    used, spent = tokens_of(task), cost_of(task)
    parts = (
        clean(model_of(task)),
        "" if used in NOTHING_TOLD else f"{used} tok",
        "" if spent in NOTHING_TOLD else spent,
    )
    return cut(f" {frame.glyphs.dot} ".join(part for part in parts if part), max(0, frame.width - 3))


def _said(task: Task, told: str) -> Iterator[Piece]:
    """What it printed, then what was wrong with it, unless that is `told` already."""
    progress = task.agent_progress or Progress()
    yield from ((text, Tone.DIM) for text in map(clean, progress.recent_output) if text)
    error = clean(task.error or "")
    if error and error not in told:
        yield error, Tone.FAIL if task.status.ended else Tone.WARN


def _said_line(said: Piece, width: int) -> Line:
    text, tone = said
    return line((MARK, Tone.DIM), (f" {_SAID} ", Tone.DIM), (cut(text, max(0, width - 5)), tone))


def _doing(task: Task, frame: Frame) -> tuple[Piece, ...]:
    """`04_tests ── npm test   bash #14 · 8s`: what stands last is never cut."""
    doing, tone, facts = _at_work(task, frame) if _tool(task) else _between(task, frame)
    told = f"   {f' {frame.glyphs.dot} '.join(fact for fact in facts if fact)}"
    rule = f" {frame.glyphs.rule * 2} " if doing else ""
    name: list[Piece] = [(clean(task.id), Tone.TITLE), (rule, Tone.DIM), (doing, tone)]
    # One cell for the cursor of the lines above, one before the border.
    room = max(0, frame.width - 2)
    return ((MARK, Tone.DIM), *limited(name, room - cell_len(told)), (cut(told, room), Tone.DIM))


def _tool(task: Task) -> str:
    """What it uses now."""
    progress = task.agent_progress
    return clean(progress.current_tool or "") if progress and not task.status.ended else ""


def _at_work(task: Task, frame: Frame) -> tuple[str, Tone, tuple[str, ...]]:
    progress = task.agent_progress or Progress()
    begun = progress.current_tool_started_at
    number = f" #{progress.tool_count}" if progress.tool_count else ""
    spent = running_for(elapsed(begun, None, frame.known)) if begun else ""
    return clean(progress.current_tool_args or ""), Tone.TEXT, (f"{_tool(task)}{number}", spent)


def _between(task: Task, frame: Frame) -> tuple[str, Tone, tuple[str, ...]]:
    """It uses no tool now, or has ended."""
    used = task.agent_progress.tool_count if task.agent_progress else 0
    sign = sign_of(task.status, frame.glyphs)
    spent = task_time(task, frame.known)
    return sign.word, sign.tone, (plural(used, "tool") if used else "", "" if spent == UNKNOWN else spent)
