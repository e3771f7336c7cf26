"""A run whose manifest is gone or damaged: every tab shows what the other files give, and nothing of it is an end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crew_core.observe.selected import SelectedRun
from crew_core.observe.slices import RunSlice, SliceName, TasksSlice
from crew_core.observe.text_book import NothingThere
from crew_core.observe.watcher import NO_HINTS
from crew_tui.glyphs import PLAIN, UNICODE
from crew_tui.run_texts import agents_text, read_artifacts, status_text
from crew_tui.situation import Region
from tests.observe.picrew import written
from tests.observe.picrew.written import BEGAN, WrittenPicrew
from tests.tui.builders import NOW, frame
from tests.tui.painted_tabs import painted_tabs


def without_manifest(project: Path) -> WrittenPicrew:
    run = written.planned(project)
    (run.run / "manifest.json").unlink()
    return run


def test_every_tab_shows_what_is_there(tmp_path: Path) -> None:
    run = without_manifest(tmp_path)
    tabs = painted_tabs(run.run, frame(120, 1000, now=BEGAN + timedelta(hours=1), glyphs=PLAIN))
    shown = {tab.value.capitalize(): "\n".join(lines) for tab, lines in tabs.items()}
    assert all("? unknown" in each and "manifest.json: is missing" in each for each in shown.values())
    assert "v 01_assess" in shown["Agents"]
    assert "plan.approval_req" in shown["Progress"]
    assert "Look at div()" in shown["Mail"]
    assert "Done." in shown["Output"]
    assert "unreadable          its status cannot be read - manifest.json" in shown["Health"]
    assert "why it counts as unknown" in shown["Health"]
    assert "build" in shown["Plan"]
    assert "01_assess" in shown["Graph"]
    assert not any("cannot be shown" in each for each in shown.values())


def test_the_bars_of_its_tasks_end_with_the_last_thing_that_is_known(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path)
    (run.run / "manifest.json").unlink()
    later = frame(120, 1000, now=BEGAN + timedelta(days=1), glyphs=PLAIN)
    assert any("16:23:3" in line for line in painted_tabs(run.run, later)[Region.GRAPH]), "the axis is one of seconds"


def test_its_texts_are_those_that_can_be_made(tmp_path: Path) -> None:
    run = without_manifest(tmp_path)
    slices = SelectedRun(run.run).read(NO_HINTS)
    seen, tasks = slices[SliceName.RUN], slices[SliceName.TASKS]
    assert isinstance(seen, RunSlice)
    assert isinstance(tasks, TasksSlice)
    assert [each.artifact.path for each in read_artifacts(seen, tasks)] == [
        "results/01_assess.txt",
        "results/adaptive-01-explorer.txt",
    ]
    agents_text(seen, tasks, lambda: NOW, None).open(UNICODE)
    with pytest.raises(NothingThere, match="its status cannot be read"):
        status_text(seen, tasks, lambda: NOW, None).open(UNICODE)
