"""The first line: where one is, what needs attention anywhere, whether what is shown is true, the time."""

from __future__ import annotations

from collections.abc import Sequence

from crew_core.observe.slices import LinkSlice, RunsSlice
from crew_tui.glyphs import Glyphs
from crew_tui.grouping import Group, group_of
from crew_tui.lines import Line, Piece, Tone, spread
from crew_tui.panes.frame import Frame
from crew_tui.quantities import duration, elapsed
from crew_tui.text import clean

#: From this width on there is room for a word.
_WIDE = 100

#: More unread alerts are not counted.
_MOST_ALERTS = 99


def header_line(
    crumbs: Sequence[str], runs: RunsSlice, link: LinkSlice | None, frame: Frame, *, unread: int = 0
) -> Line:
    """:param unread: how many alerts nobody has read."""
    shape = frame.glyphs.crumb
    left: list[Piece] = [(" crew", Tone.TITLE)]
    for crumb in crumbs:
        left += [(f" {shape} ", Tone.DIM), (clean(crumb), Tone.TEXT)]
    bar = f" {frame.glyphs.bar} " if frame.glyphs.bar.strip() else "  "
    right = [*_counts(runs, frame.glyphs)]
    right += [(bar, Tone.DIM)] if right else []
    right += [(_unread(unread, frame), Tone.WARN), (bar, Tone.DIM)] if unread else []
    right += [_link(link, frame), (bar, Tone.DIM)]
    right += [("read-only", Tone.WARN), (bar, Tone.DIM)] if frame.read_only else []
    right.append((f"{frame.now.astimezone(frame.zone):%H:%M} ", Tone.DIM))
    return spread(left, right, frame.width)


def _unread(number: int, frame: Frame) -> str:
    shown = str(number) if number <= _MOST_ALERTS else f"{_MOST_ALERTS}+"
    if frame.width < _WIDE:
        return f"{frame.glyphs.attention} {shown}"
    return f"{shown} alert{'' if number == 1 else 's'}"


def _counts(runs: RunsSlice, glyphs: Glyphs) -> list[Piece]:
    """Runs that are active, that need the person, that failed; none that is zero."""
    groups = [group_of(row) for row in runs.rows]
    failed = sum(row.status is not None and row.status.value == "failed" for row in runs.rows)
    found = (
        (groups.count(Group.ACTIVE), glyphs.statuses["running"], Tone.RUN),
        (groups.count(Group.NEEDS_YOU), glyphs.attention, Tone.WARN),
        (failed, glyphs.statuses["failed"], Tone.FAIL),
    )
    pieces: list[Piece] = []
    for number, shape, tone in found:
        if number:
            pieces += [(" " if pieces else "", tone), (f"{number}{shape}", tone)]
    return pieces


def _link(link: LinkSlice | None, frame: Frame) -> Piece:
    glyphs = frame.glyphs
    if link is None:
        return f"{glyphs.polling} starting", Tone.DIM
    match str(link.state):
        case "live":
            return f"{glyphs.live} live", Tone.OK
        case "polling":
            return f"{glyphs.polling} polling", Tone.DIM
        case _:
            old = duration(elapsed(link.as_of, None, frame.now)) if link.as_of else ""
            return f"{glyphs.stale} stale {old}".rstrip(), Tone.WARN
