"""What the newest version of a plan has changed, as lines: `diff v1 → v2   + added   ~ changed (how)   - removed`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from crew_core.observe.tab_slices import ChangeKind, PlanChange, PlanRevision
from crew_tui.lines import MARK, Line, Piece, Tone, limited, line
from crew_tui.panes.frame import Frame
from crew_tui.text import clean, cut

_SIGNS = {
    ChangeKind.ADDED: ("+", Tone.ADDED),
    ChangeKind.CHANGED: ("~", Tone.WARN),
    ChangeKind.REMOVED: ("-", Tone.REMOVED),
}

_GAP = "   "

#: Before the lines that go on with it.
_INDENT = "  "

#: What no id of a task begins with.
_KEY = "\0diff "


def key_of(number: int) -> str:
    """The key of one of the lines: they can be gone to, wherever the plan ends."""
    return f"{_KEY}{number}"


def revision_lines(revisions: Sequence[PlanRevision], frame: Frame) -> tuple[Line, ...]:
    """As many changes on a line as fit. With several planners each difference says whose plan it is."""
    rows = [row for each in revisions for row in _rows(each, frame, named=len(revisions) > 1)]
    return tuple(
        line((MARK, Tone.DIM), *limited(row, _width(frame)), key=key_of(number)) for number, row in enumerate(rows)
    )


def _rows(revision: PlanRevision, frame: Frame, *, named: bool) -> list[list[Piece]]:
    whose = f" of {clean(revision.planner)}" if named else ""
    said: Piece = (f"diff v{revision.version - 1} → v{revision.version}{whose}", Tone.TITLE)
    rows: list[list[Piece]] = [[said]]
    room = max(0, _width(frame) - len(_INDENT))
    for each in revision.changes:
        change = _pieces(each, room)
        gap = _GAP if _cells(rows[-1]) + len(_GAP) + _cells(change) <= _width(frame) else ""
        if gap:
            rows[-1] += [(gap, Tone.DIM), *change]
        else:
            rows.append([(_INDENT, Tone.DIM), *change])
    if not revision.changes:
        rows[0].append((f"{_GAP}they are the same", Tone.DIM))
    return rows


def _width(frame: Frame) -> int:
    """Without the cell of the cursor, and as far from the border on the right."""
    return max(0, frame.width - 2)


def _pieces(change: PlanChange, room: int) -> list[Piece]:
    """In at most `room` cells; a title that is too long gives way to what has changed, down to half of them."""
    sign, tone = _SIGNS[change.kind]
    title, how = clean(change.title) or "?", f" ({clean(change.how)})" if change.how else ""
    room -= len(sign) + 1
    how = cut(how, max(room // 2, room - cell_len(title)))
    return [(f"{sign} ", tone), (cut(title, room - cell_len(how)), Tone.TEXT), (how, Tone.DIM)]


def _cells(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)
