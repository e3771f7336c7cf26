"""The dashboard on a real run whose eight agents all speak: processor time, frames, and keys meanwhile."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from pathlib import Path

import psutil

from bench.crew import make_run, place, start
from bench.measure import Judged, Measure, percentile
from bench.screen import Screen
from crew_core.store.layout import runs_root

_AGENTS = 8
_LINES_PER_S = 10
_SECONDS = 10
_KEYS = 40

_SPEAK = f"""\
import time
for number in range(100000):
    print("agent says something of some length, as agents do, line", number, flush=True)
    time.sleep({1 / _LINES_PER_S})
"""


def active_run() -> list[Measure]:
    """Eight agents at ten lines a second each: the budgets are those of the acceptance table of the interface."""
    with place() as directory:
        project, timings = directory / "project", directory / "frames"
        speak = f"exec {shlex.quote(sys.executable)} -S -c {shlex.quote(_SPEAK)}"
        layout = make_run(runs_root(project), {f"speaks-{number}": speak for number in range(_AGENTS)})
        coordinator = start(layout)
        try:
            argv = (sys.executable, "-m", "bench.timed_app", str(timings), "--root", str(project))
            with Screen(argv) as screen:
                screen.until(f"speaks-{_AGENTS - 1}")
                _read_for(screen, 3)
                share = _processor_share(screen)
                paints = [_key_to_paint(screen, number) for number in range(_KEYS)]
                frames = [float(line) for line in timings.read_text().splitlines()]
        finally:
            os.kill(coordinator.pid, signal.SIGKILL)
            coordinator.wait()
            _end_all(layout.root)
    note = f"{_AGENTS} agents, {_LINES_PER_S} lines/s each"
    frame, key = percentile(frames, 0.95), percentile(paints, 0.95) * 1000
    return [
        Measure("dashboard.active_cpu", (share,), "%", Judged.REPORT, note=note, budget=15),
        Measure("dashboard.active_frame_p95", (frame,), "ms", Judged.REPORT, note=note, budget=8),
        Measure("dashboard.active_key_to_paint_p95", (key,), "ms", Judged.REPORT, note=note, budget=50),
    ]


def _read_for(screen: Screen, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        screen.take(left)
        screen.forget()


def _processor_share(screen: Screen) -> float:
    """Of one core, in percent."""
    process = psutil.Process(screen.process.pid)
    before = process.cpu_times()
    _read_for(screen, _SECONDS)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / _SECONDS * 100


def _key_to_paint(screen: Screen, number: int) -> float:
    """To another tab and back: the words of each are painted anew."""
    _read_for(screen, 0.2)
    key, words = ("5", "workers running") if number % 2 == 0 else ("1", "speaks-0")
    began = time.perf_counter()
    screen.press(key)
    return screen.until(words) - began


def _end_all(root: Path) -> None:
    """The agents' supervisors, which would go on without a coordinator."""
    for process in psutil.process_iter():
        try:
            if any(str(root) in word for word in process.cmdline()):
                process.kill()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
