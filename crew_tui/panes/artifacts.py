"""What a run has brought forth: a line for each piece, with whether it is still what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.cells import cell_len

from crew_core.observe.produced import Condition, Produced
from crew_tui.aside import Failed
from crew_tui.glyphs import Glyphs, Sign
from crew_tui.lines import BLANK, Column, Kept, Line, Tone, columns, paragraph, text_line
from crew_tui.panes.conditions import loading
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.quantities import plural
from crew_tui.text import clean
from crew_tui.texts.sizes import byte_count
from crew_tui.widgets.view import View


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
    """`widest` is the room for paths."""
    sign = condition_sign(piece.condition, frame.glyphs)
    artifact = piece.artifact
    size = byte_count(piece.size_bytes if piece.size_bytes is not None else artifact.size_bytes)
    said = f" {frame.glyphs.dot} ".join(clean(each) for each in (artifact.producer, piece.problem) if each)
    return columns(
        (
            Column(sign.shape, 1, sign.tone),
            Column(clean(artifact.path), widest),
            Column(clean(artifact.kind), 12, Tone.DIM, priority=2),
            Column(sign.word, 11, sign.tone, priority=1),
            Column(size, 10, right=True),
            Column(said, 8, Tone.DIM, grows=True, priority=3),
        ),
        frame.width,
        key=artifact.path,
    )


def artifacts_lines(found: Sequence[Produced] | Failed | None, frame: Frame, kept: Kept[Line]) -> tuple[Line, ...]:
    """None is what has not been read yet."""
    if found is None:
        return loading(frame, "artifacts")
    if isinstance(found, Failed):
        return (BLANK, *paragraph(clean(found.why), frame.width, Tone.FAIL, most=4))
    if not found:
        return (BLANK, text_line(" The run has brought nothing forth yet.", Tone.DIM))
    widest = max(12, min(max(cell_len(clean(piece.artifact.path)) for piece in found), frame.width // 2))
    return tuple(
        kept.get(
            piece.artifact.path,
            (piece, widest, frame.width, frame.glyphs),
            partial(artifact_line, piece, frame, widest=widest),
        )
        for piece in found
    )


class ArtifactsPane(LivePane):
    """The selection is a path."""

    def __init__(self, *args: object, title: str, **options: object) -> None:
        super().__init__(*args, selectable=True, **options)  # type: ignore[arg-type]
        self._title = title
        self._kept: Kept[Line] = Kept()
        self._found: Sequence[Produced] | Failed | None = None

    def take(self, found: Sequence[Produced] | Failed) -> None:
        self._found = found
        self.rebuild()

    @property
    def chosen(self) -> Produced | None:
        """What the cursor is on."""
        if self._found is None or isinstance(self._found, Failed):
            return None
        return next((piece for piece in self._found if piece.artifact.path == self.selected), None)

    def compose_view(self, frame: Frame) -> View:
        lines = artifacts_lines(self._found, frame, self._kept)
        count = plural(len(self._found), "piece") if isinstance(self._found, Sequence) and self._found else ""
        return View(lines, title=self._title, note=count)
