"""Every view of the dashboard as linear text, for screen readers, logs and pipes: the panes' own lines, unboxed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from crew_core.observe.alert_episodes import Episodes, Watched
from crew_core.observe.listing import RunIndex
from crew_core.observe.selected import SelectedRun
from crew_core.observe.slices import RunSlice, RunsSlice, SliceName, TasksSlice
from crew_core.observe.tab_slices import HealthSlice, MailSlice
from crew_core.observe.watcher import Hints
from crew_core.ops.scopes import Scope
from crew_tui.glyphs import PLAIN
from crew_tui.lines import ENDLESS, Line, indented, text_line
from crew_tui.palette import palette_of
from crew_tui.panes.alerts import AlertsPane
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.run_head import run_head, without_run
from crew_tui.panes.runs import RunsPane
from crew_tui.panes.tabs import pane_class
from crew_tui.panes.timeline import known_until
from crew_tui.plain_graph import graph_lines
from crew_tui.plain_replay import replay_lines
from crew_tui.situation import TABS, Region
from crew_tui.theme_files import theme_named
from crew_tui.theme_tables import MONO
from crew_tui.widgets.view import View

_ALL = frozenset(SliceName)

#: So high that nothing is left out for want of room.
_HEIGHT = 1_000_000


def plain_dashboard(scope: Scope, select: Path | None, now: datetime) -> Iterator[str]:
    """The list of runs and the alerts, then every view of one run: of ``select``, else of the newest."""
    frame = Frame(now, ENDLESS, _HEIGHT, PLAIN)
    runs = RunIndex(scope.find(), scope.runs).read()
    pane = RunsPane(palette_of(theme_named(MONO)), PLAIN, lambda: frame)
    pane.take(runs)
    yield from _lines("Runs", pane.compose_view(frame), frame)
    chosen = select or (runs.rows[0].path if runs.rows else None)
    slices = slices_of(chosen) if chosen else {}
    yield ""
    yield from plain_alerts(runs, slices, frame)
    if chosen is not None:
        yield ""
        yield from plain_run(chosen, slices, frame)
        yield ""
        yield from _texts(f"Replay of {chosen.name}", replay_lines(chosen, frame), frame)


def slices_of(run_dir: Path) -> Mapping[SliceName, object]:
    """All that any view shows of a run."""
    return SelectedRun(run_dir, None, _ALL).read(Hints(everything=True))


def plain_run(run_dir: Path, slices: Mapping[SliceName, object], frame: Frame) -> Iterator[str]:
    """How the run stands, then every tab of it."""
    run, tasks = slices[SliceName.RUN], slices[SliceName.TASKS]
    assert isinstance(run, RunSlice)
    assert isinstance(tasks, TasksSlice)
    until = known_until(run.run, run.live, tasks.tasks, frame.now.timestamp())
    head = run_head(run, tasks, None, frame.counted_to(until))
    said = head if run.shown else (*head, *without_run(run, frame))
    yield from _texts(f"Run {run_dir.name}", indented(said), frame)
    for tab in TABS if run.shown else ():
        yield ""
        title = f"{tab.value.capitalize()} of {run_dir.name}"
        if tab is Region.GRAPH:
            yield from _texts(title, graph_lines(run, tasks, slices.get(SliceName.PLAN), frame), frame)
            continue
        pane: DetailPane = pane_class(tab)(palette_of(theme_named(MONO)), PLAIN, lambda: frame)
        pane.take(slices)
        yield from _lines(title, pane.unheaded(frame), frame)


def plain_alerts(runs: RunsSlice, slices: Mapping[SliceName, object], frame: Frame) -> Iterator[str]:
    """What needs a person now, in the list and in the one run."""
    episodes = Episodes(frame.now)
    episodes.take_runs(runs, frame.now)
    run = slices.get(SliceName.RUN)
    if isinstance(run, RunSlice):
        tasks, health, mail = (slices.get(name) for name in (SliceName.TASKS, SliceName.HEALTH, SliceName.MAIL))
        episodes.take_watched(
            Watched(
                run,
                tasks if isinstance(tasks, TasksSlice) else None,
                health if isinstance(health, HealthSlice) else None,
                mail if isinstance(mail, MailSlice) else None,
            ),
            frame.now,
        )
    # One look is all there is: nothing can be waited for, to see whether it passes.
    episodes.book.due(datetime.max.replace(tzinfo=UTC))
    if not episodes.book.alerts.alerts:
        yield from _texts("Alerts", (text_line(" Nothing needs you now."),), frame)
        return
    pane = AlertsPane(palette_of(theme_named(MONO)), PLAIN, lambda: frame)
    pane.take(episodes.book.alerts)
    yield from _lines("Alerts", pane.compose_view(frame), frame)


def _lines(title: str, view: View, frame: Frame) -> Iterator[str]:
    return _texts(title, (*view.head, *view.body), frame)


def _texts(title: str, lines: Iterable[Line], frame: Frame) -> Iterator[str]:
    yield title
    instead: Mapping[int, str] = frame.glyphs.instead
    for each in lines:
        text = each.text.translate(instead).rstrip()
        if text.strip():
            yield text
