"""The engine's overhead: from the start of a run to its agent's first word, beside the bare processes."""

from __future__ import annotations

import subprocess
import sys
import time

from bench.crew import make_run, place, start, wait_for
from bench.measure import Judged, Measure

_ROUNDS = 7


def _bare() -> float:
    """Two interpreters and a shell one after the other: what three processes cost without any engine."""
    began = time.perf_counter()
    for _ in range(2):
        subprocess.run([sys.executable, "-c", "import msgspec, selectors"], check=True)
    subprocess.run(["sh", "-c", "echo ready"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def spawn_to_first_event() -> list[Measure]:
    """Coordinator started → the agent's first output is on disk."""
    ours, ratios = [], []
    with place() as directory:
        for number in range(_ROUNDS):
            layout = make_run(directory, {"t": "echo ready"}, number)
            began = time.perf_counter()
            process = start(layout)
            seen = wait_for(layout.attempt("t", 1).transcript, b"ready")
            process.wait()
            ours.append(seen - began)
            ratios.append((seen - began) / _bare())
    return [
        Measure("engine.start_to_first_output_vs_bare", tuple(ratios), "×", Judged.RATIO),
        Measure("engine.start_to_first_output", tuple(s * 1000 for s in ours), "ms", Judged.REPORT),
    ]
