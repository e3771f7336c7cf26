"""What a run has brought forth: a line for each piece, with whether it is still what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from crew_core.observe.produced import Condition, Produced
from crew_tui.aside import Failed
from crew_tui.glyphs import Glyphs, Sign
from crew_tui.lines import BLANK, Column, Kept, Line, Tone, columns, text_line
from crew_tui.panes.conditions import failed_lines, loading
from crew_tui.panes.filtered import FilteredList, none_matches
from crew_tui.panes.frame import Frame
from crew_tui.quantities import plural
from crew_tui.text import clean, cut
from crew_tui.texts.sizes import byte_count
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.filtering.fields import Schema

#: Cells of a row besides its path: shape, condition, size, blanks between them, and one free at either side.
_BESIDE_PATH = 27
_LEAST_PATH = 12


def condition_sign(condition: Condition, glyphs: Glyphs) -> Sign:
    shapes = {
        Condition.INTACT: (glyphs.statuses["completed"], Tone.OK),
        Condition.CHANGED: (glyphs.attention, Tone.WARN),
        Condition.MISSING: (glyphs.statuses["failed"], Tone.FAIL),
        Condition.UNCHECKED: (glyphs.unknown, Tone.DIM),
        Condition.UNREADABLE: (glyphs.unknown, Tone.FAIL),
    }
    shape, tone = shapes[condition]
    return Sign(shape, condition.value, tone)


def artifact_line(piece: Produced, frame: Frame, *, widest: int) -> Line:
    """`widest` is the room for paths, which matter more than their kinds and producers."""
    sign = condition_sign(piece.condition, frame.glyphs)
    artifact = piece.artifact
    size = byte_count(piece.size_bytes if piece.size_bytes is not None else artifact.size_bytes)
    return columns(
        (
            Column(sign.shape, 1, sign.tone),
            Column(clean(artifact.path), widest),
            Column(clean(artifact.kind), 12, Tone.DIM, priority=2),
            Column(sign.word, 11, sign.tone, priority=1),
            Column(size, 10, right=True),
            Column(clean(artifact.producer), 8, Tone.DIM, grows=True, priority=3),
        ),
        frame.width,
        key=artifact.path,
    )


#: Of a row of which nothing is known yet.
COMING = (
    Column("", 1),
    Column("", _LEAST_PATH),
    Column("", 12, priority=2),
    Column("", 11, priority=1),
    Column("", 10, right=True),
    Column("", 8, grows=True, priority=3),
)


def artifacts_lines(found: Sequence[Produced] | Failed | None, frame: Frame, kept: Kept[Line]) -> tuple[Line, ...]:
    """None is what has not been read yet."""
    if found is None:
        return loading(frame, "artifacts", COMING)
    if isinstance(found, Failed):
        return failed_lines(found, frame)
    if not found:
        return (BLANK, text_line(" The run has brought nothing forth yet.", Tone.DIM))
    longest = max(cell_len(clean(piece.artifact.path)) for piece in found)
    widest = max(_LEAST_PATH, min(longest, frame.width - _BESIDE_PATH))
    lines: list[Line] = []
    for piece in found:
        path, made_from = piece.artifact.path, (piece, widest, frame.width, frame.glyphs)
        lines.append(kept.get((path, "line"), made_from, partial(artifact_line, piece, frame, widest=widest)))
        if piece.problem:
            lines.append(kept.get((path, "problem"), made_from, partial(problem_line, piece, frame)))
    return tuple(lines)


def problem_line(piece: Produced, frame: Frame) -> Line:
    """Why it is not as it should be, below it: there is room for that in every width."""
    return text_line(
        cut(f"     {clean(piece.problem)}", frame.width - 1), condition_sign(piece.condition, frame.glyphs).tone
    )


class ArtifactsPane(FilteredList[Produced]):
    """The selection is a path."""

    def __init__(self, *args: object, title: str, **options: object) -> None:
        super().__init__(*args, selectable=True, **options)
        self._title = title
        self._kept: Kept[Line] = Kept()
        self._found: Sequence[Produced] | Failed | None = None

    def take(self, found: Sequence[Produced] | Failed) -> None:
        self._found = found
        self.rebuild()

    @property
    def chosen(self) -> Produced | None:
        """What the cursor is on."""
        return next((piece for piece in self.all_rows() if piece.artifact.path == self.selected), None)

    def schema(self) -> Schema[Produced]:
        from crew_tui.filtering.of_artifacts import ARTIFACTS

        return ARTIFACTS

    def all_rows(self) -> Sequence[Produced]:
        return () if self._found is None or isinstance(self._found, Failed) else self._found

    def compose_view(self, frame: Frame) -> View:
        found = self.all_rows()
        shown = self.chosen_rows(found)
        if found and not shown:
            return View(none_matches(self.query_text), title=self._title, note=f"0 of {plural(len(found), 'piece')}")
        lines = artifacts_lines(shown if found else self._found, frame, self._kept)
        count = plural(len(found), "piece") if found else ""
        filtered = f"{clean(self.query_text)}: {len(shown)} of {count}" if self.filtered and found else count
        return View(lines, title=self._title, note=filtered)
