"""Starvation: changes that never pause hold up neither the screen nor the keys, and the last one is shown."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from crew_core.model import events as e
from crew_core.model.events import Event
from crew_core.model.status import AttemptCause, RunStatus
from crew_core.observe.slices import AppendLog, EventsSlice, RunSlice, SliceName, SliceState
from tests.acceptance.stage import Stage, over_own, playing, scripted
from tests.acceptance.written_elsewhere import words
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun
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


#: Runs that are written to, and events that each has before.
RUNS, KNOWN = 6, 3

#: Events of the selected run that have come before it is enough.
MANY = 100


def written_runs(root: Path) -> None:
    """As far as their first attempt."""
    for number in range(RUNS):
        run = WrittenRun(root, plan(task("t"), run_id=f"team_20260102030405_{number:016x}"))
        run.record(e.RunRunning())
        run.record(
            e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0), "t"
        )
        run.snapshots()


class WrittenElsewhere:
    """A process that goes on writing until `end`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def end(self) -> dict[str, int]:
        """How many events the journal of each run has."""
        out, _ = await self._process.communicate(b"")
        counts: dict[str, int] = json.loads(out)
        return counts


@asynccontextmanager
async def writing(root: Path) -> AsyncIterator[WrittenElsewhere]:
    command = (sys.executable, "-m", "tests.acceptance.written_elsewhere", str(root), str(KNOWN))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        yield WrittenElsewhere(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def events_of(stage: Stage) -> tuple[str, list[int]]:
    """The run that is selected, and the events of it that have come."""
    detail = stage.app.main.detail
    events = detail.slice(EventsSlice, SliceName.EVENTS)
    run = detail.run.path.name if detail.run.path else ""
    return run, [each.seq for each in events.log.first(events.count)] if events else []


def is_shown(stage: Stage, wanted: tuple[str, list[int]]) -> bool:
    return events_of(stage) == wanted


async def test_of_what_another_process_writes_to_several_runs_every_event_comes_and_the_last_is_shown(
    tmp_path: Path,
) -> None:
    root = tmp_path / "runs"
    written_runs(root)
    async with playing(over_own(root)) as stage, writing(root) as elsewhere:
        await stage.press("2")
        await stage.until(lambda: len(events_of(stage)[1]) > KNOWN, "events while they are written")
        stage.type("?")
        await stage.sees("Esc close")
        stage.type("escape")
        await stage.until(lambda: "Esc close" not in stage.text(), "the help is left")
        await stage.until(lambda: len(events_of(stage)[1]) > MANY, "many events")
        counts = await elsewhere.end()
        seen = set()
        for _ in range(RUNS):
            run, _ = events_of(stage)
            all_of_it = (run, list(range(1, counts[run] + 1)))
            await stage.until(partial(is_shown, stage, all_of_it), f"all of {run}")
            await stage.sees(words(counts[run]))
            seen.add(run)
            await stage.press("escape", "down", "2")
            await stage.until(lambda: events_of(stage)[0] not in seen or len(seen) == RUNS, "the next run")
        assert seen == set(counts)
