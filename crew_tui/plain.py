"""Every view of the dashboard as linear text, for screen readers, logs and pipes: the panes' own lines, unboxed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from crew_core.observe.listing import RunIndex
from crew_core.observe.selected import SelectedRun
from crew_core.observe.slices import SliceName
from crew_core.observe.watcher import Hints
from crew_core.ops.scopes import Scope
from crew_tui.glyphs import PLAIN
from crew_tui.palette import palette_of
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.runs import RunsPane
from crew_tui.panes.tabs import pane_class
from crew_tui.situation import TABS
from crew_tui.theme_files import theme_named
from crew_tui.theme_tables import MONO
from crew_tui.widgets.view import View

_ALL = frozenset(SliceName)

#: So high that nothing is left out for want of room; as wide as a line that is still read in one go.
_WIDTH, _HEIGHT = 120, 1_000_000


def plain_dashboard(scope: Scope, select: Path | None, now: datetime) -> Iterator[str]:
    """The list of runs, then every view of one of them: of ``select``, else of the newest."""
    frame = Frame(now, _WIDTH, _HEIGHT, PLAIN)
    runs = RunIndex(scope.find(), scope.runs).read()
    pane = RunsPane(palette_of(theme_named(MONO)), PLAIN, lambda: frame)
    pane.take(runs)
    yield from _lines("Runs", pane.compose_view(frame), frame)
    chosen = select or (runs.rows[0].path if runs.rows else None)
    if chosen is not None:
        yield from plain_run(chosen, frame)


def plain_run(run_dir: Path, frame: Frame) -> Iterator[str]:
    """Every view of one run."""
    slices = SelectedRun(run_dir, None, _ALL).read(Hints(everything=True))
    for tab in TABS:
        pane: DetailPane = pane_class(tab)(palette_of(theme_named(MONO)), PLAIN, lambda: frame)
        pane.take(slices)
        yield ""
        yield from _lines(f"{tab.value.capitalize()} of {run_dir.name}", pane.compose_view(frame), frame)


def _lines(title: str, view: View, frame: Frame) -> Iterator[str]:
    yield title
    instead: Mapping[int, str] = frame.glyphs.instead
    for line in (*view.head, *view.body):
        text = line.text.translate(instead).rstrip()
        if text.strip():
            yield text
