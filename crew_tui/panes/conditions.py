"""What a pane says about its data when it is not simply there: loading, stale, partial, wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from crew_core.observe.slices import Problem, SliceState
from crew_tui.lines import BLANK, Column, Line, Tone, columns, endless, paragraph, text_line, wrapped
from crew_tui.panes.frame import Frame
from crew_tui.quantities import elapsed, running_for
from crew_tui.text import clean, path_end

if TYPE_CHECKING:
    from crew_tui.aside import Failed

#: More would push the content off the screen; the rest is counted.
_MOST_PROBLEMS = 3


#: Rows without words: enough to tell what comes, few enough to tell that it is not there.
_ROWS = 4

#: A field is seldom full: so many parts of four are drawn.
_FILLED, _PARTS = 3, 4


def loading(frame: Frame, what: str, layout: Sequence[Column] = ()) -> tuple[Line, ...]:
    """Nothing at first: data that comes at once must not flash a message. Nothing moves in it.

    :param layout: the columns of the rows that come, where they are known; a text that one has stays.
    """
    if not frame.waited:
        return ()
    said = text_line(f" reading {what}…", Tone.DIM)
    if not layout or not draws(frame):
        return (said,)
    row = columns(_placeholders(layout, frame), frame.width)
    return (said, *(_ROWS * (row,)))


def draws(frame: Frame) -> bool:
    """What has no words is shown: not where a screen is read aloud, and not in a text."""
    return bool(frame.glyphs.rule.strip()) and not endless(frame.width)


def placeholder(frame: Frame, cells: int) -> str:
    """What stands for a text of so many cells."""
    return frame.glyphs.empty * max(1, cells * _FILLED // _PARTS)


def _placeholders(layout: Sequence[Column], frame: Frame) -> tuple[Column, ...]:
    return tuple(replace(field, text=field.text or placeholder(frame, field.ideal), tone=Tone.DIM) for field in layout)


def failed_lines(failed: Failed, frame: Frame) -> tuple[Line, ...]:
    """In place of what could not be read: why, and which file it is."""
    path = text_line(f" {path_end(failed.path, frame.width - 2)}", Tone.DIM) if failed.path else None
    said = paragraph(clean(failed.why), frame.width, Tone.FAIL, most=4)
    return (BLANK, *said, *((path,) if path else ()))


def conditions(
    state: SliceState, problems: Sequence[Problem], frame: Frame, as_of: str | None = None, *, whose: bool = False
) -> tuple[Line, ...]:
    """The lines above what could be read, without a margin; none when all is well.

    :param as_of: of what is stale, when it was true.
    :param whose: nothing else says whose files these are.
    """
    lines: list[Line] = []
    if state is SliceState.STALE:
        old = f"{running_for(elapsed(as_of, None, frame.now))} old" if as_of else "not up to date"
        lines.append(text_line(f"{frame.glyphs.stale} {old}; r reads again", Tone.WARN))
    tone = Tone.FAIL if state is SliceState.ERROR else Tone.WARN
    for problem in problems[:_MOST_PROBLEMS]:
        where = f" (after #{problem.seq})" if problem.seq is not None else ""
        text = f"! {clean(problem.path.name)}: {clean(str(problem.what))}{where}"
        lines += wrapped(text, frame.width, tone, most=3)
        if whose or state is SliceState.ERROR:
            # Where nothing else is shown, nothing else says whose file it is.
            lines.append(text_line(f"  {path_end(problem.path.parent, frame.width - 2)}", Tone.DIM))
    if len(problems) > _MOST_PROBLEMS:
        lines.append(text_line(f"! {len(problems) - _MOST_PROBLEMS} more problems", tone))
    return tuple(lines)
