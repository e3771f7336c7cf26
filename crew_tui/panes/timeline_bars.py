"""Bars along an axis of time: a cell for each column, with eighths where a bar ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby

from crew_tui.lines import Piece, Tone
from crew_tui.panes.time_axis import Axis
from crew_tui.panes.timeline import RUNNING, Span, SpanKind, Times

_FULL = "█"
_EIGHTHS = "▏▎▍▌▋▊▉"
_WAIT = "░"
_QUIET = "─"
_BLANK: Piece = (" ", Tone.DIM)

#: Waiting for less than this part of a column is no waiting that one could see.
_SEEN = 0.5

#: Seconds between two marks of the axis.
_MARKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)
_DAY_S = 86_400
_GAP = 3


def bar(times: Times, axis: Axis, until: float, *, going: str, attention: str) -> tuple[Piece, ...]:
    """Exactly `axis.columns` cells.

    :param until: the last moment of which anything is known. :param going: stands at the end of what goes on.
    :param attention: stands in what has been silent.
    """
    cells = [_BLANK] * axis.columns
    for span in times.spans:
        end = max(span.start, until) if span.end is None else span.end
        _draw(cells, span, axis.place(span.start), axis.place(end), attention)
    if times.goes_on and times.spans[-1].kind in RUNNING:
        column = int(axis.place(max(times.spans[-1].start, until)))
        if 0 <= column < axis.columns:
            cells[column] = (going, times.spans[-1].tone)
    return joined(cells)


def _draw(cells: list[Piece], span: Span, start: float, end: float, attention: str) -> None:
    columns = len(cells)
    if end < 0 or start >= columns:
        return
    first, last = max(0, int(start)), min(columns, int(end))
    match span.kind:
        case SpanKind.WAIT | SpanKind.GATE:
            if end - start >= _SEEN:
                last = max(last, min(columns, first + 1))
                cells[first:last] = [(_WAIT, span.tone)] * (last - first)
        case SpanKind.QUIET:
            last = max(last, min(columns, first + 1))
            cells[first:last] = [(_QUIET, span.tone)] * (last - first)
            cells[(first + last - 1) // 2] = (attention, span.tone)
        case SpanKind.RUN:
            _draw_run(cells, span, first, last, end)


def _draw_run(cells: list[Piece], span: Span, first: int, last: int, end: float) -> None:
    if first and cells[first - 1][0] == _FULL:
        # Two attempts without a gap must not look like one.
        cells[first - 1] = (_EIGHTHS[-1], cells[first - 1][1])
    cells[first:last] = [(_FULL, span.tone)] * (last - first)
    eighths = int((end - last) * 8) if last < len(cells) and end > last else 0
    if eighths:
        cells[last] = (_EIGHTHS[eighths - 1], span.tone)
    elif last <= first < len(cells):
        cells[first] = (_EIGHTHS[0], span.tone)


def joined(cells: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one tone as one piece."""
    return tuple(("".join(text for text, _ in group), tone) for tone, group in groupby(cells, key=lambda cell: cell[1]))


def axis_marks(axis: Axis, zone: tzinfo | None, until: float | None) -> str:
    """Times of day over their columns, as wide as the axis; up to `now` at `until`, unless that is None."""
    cells = [" "] * axis.columns
    interval = _interval(axis)
    form = "%m-%d" if interval >= _DAY_S else "%H:%M" if interval >= 60 else "%H:%M:%S"
    offset = _offset_s(axis.start, zone)
    mark = ((axis.start + offset) // interval + 1) * interval - offset
    marks = [axis.start] if (axis.start + offset) % interval == 0 else []
    last = axis.end if until is None else min(axis.end, until)
    while mark < last:
        marks.append(mark)
        mark += interval
    for each in marks:
        _write(cells, round(axis.place(each)), f"{datetime.fromtimestamp(each, UTC).astimezone(zone):{form}}")
    if not any(each != " " for each in cells):
        # No round time has room: then where it begins.
        _write(cells, 0, f"{datetime.fromtimestamp(axis.start, UTC).astimezone(zone):{form}}")
    if until is not None:
        _write(cells, int(axis.place(until)), "now", over=True)
    return "".join(cells)


def _interval(axis: Axis) -> int:
    for interval in _MARKS:
        wide = 8 if interval < 60 else 5
        if interval >= (wide + _GAP) * axis.step:
            return interval
    days = -(-8 * axis.step // _DAY_S)
    return int(days) * _DAY_S


def _offset_s(moment: float, zone: tzinfo | None) -> float:
    """So that marks stand at full hours of the zone."""
    return (datetime.fromtimestamp(moment, UTC).astimezone(zone).utcoffset() or timedelta()).total_seconds()


def _write(cells: list[str], column: int, text: str, *, over: bool = False) -> None:
    """Whole or not at all; with `over` also in place of what stands there."""
    end = column + len(text)
    if column < 0 or end > len(cells):
        return
    if over:
        # What would be cut by it goes as a whole.
        left, right = column, end
        while left > 0 and cells[left - 1] != " ":
            left -= 1
            cells[left] = " "
        while right < len(cells) and cells[right] != " ":
            cells[right] = " "
            right += 1
    elif any(each != " " for each in cells[column:end]):
        return
    cells[column:end] = text
