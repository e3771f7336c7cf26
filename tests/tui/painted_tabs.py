"""Every tab of a run on disk as the dashboard paints it, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crew_tui.glyphs import PLAIN
from crew_tui.palette import palette_of
from crew_tui.panes.frame import Frame
from crew_tui.panes.tabs import pane_class
from crew_tui.plain import slices_of
from crew_tui.situation import TABS, Region
from crew_tui.theme_files import theme_named
from crew_tui.theme_tables import MONO


def painted_tabs(run: Path, frame: Frame) -> Mapping[Region, list[str]]:
    """Without borders and blank lines."""
    slices = slices_of(run)
    found: dict[Region, list[str]] = {}
    for tab in TABS:
        pane = pane_class(tab)(palette_of(theme_named(MONO)), PLAIN, lambda: frame)
        pane.take(slices)
        view = pane.compose_view(frame)
        texts = (each.text.translate(PLAIN.instead).rstrip() for each in (*view.head, *view.body))
        found[tab] = [text for text in texts if text.strip()]
    return found
