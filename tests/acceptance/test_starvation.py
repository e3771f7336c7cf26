"""Starvation: changes that never pause hold up neither the screen nor the keys, and the last one is shown."""

from __future__ import annotations

import threading
from collections.abc import Callable

from crew_core.model.events import Event
from crew_core.model.status import RunStatus
from crew_core.observe.slices import AppendLog, EventsSlice, RunSlice, SliceName, SliceState
from tests.acceptance.stage import Stage, playing, scripted
from tests.tui.builders import a_busy_project, event, row, runs
from tests.tui.dashboard import ScriptedSource

#: As many as in ten seconds of fifty a second, at least; then as long as it takes to see what is wanted.
EVENTS = 500


class Stream:
    """Publishes one event after the other from a thread of its own, without a pause, until it is told to end."""

    def __init__(self, source: ScriptedSource) -> None:
        self._source = source
        self._log: AppendLog[Event] = AppendLog()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.count = 0

    def __enter__(self) -> Stream:
        self._thread.start()
        return self

    def __exit__(self, *of_an_error: object) -> None:
        self._enough.set()
        self._thread.join()

    def _run(self) -> None:
        while self.count < EVENTS or not self._enough.is_set():
            self.count += 1
            self._log.append(event(self.count % 50, "task.note", "04_tests", f"event number {self.count}."))
            working = row(0xCFC0CF97, RunStatus.RUNNING, total=EVENTS, done=self.count % EVENTS)
            self._source.publish(events=EventsSlice(SliceState.READY, self._log, self.count), runs=runs(working))


async def while_it_streams(stage: Stage, true: Callable[[], bool], stream: Stream) -> None:
    """Each frame comes while events come: nothing waits for their end."""
    while not true():
        await stage.app.something()
        assert stream.count


async def test_a_stream_without_a_pause_starves_neither_screen_nor_keys() -> None:
    slices = a_busy_project()
    run = slices[SliceName.RUN]
    assert isinstance(run, RunSlice)
    source = ScriptedSource(slices)
    async with playing(scripted(source, select=run.path)) as stage:
        await stage.press("2")
        with Stream(source) as stream:
            began = stage.app.frames
            await while_it_streams(stage, lambda: stage.app.frames > began + 20, stream)
            first = stream.count
            await while_it_streams(stage, lambda: stream.count > first, stream)
            assert "event number" in stage.text()
            stage.type("?")
            await while_it_streams(stage, lambda: "Esc close" in stage.text(), stream)
            stage.type("escape")
            await while_it_streams(stage, lambda: "Esc close" not in stage.text(), stream)
        await stage.sees(f"event number {stream.count}.")
