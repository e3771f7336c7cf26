"""The first line: where one is, what needs attention anywhere, whether what is shown is true, the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crew_core.model.status import RunStatus
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


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Runs that are active, that need the person, that failed."""

    active: int = 0
    needs_you: int = 0
    failed: int = 0


def counts_of(runs: RunsSlice) -> RunCounts:
    """Counted once for each slice: there may be thousands of runs."""
    groups = Counter(map(group_of, runs.rows))
    failed = sum(row.status is RunStatus.FAILED for row in runs.rows)
    return RunCounts(groups[Group.ACTIVE], groups[Group.NEEDS_YOU], failed)


def header_line(
    crumbs: Sequence[str], counts: RunCounts, link: LinkSlice | None, frame: Frame, *, unread: int = 0
) -> Line:
    """:param unread: how many alerts nobody has read."""
    shape = frame.glyphs.crumb
    left: list[Piece] = [(" crew", Tone.TITLE)]
    for crumb in crumbs:
        left += [(f" {shape} ", Tone.DIM), (clean(crumb), Tone.TEXT)]
    bar = f" {frame.glyphs.bar} " if frame.glyphs.bar.strip() else "  "
    right = [*_counts(counts, frame.glyphs)]
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


def _counts(counts: RunCounts, glyphs: Glyphs) -> list[Piece]:
    """None that is zero."""
    found = (
        (counts.active, glyphs.statuses["running"], Tone.RUN),
        (counts.needs_you, glyphs.attention, Tone.WARN),
        (counts.failed, glyphs.statuses["failed"], Tone.FAIL),
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
