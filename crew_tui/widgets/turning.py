"""The sign that turns at what runs: which lines have one, and which of its frames each shows."""

from __future__ import annotations

from zlib import crc32

from crew_tui.glyphs import TURNING
from crew_tui.lines import Line

#: Slow enough to be calm, fast enough to be seen as one movement.
PERIOD_S = 0.16


def turns(line: Line) -> bool:
    return any(TURNING in text for text, _ in line.pieces)


def frame_of(line: Line, ticks: int, spinner: str) -> str:
    """The frame after `ticks` periods; empty for a line that stands still. Lines are out of step, always by as much."""
    return spinner[(ticks + crc32(line.key.encode())) % len(spinner)] if spinner and turns(line) else ""
