"""What the newest version of a plan has changed, as lines: `diff v1 → v2   + added   ~ changed (how)   - removed`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from crew_core.observe.tab_slices import ChangeKind, PlanChange, PlanRevision
from crew_tui.lines import MARK, Line, Piece, Tone, limited, line
from crew_tui.panes.frame import Frame
from crew_tui.text import clean

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
        line((MARK, Tone.DIM), *limited(row, max(0, frame.width - 1)), key=key_of(number))
        for number, row in enumerate(rows)
    )


def _rows(revision: PlanRevision, frame: Frame, *, named: bool) -> list[list[Piece]]:
    whose = f" of {clean(revision.planner)}" if named else ""
    said: Piece = (f"diff v{revision.version - 1} → v{revision.version}{whose}", Tone.TITLE)
    rows: list[list[Piece]] = [[said]]
    for change in map(_pieces, revision.changes):
        gap = _GAP if _cells(rows[-1]) + len(_GAP) + _cells(change) < frame.width else ""
        if gap:
            rows[-1] += [(gap, Tone.DIM), *change]
        else:
            rows.append([(_INDENT, Tone.DIM), *change])
    if not revision.changes:
        rows[0].append((f"{_GAP}they are the same", Tone.DIM))
    return rows


def _pieces(change: PlanChange) -> list[Piece]:
    sign, tone = _SIGNS[change.kind]
    how = [(f" ({clean(change.how)})", Tone.DIM)] if change.how else []
    return [(f"{sign} ", tone), (clean(change.title) or "?", Tone.TEXT), *how]


def _cells(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)
