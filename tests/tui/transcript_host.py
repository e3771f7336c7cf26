"""A program with nothing but the transcript screen, over files and tasks that the test changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.model.transcript import AgentEvent
from crew_core.observe.byte_file import open_bytes
from crew_core.observe.slices import Liveness, RunSlice, SliceState, TasksSlice
from crew_core.observe.transcript_told import FindTranscript, Transcript
from crew_tui.actions import Action
from crew_tui.glyphs import UNICODE, Glyphs
from crew_tui.keymap.table import DEFAULT
from crew_tui.outside.copying import Copyable
from crew_tui.palette import palette_of
from crew_tui.screens.transcript import TranscriptScreen
from crew_tui.texts.source import TextSource
from crew_tui.theme_files import themes
from tests.observe.transcript_files import decode, lines_of
from tests.tui.builders import frame, row, run_of, task
from tests.tui.grid import grid

PATIENCE_S = 30.0


class Host(App[None]):
    """`write` appends to a task's transcript; `shown` is the screen; the rest is what the screen asked for."""

    CSS = "#header, #footer { height: 1; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, directory: Path, tasks: Sequence[Task], glyphs: Glyphs = UNICODE, *, relative: bool = False
    ) -> None:
        super().__init__()
        for each in themes():
            self.register_theme(each)
        self.theme = "crew-dark"
        self.directory = directory
        self.glyphs = glyphs
        self.relative = relative
        self.tasks = TasksSlice(SliceState.READY, tuple(tasks), {})
        self.copied: list[Sequence[Copyable]] = []
        self.edited: list[Path] = []
        self.paged: list[Path] = []
        self.opened: list[TextSource] = []
        self.performed: list[Action] = []
        self._told = asyncio.Event()

    def path_of(self, task_id: str, attempt: int = 1) -> Path:
        return self.directory / f"{task_id}-{attempt}.jsonl"

    def write(self, task_id: str, *events: AgentEvent, attempt: int = 1, raw: bytes = b"") -> None:
        with self.path_of(task_id, attempt).open("ab") as file:
            file.write(lines_of(events) + raw)

    def _find(self, run_dir: Path, task_id: str, attempt: int) -> FindTranscript:
        path = self.path_of(task_id, attempt)
        return lambda: Transcript(path, lambda: open_bytes(path.parent, path.name), decode)

    def _roster(self) -> tuple[RunSlice, TasksSlice]:
        one = row(1)
        return RunSlice(SliceState.READY, path=one.path, run=run_of(one), live=Liveness.LIVE), self.tasks

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()

        def run_soon(callback: Callable[[], None]) -> None:
            def called() -> None:
                callback()
                self._told.set()

            if not loop.is_closed():
                loop.call_soon_threadsafe(self.call_later, called)

        self.shown = TranscriptScreen(
            self._roster,
            self.tasks.tasks[0].id,
            palette_of(self.current_theme),
            self.glyphs,
            lambda: frame(glyphs=self.glyphs, relative=self.relative),
            self._perform,
            keymap=DEFAULT,
            run_soon=run_soon,
            open_text=self.opened.append,
            copy=self.copied.append,
            edit=self.edited.append,
            page=self.paged.append,
            find=self._find,
        )
        self.push_screen(self.shown)

    def _perform(self, action: Action) -> None:
        self.performed.append(action)
        if action is Action.BACK:
            self.pop_screen()

    def lines(self) -> list[str]:
        return [line.rstrip() for line in grid(self.screen)[1:]]

    def text(self) -> str:
        return "\n".join(self.lines())

    async def until(self, pilot: Pilot[None], *words: str, gone: Sequence[str] = ()) -> None:
        """Until all of these stand on the screen, and none of those that are to be gone."""

        def there() -> bool:
            text = self.text()
            return all(word in text for word in words) and not any(word in text for word in gone)

        await pilot.pause()
        while not there():
            self._told.clear()
            try:
                await asyncio.wait_for(self._told.wait(), PATIENCE_S)
            except TimeoutError:
                raise AssertionError(f"{words} did not come; there is:\n{self.text()}") from None
            await pilot.pause()


@asynccontextmanager
async def transcript(
    directory: Path,
    *events: AgentEvent,
    status: TaskStatus = TaskStatus.COMPLETED,
    size: tuple[int, int] = (100, 24),
    raw: bytes = b"",
    others: Sequence[Task] = (),
    glyphs: Glyphs = UNICODE,
    relative: bool = False,
    **changes: Any,
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """The transcript of task `04_tests`, which begins with these events. `size` is below the first line."""
    host = Host(directory, (task("04_tests", status, **changes), *others), glyphs, relative=relative)
    if events or raw:
        host.write("04_tests", *events, raw=raw)
    async with host.run_test(size=(size[0], size[1] + 1)) as pilot:
        await pilot.pause()
        yield host, pilot
