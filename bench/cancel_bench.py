"""How long trees live that ignore SIGTERM: from the command file, and from the death of their supervisor."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.crew import make_run, place, start, wait_for
from bench.measure import Judged, Measure, percentile
from crew_core.model.commands import Command, CommandKind
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities

#: The leader and its two children ignore SIGTERM; one child left the session.
_STUBBORN = 'trap "" TERM\nsetsid sleep 600 &\nsleep 600 &\ntouch "$PWD/$CREW_TASK_ID.$CREW_RUN_ID.up"\nwait\n'

_LOST = 5


def _cancel(directory: Path, workers: int, number: int) -> float:
    layout = make_run(directory, {f"t{i}": _STUBBORN for i in range(workers)}, number)
    process = start(layout)
    for i in range(workers):
        wait_for(directory / f"t{i}.{layout.run_id}.up")
    identities = real_identities()
    tree = list(identities.descendants(process.pid))
    command = Command(id="cmd_bench", kind=CommandKind.CANCEL, at="2026-01-02T03:04:05.000Z")
    began = time.perf_counter()
    maildir.put(RealFs(), layout.commands_new, "cmd_bench.json", msgspec.json.encode(command))
    ring(layout.bell)
    agents = [identity for identity in tree if not _is_supervisor(identity.pid)]
    while any(identities.alive(identity) for identity in agents):
        time.sleep(0.001)
    took = time.perf_counter() - began
    wait_for(layout.commands_done / "cmd_bench.json")
    process.wait()
    return took


def _is_supervisor(pid: int) -> bool:
    try:
        return b"crew_core.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def cancel_latency() -> Iterator[Measure]:
    """4 workers are the budget's case (p95 ≤ 200 ms); 20 and 50 are reported."""
    with place() as directory:
        floor = 0.1  # SIGKILL comes 100 ms after SIGTERM: nothing that ignores SIGTERM can be faster.
        number = 0
        for workers, rounds in ((4, 12), (20, 3), (50, 2)):
            took = []
            for _ in range(rounds):
                number += 1
                took.append(_cancel(directory, workers, number))
            p95 = percentile(took, 0.95)
            budget = 200 if workers == 4 else None
            yield Measure(f"cancel.{workers}_workers_p95", (p95 * 1000,), "ms", Judged.REPORT, budget=budget)
            if workers == 4:
                ratios = tuple(s / floor for s in took)
                yield Measure("cancel.4_workers_vs_kill_delay", ratios, "×", Judged.RATIO)


def lost_supervisor() -> Iterator[Measure]:
    """The coordinator lives, and ends what a killed supervisor has left."""
    with place() as directory:
        took = [_lose(directory, number) for number in range(1, _LOST + 1)]
        yield Measure("lost.tree_gone_p95", (percentile(took, 0.95) * 1000,), "ms", Judged.REPORT, budget=1000)


def _lose(directory: Path, number: int) -> float:
    layout = make_run(directory, {"t": _STUBBORN}, number)
    process = start(layout)
    wait_for(directory / f"t.{layout.run_id}.up")
    identities = real_identities()
    tree = list(identities.descendants(process.pid))
    [supervisor] = [identity for identity in tree if _is_supervisor(identity.pid)]
    began = time.perf_counter()
    identities.signal(supervisor, signal.SIGKILL)
    while any(map(identities.alive, tree)):
        time.sleep(0.001)
    took = time.perf_counter() - began
    process.wait()
    return took
