"""The dashboard beside the least that Textual can do: its first frame, a change on its way to the screen, idleness."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from bench.crew import finished_runs, open_attempt, place
from bench.latency import latencies
from bench.measure import Judged, Measure, percentile
from bench.screen import BARE, DASHBOARD, Screen

_FIRST_FRAMES = 7
_RUNS = 5_000
_IDLE_S = 10.0
_LINES_PER_S = 50
_LINES = 200
#: Each line belongs to one of so many repetitions, which differ by noise alone.
_PARTS = 5


def first_frame() -> list[Measure]:
    """From exec to the first frame with data, and to that with every pane, with many runs on disk."""
    with place() as directory:
        project = finished_runs(directory, _RUNS)
        argv = (*DASHBOARD, "--root", str(project))
        ours, whole, bare = [], [], []
        for _ in range(_FIRST_FRAMES):
            bare.append(_seconds(BARE, "bare ready"))
            ours.append(_seconds(argv, "completed"))
            whole.append(_seconds(argv, "quit"))
    note = f"{_RUNS} runs"
    return [
        Measure("dashboard.first_frame_vs_bare_app", _over(ours, bare), "×", Judged.RATIO, note=note, at_most=1.4),
        Measure("dashboard.every_pane_vs_bare_app", _over(whole, bare), "×", Judged.RATIO, note=note),
        Measure("dashboard.first_frame", tuple(s * 1000 for s in ours), "ms", Judged.REPORT),
    ]


def _over(ours: Sequence[float], bare: Sequence[float]) -> tuple[float, ...]:
    return tuple(mine / least for mine, least in zip(ours, bare, strict=True))


def _seconds(argv: Sequence[str], words: str) -> float:
    with Screen(argv) as screen:
        return screen.until(words) - screen.began


def write_to_pixel() -> list[Measure]:
    """From the write of a line by another process to the terminal, beside a bare app that shows the last line."""
    with place() as directory:
        project, events = open_attempt(directory)
        with Screen((*DASHBOARD, "--root", str(project))) as screen:
            screen.until("follow me")
            screen.press("4")
            screen.until("all tasks")
            screen.settle()
            ours = _latencies(screen, events)
        file = directory / "lines"
        file.touch()
        with Screen((*BARE, str(file))) as screen:
            screen.until("bare ready")
            screen.settle()
            bare = _latencies(screen, file)
    parts = range(_PARTS)
    ratios = tuple(percentile(ours[n::_PARTS], 0.75) / percentile(bare[n::_PARTS], 0.75) for n in parts)
    p95 = (percentile(ours, 0.95) * 1000,)
    return [
        Measure("dashboard.write_to_pixel_vs_bare_app", ratios, "×", Judged.RATIO),
        Measure("dashboard.write_to_pixel_p95", p95, "ms", Judged.REPORT, note=f"{_LINES_PER_S} lines/s"),
    ]


def _latencies(screen: Screen, file: Path) -> list[float]:
    return latencies(screen, ("bench.line_writer", str(file), str(_LINES), str(_LINES_PER_S)), _LINES)


def dashboard_idle() -> list[Measure]:
    """What happens while nothing changes on a finished run: wake-ups, reads and bytes painted, beside a bare app."""
    with place() as directory:
        project = finished_runs(directory, 20)
        ours = _effort((*DASHBOARD, "--root", str(project)), "completed")
        bare = _effort(BARE, "bare ready")
    return [
        Measure("dashboard.idle_wakeups_above_bare", (ours[0] - bare[0],), "/s", Judged.COUNT, at_most=3),
        Measure("dashboard.idle_reads_above_bare", (ours[1] - bare[1],), "/s", Judged.COUNT, at_most=0.5),
        Measure("dashboard.idle_bytes_painted", (ours[2],), "B", Judged.COUNT, at_most=0),
        Measure("dashboard.idle_cpu_above_bare", ((ours[3] - bare[3]) * 100,), "%", Judged.REPORT, budget=0.2),
    ]


def _effort(argv: Sequence[str], words: str) -> tuple[float, float, float, float]:
    """Context switches, reads and CPU seconds per second, and bytes painted, from a second after the frame on."""
    with Screen(argv) as screen:
        screen.until(words)
        screen.settle(1.0)
        process = psutil.Process(screen.process.pid)
        # The clock in the corner changes each minute: not within the measurement.
        time.sleep(max(0.0, 62 - time.time() % 60 if time.time() % 60 > 58 - _IDLE_S else 0.0))
        screen.settle(0.5)
        screen.forget()
        before = _counters(process)
        deadline = time.perf_counter() + _IDLE_S
        while (left := deadline - time.perf_counter()) > 0:
            screen.take(left)
        after = _counters(process)
    switches, reads, cpu = ((b - a) / _IDLE_S for a, b in zip(before, after, strict=True))
    return switches, reads, float(len(screen.raw)), cpu


def _counters(process: psutil.Process) -> tuple[float, float, float]:
    cpu = process.cpu_times()
    switches = sum(
        int(line.split()[1])
        for status in Path(f"/proc/{process.pid}/task").glob("*/status")
        for line in status.read_text().splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )
    return switches, process.io_counters().read_count, cpu.user + cpu.system
