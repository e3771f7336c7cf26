"""The dashboard while much is going on: from the write of an event to its cell, from a key to its paint, memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.crew import finished_runs, open_runs, place
from bench.latency import latencies
from bench.measure import Judged, Measure, percentile
from bench.screen import BARE, DASHBOARD, Screen
from crew_core.store.layout import runs_root

_RUNS = 20
_SECONDS = 10
_MANY = 5_000
_KEYS = 200

#: Budgets in milliseconds for the 95th percentile, by watcher and events per second over all runs.
_BUDGETS = {("inotify", 100): 30, ("inotify", 1000): 40, ("watchfiles", 1000): 60}


def write_to_cell() -> Iterator[Measure]:
    """A separate process appends events to the journals of 20 runs; one of the runs is looked at."""
    return (_write_to_cell(watcher, rate) for watcher, rate in _BUDGETS)


def _write_to_cell(watcher: str, per_second: int) -> Measure:
    with place() as directory:
        project = open_runs(directory, _RUNS)
        argv = (*DASHBOARD, "--root", str(project))
        with Screen(argv, environment={"CREW_TUI_UI_WATCHER": watcher}) as screen:
            screen.until("follow me")
            screen.press("2")
            screen.settle()
            took = _latencies(screen, project, per_second)
    p95 = percentile(took, 0.95) * 1000
    name = f"dashboard.write_to_cell_p95_{watcher}_{per_second}"
    budget = _BUDGETS[watcher, per_second]
    return Measure(name, (p95,), "ms", Judged.REPORT, note=f"{len(took)} events seen", budget=budget)


def _latencies(screen: Screen, project: Path, per_second: int) -> list[float]:
    events = per_second * _SECONDS
    expected = (events + _RUNS - 1) // _RUNS
    writer = ("bench.event_writer", str(runs_root(project)), str(events), str(per_second))
    return latencies(screen, writer, expected)


def many_runs() -> list[Measure]:
    """With 5,000 runs on disk: from a key to its paint beside a bare app's echo, and the memory it takes."""
    with place() as directory:
        project = finished_runs(directory, _MANY)
        with Screen((*DASHBOARD, "--root", str(project))) as screen:
            screen.until(f"runs {_MANY}")
            screen.settle(1.5)
            memory = psutil.Process(screen.process.pid).memory_info().rss / 1e6
            paints = [_key_to_paint(screen, "j" if number % 40 < 30 else "k") for number in range(_KEYS)]
        with Screen(BARE) as screen:
            screen.until("bare ready")
            screen.settle()
            bare_memory = psutil.Process(screen.process.pid).memory_info().rss / 1e6
    p95 = percentile(paints, 0.95) * 1000
    return [
        Measure("dashboard.key_to_paint_p95", (p95,), "ms", Judged.REPORT, note=f"{_MANY} runs", budget=16),
        Measure("dashboard.memory", (memory,), "MB", Judged.REPORT, note=f"{_MANY} runs", budget=120),
        Measure("dashboard.memory_vs_bare_app", (memory / bare_memory,), "×", Judged.RATIO, note=f"{_MANY} runs"),
    ]


def _key_to_paint(screen: Screen, key: str) -> float:
    screen.forget()
    began = time.perf_counter()
    screen.press(key)
    at = screen.take(1.0)
    if at is None:
        raise TimeoutError(f"nothing was painted after {key!r}")
    screen.settle(0.05)
    return at - began
