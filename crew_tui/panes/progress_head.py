"""What stands above the events of a run: how many tasks stand how, phases, doubts, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from crew_core.model.state import Run, Task
from crew_core.model.status import TaskStatus
from crew_core.observe.depths import levels
from crew_core.observe.slices import Evidence
from crew_tui.glyphs import sign_of
from crew_tui.lines import Line, Piece, Tone, endless, limited, line, spread, wrapped
from crew_tui.panes.frame import Frame
from crew_tui.panes.plan import phase_sign
from crew_tui.panes.task_counts import counted
from crew_tui.text import ELLIPSIS, clean

#: Cells of the word before each line.
LABEL = 9

#: Tasks that are named in the line of doubts.
_MOST_DOUBTS = 3


def counts_line(tasks: Sequence[Task], frame: Frame, *, eta: str = "") -> Line:
    counts = Counter(task.status for task in tasks)
    pieces: list[Piece] = [("tasks".ljust(LABEL), Tone.DIM)]
    dot = f" {frame.glyphs.dot} "
    room = frame.width - 1 - LABEL + len(dot) - len(eta)
    for status, said in counted(counts, TaskStatus, room, len(dot)).items():
        pieces += [(dot if len(pieces) > 1 else "", Tone.DIM), (said, sign_of(status, frame.glyphs).tone)]
    done = sum(task.status.ended for task in tasks)
    share = f"{100 * done // len(tasks)}%" if tasks else ""
    right = (f"{eta}  " if eta else "", Tone.DIM), (share, Tone.TEXT)
    if _cells((*pieces, *right)) + 1 > frame.width:
        # The bar above says it too.
        right = (eta, Tone.DIM), ("", Tone.TEXT)
    return spread(pieces, right, frame.width)


def phases(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks by how many others must end before them in a row."""
    known = {task.id: task for task in tasks}
    stages = levels(tuple(known), {task.id: task.depends_on for task in tasks})
    return [[known[name] for name in stage] for stage in stages]


def phases_line(tasks: Sequence[Task], frame: Frame, *, eta: str = "") -> Line | None:
    """None when there is only one phase: it would say what the counts say."""
    levels = phases(tasks)
    if len(levels) < 2:
        return None
    done = next((n for n, members in enumerate(levels) if not _completed(members)), 0)
    said = [_phase(members, frame) for members in levels]
    joint: Piece = (f" {frame.glyphs.rule} ", Tone.DIM)
    more: list[Piece] = [(ELLIPSIS, Tone.DIM)]
    room = frame.width - LABEL - (cell_len(eta) + 1 if eta else 0)
    begin, end = _fitting([_cells(each) for each in said], done, cell_len(joint[0]), room)
    shown = [*([more] if begin else []), *said[begin:end], *([more] if end < len(said) else [])]
    pieces: list[Piece] = [("phases".ljust(LABEL), Tone.DIM), *shown[0]]
    for each in shown[1:]:
        pieces += [joint, *each]
    return spread(pieces, ((eta, Tone.DIM),), frame.width) if eta else Line(limited(pieces, frame.width))


def _completed(members: Sequence[Task]) -> bool:
    return all(task.status is TaskStatus.COMPLETED for task in members)


def _phase(members: Sequence[Task], frame: Frame) -> list[Piece]:
    sign = phase_sign(members, frame.glyphs)
    more = f" +{len(members) - 1}" if len(members) > 1 else ""
    done = sum(task.status.ended for task in members)
    name = clean(members[0].step_id)
    return [(sign.shape, sign.tone), (f" {name}{more} {done}/{len(members)}", Tone.TEXT)]


def _fitting(cells: Sequence[int], done: int, joint: int, room: int) -> tuple[int, int]:
    """Which phases are shown, from one up to another: what is done is left out first, then what comes last.

    :param done: so many at the beginning; of the others, the first one is always shown.
    """
    begin, end = 0, len(cells)
    needed = sum(cells) + joint * (end - 1)
    left_out = 1 + joint
    while begin < done and needed + (left_out if begin else 0) > room:
        needed -= cells[begin] + joint
        begin += 1
    room -= left_out if begin else 0
    while end > begin + 1 and needed + (left_out if end < len(cells) else 0) > room:
        end -= 1
        needed -= cells[end] + joint
    return begin, end


def _cells(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)


def doubts_line(doubts: Mapping[str, Evidence], frame: Frame) -> Line | None:
    """The tasks whose record is contradicted; None when there are none."""
    if not doubts:
        return None
    named = [f"{clean(name)} {clean(doubt.rule)}" for name, doubt in list(doubts.items())[:_MOST_DOUBTS]]
    more = len(doubts) - len(named)
    said = f" {frame.glyphs.dot} ".join((*named, *((f"{more} more",) if more else ())))
    return spread(
        (("doubts".ljust(LABEL), Tone.DIM), (f"{frame.glyphs.unknown} {said}", Tone.WARN)),
        (("" if endless(frame.width) else "5 says why", Tone.DIM),),
        frame.width,
    )


def end_lines(run: Run, why: str, frame: Frame) -> tuple[Line, ...]:
    """How it ended or is being ended, and at whose wish."""
    if not run.status.ended and run.stop is None:
        return ()
    said = clean(run.summary or "") or clean(why) or clean(run.code or "")
    wish = clean(run.stop.reason or run.stop.code) if run.stop else ""
    if wish and wish not in said:
        said = f"{said} ({wish})" if said else wish
    sign = sign_of(run.status, frame.glyphs)
    labels = ("end".ljust(LABEL), " " * LABEL)
    lines = wrapped(said, frame.width - LABEL, sign.tone, most=len(labels)) if said else ()
    return tuple(line((label, Tone.DIM), *each.pieces) for label, each in zip(labels, lines, strict=False))
