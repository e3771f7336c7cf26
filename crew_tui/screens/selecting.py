"""From the run that is selected in the list to the run that is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.observe.slices import SliceState
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.situation import Region
from crew_tui.store_link import StoreLink

if TYPE_CHECKING:
    from crew_tui.screens.main import MainScreen

#: After the list has come it is painted within this time.
_BREATH_S = 0.1


class Selecting:
    """The list has the selection; the store is asked for it, and what is wanted is selected when it is there."""

    def __init__(self, main: MainScreen, link: StoreLink, wanted: Path | None, painted: Callable[[], None]) -> None:
        """:param painted: called when the first frame is painted."""
        self._main = main
        self._link = link
        self._wanted = wanted
        self._painted = painted
        #: The first frame is painted, or about to be.
        self.begun = False
        #: A task to select in the Agents tab when those of its run are read, and that run.
        self._wanted_task: tuple[str, str] | None = None
        #: The run that the store was asked to read.
        self._asked = ""

    def want(self, run_dir: Path, task_id: str | None) -> None:
        """A run that need not be listed yet, and one of its tasks."""
        self._wanted = run_dir
        self._wanted_task = (str(run_dir), task_id) if task_id is not None else None

    def go_on(self) -> None:
        """What is selected may be another run now."""
        main, runs = self._main, self._main.runs
        if self.begun:
            # First the cursor is painted, then the store thread is given work: both want the same interpreter.
            main.call_after_refresh(self._follow)
        elif len(runs.view.body) and runs.runs.state is not SliceState.LOADING:
            self.begun = True
            # The list is painted before anything of the selected run is read.
            main.call_after_refresh(self._follow)
            # What is done next loads much: not in the same breath as the first frame.
            main.set_timer(_BREATH_S, self._painted)

    def _follow(self) -> None:
        """Have the run read that is selected now."""
        main, runs = self._main, self._main.runs
        # Before the first layout the list shows nothing, and nothing can be selected in it.
        if self._wanted is not None and runs.has(self._wanted) and len(runs.view.body):
            runs.select(str(self._wanted))
            self._wanted = None
        before = self._asked
        if runs.selected == before:
            self._select_wanted_task()
            return
        if before and not runs.has(Path(before)):
            main.app.notify(f"run {Path(before).name[-SHORT_ID:]} is gone", markup=False)
        self._asked = runs.selected
        main.patience.begin()
        self._link.select(Path(self._asked) if self._asked else None)

    def _select_wanted_task(self) -> None:
        """As soon as its run is selected and read; not at all when the person has gone on to another one."""
        if self._wanted_task is None or self._wanted is not None or self.unread:
            return
        run, task_id = self._wanted_task
        self._wanted_task = None
        main = self._main
        if run == main.runs.selected:
            main.prepare(Region.AGENTS)
            main.details[Region.AGENTS].select(task_id)
            main.changed()

    @property
    def unread(self) -> bool:
        """Which run is selected, or what it is, is not known yet."""
        main = self._main
        if not self.begun:
            return True
        run, tasks = main.detail.run, main.detail.tasks
        reading = SliceState.LOADING in (run.state, tasks.state)
        return bool(main.runs.selected) and (reading or str(run.path) != main.runs.selected)
