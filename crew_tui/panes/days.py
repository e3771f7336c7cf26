"""Dates in logs, whose lines have times of day only: told where the day is another than that of the line before."""

from __future__ import annotations

from crew_tui.glyphs import Glyphs
from crew_tui.lines import MARK, Line, Tone
from crew_tui.panes.frame import Frame
from crew_tui.times import day_words


def today(frame: Frame) -> str:
    """The day of a line that needs no date: none, where times are told since the beginning of the run."""
    return "" if frame.told_since else f"{frame.now.astimezone(frame.zone):%Y-%m-%d}"


def another_day(at: str, frame: Frame) -> str:
    """The date of a moment from disk that is not of today; empty when it is, or nobody knows."""
    day = day_words(at, frame.zone, frame.told_since)
    return "" if day == today(frame) else day


def day_line(day: str, glyphs: Glyphs) -> Line:
    """Before the first line of a day. It cannot be selected."""
    rule = glyphs.rule * 2
    return Line(((f"{MARK}{rule} {day} {rule}", Tone.DIM),))
