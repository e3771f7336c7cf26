"""What a supervisor needs: memory for 1 GB that passes through it, and wake-ups while nothing happens."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from bench.crew import make_run, place, start, wait_for
from bench.measure import Judged, Measure
from crew_core.model.attempt import AttemptResult, Claim
from crew_core.store.snapshot import read_snapshot

_GIGABYTE = 1_000_000_000
_IDLE_S = 5.0


def _field(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise KeyError(name)


def _peak_kb(directory: Path, size_bytes: int, number: int) -> tuple[int, float]:
    """The supervisor's peak memory after ``size_bytes`` of output, and how long that took."""
    script = f"head -c {size_bytes} /dev/zero | tr '\\\\0' 'x' | fold -w 100\ntouch $PWD/{number}.out\nsleep 600"
    layout = make_run(directory, {"t": script}, number)
    began = time.perf_counter()
    process = start(layout)
    attempt = layout.attempt("t", 1)
    wait_for(directory / f"{number}.out")
    while attempt.transcript.stat().st_size < size_bytes:
        time.sleep(0.01)
    took = time.perf_counter() - began
    pid = read_snapshot(attempt.claim, Claim).identity.pid
    peak = _field(pid, "VmHWM")
    process.terminate()
    process.wait()
    _end(pid)
    wait_for(attempt.result)
    read_snapshot(attempt.result, AttemptResult)
    return peak, took


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)


def supervisor_memory() -> list[Measure]:
    """Peak after 1 GB over peak after 1 MB: 1.0 is perfect."""
    with place() as directory:
        small, _ = _peak_kb(directory, 1_000_000, 1)
        large, took = _peak_kb(directory, _GIGABYTE, 2)
    return [
        Measure("supervisor.memory_1gb_vs_1mb", (large / small,), "×", Judged.RATIO),
        Measure("supervisor.memory_1gb", (large / 1024,), "MB", Judged.REPORT),
        Measure("supervisor.throughput", (_GIGABYTE / took / 1e6,), "MB/s", Judged.REPORT, True),
    ]


def idle_wakeups() -> list[Measure]:
    """Voluntary context switches per second of coordinator and supervisor while the agent sleeps."""
    with place() as directory:
        layout = make_run(directory, {"t": "touch $PWD/up; sleep 600"}, 3)
        process = start(layout)
        wait_for(directory / "up")
        pid = read_snapshot(layout.attempt("t", 1).claim, Claim).identity.pid
        time.sleep(1.5)
        before = [_field(p, "voluntary_ctxt_switches") for p in (process.pid, pid)]
        time.sleep(_IDLE_S)
        after = [_field(p, "voluntary_ctxt_switches") for p in (process.pid, pid)]
        process.terminate()
        process.wait()
        _end(pid)
        wait_for(layout.attempt("t", 1).result)
    coordinator, supervisor = ((b - a) / _IDLE_S for a, b in zip(before, after, strict=True))
    return [
        Measure("coordinator.idle_wakeups", (coordinator,), "/s", Judged.COUNT, at_most=10),
        Measure("supervisor.idle_wakeups", (supervisor,), "/s", Judged.COUNT, at_most=10),
    ]
