"""The first line: where one is, what needs attention anywhere, whether what is shown is true, the time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from rich.cells import cell_len

from crew_core.observe.slices import LinkSlice
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line, Piece, Tone, spread
from crew_tui.panes.frame import Frame
from crew_tui.panes.standing import RunCounts, Standing
from crew_tui.quantities import elapsed, running_for
from crew_tui.spent_words import cost, tokens
from crew_tui.text import clean

#: From this width on there is room for what has been used today.
_WIDE = 100

#: More unread alerts are not counted.
_MOST_ALERTS = 99


def header_line(standing: Standing, frame: Frame, *below: str) -> Line:
    """:param below: what is looked at below the crumbs."""
    left: list[Piece] = [(" crew", Tone.TITLE)]
    for crumb in (*standing.crumbs, *below):
        left += [(f" {frame.glyphs.crumb} ", Tone.DIM), (clean(crumb), Tone.TEXT)]
    right = _right(standing, frame, in_words=True)
    if _cells(left) + 1 + _cells(right) > frame.width:
        right = _right(standing, frame, in_words=False)
    return spread(_ending_in(left, frame.width - 1 - _cells(right)), right, frame.width)


def _ending_in(crumbs: Sequence[Piece], room: int) -> Sequence[Piece]:
    """What is looked at is the last crumb: those before it are left out from the left until it is whole."""
    first = 0
    # Every second piece is a shape; the one that is left in front says that something is missing.
    while first + 2 < len(crumbs) and _cells(crumbs[first:]) > room:
        first += 1 if first == 0 else 2
    return crumbs[first:]


def _right(standing: Standing, frame: Frame, *, in_words: bool) -> list[Piece]:
    """:param in_words: alerts are named, not only marked."""
    bar = f" {frame.glyphs.bar} " if frame.glyphs.bar.strip() else "  "
    parts = [_counts(standing.counts, frame.glyphs)]
    parts += _today(standing.counts, frame) if frame.width >= _WIDE else []
    parts += [[(_unread(standing.unread, frame, in_words), Tone.WARN)]] if standing.unread else []
    parts.append([_link(standing.link, frame)])
    parts += [[("read-only", Tone.WARN)]] if frame.read_only else []
    parts.append([(f"{frame.now.astimezone(frame.zone):%H:%M} ", Tone.DIM)])
    return [piece for part in parts if part for piece in ((bar, Tone.DIM), *part)][1:]


def _cells(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)


def _today(counts: RunCounts, frame: Frame) -> list[list[Piece]]:
    """What all runs have used today, if one has."""
    used = counts.used.get(frame.now.astimezone(UTC).date().isoformat())
    if used is None or not used.attempts or used.tokens is None:
        return []
    return [[(f"{tokens(used)} tok", Tone.DIM)], [(f"{cost(used)} today", Tone.DIM)]]


def _unread(number: int, frame: Frame, in_words: bool) -> str:
    shown = str(number) if number <= _MOST_ALERTS else f"{_MOST_ALERTS}+"
    if not in_words:
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
            old = running_for(elapsed(link.as_of, None, frame.now)) if link.as_of else ""
            return f"{glyphs.stale} stale {old}".rstrip(), Tone.WARN
