"""The list of what a search finds in transcripts only: the one screen of a dashboard that needs files to be there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from crew_core.config.first_look import Wishes
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.slices import SliceName
from crew_core.store.layout import RunLayout
from crew_tui.app import Dashboard
from crew_tui.panes.output import OutputPane
from tests.observe.transcript_files import lines_of
from tests.snapshots.cases import BUSY, LISTED, WORKING, Slices
from tests.snapshots.looking import gone_through, is_shown
from tests.snapshots.stories import TRANSCRIPT
from tests.tui.builders import ago
from tests.tui.dashboard import ScriptedSource, dashboard

MATCHES = "transcript-matches"

_PLANNED = (AgentEvent(Kind.TEXT, ago(90), "First the session store, then the rotation of refresh tokens."),)


def _in(run_dir: Path) -> Slices:
    """The busy project, with its run in another place."""
    listed = tuple(replace(each, path=run_dir) if each.path == WORKING.path else each for each in LISTED.rows)
    return {**BUSY, SliceName.RUNS: replace(LISTED, rows=listed), SliceName.RUN: replace(WORKING, path=run_dir)}


def _write(run_dir: Path, task_id: str, events: Sequence[AgentEvent]) -> None:
    file = RunLayout(run_dir).attempt(task_id, 1).events
    file.parent.mkdir(parents=True)
    if events:
        file.write_bytes(lines_of(events))
    else:
        file.symlink_to("elsewhere")


@asynccontextmanager
async def matches_listed(size: tuple[int, int], theme: str = "crew-dark") -> AsyncIterator[Dashboard]:
    """After a search that two transcripts have matches for; one cannot be read."""
    assert WORKING.path is not None
    with TemporaryDirectory() as directory:
        run_dir = Path(directory) / WORKING.path.name
        _write(run_dir, "02_plan", _PLANNED)
        _write(run_dir, "04_tests", TRANSCRIPT)
        _write(run_dir, "05_docs", ())
        app = dashboard(ScriptedSource(dict(_in(run_dir))), select=run_dir, wishes=Wishes(theme=theme))
        async with app.run_test(size=size) as pilot:
            while not is_shown(app):
                await pilot.pause()
            await gone_through(pilot, app, ("4", "slash", *"rotat", "enter"))
            while not _is_searched(app):
                await pilot.pause()
            await gone_through(pilot, app, ("enter",), "only in transcripts")
            yield app


def _is_searched(app: Dashboard) -> bool:
    pane = app.main.detail
    assert isinstance(pane, OutputPane)
    so_far = pane.more._so_far
    return so_far is not None and not so_far.searching
