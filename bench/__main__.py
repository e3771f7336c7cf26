"""Run the benches, print the table, fail on a regression. ``--record`` writes a new baseline; ``NAME…`` selects."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterable
from functools import partial
from importlib import import_module

from bench import baseline
from bench.measure import Bench, Measure
from bench.table import Table

_BENCHES = (
    ("bench.journal_bench", "journal_throughput"),
    ("bench.engine_bench", "spawn_to_first_event"),
    ("bench.cancel_bench", "cancel_latency"),
    ("bench.cancel_bench", "lost_supervisor"),
    ("bench.supervisor_bench", "supervisor_memory"),
    ("bench.supervisor_bench", "idle_wakeups"),
    ("bench.dashboard_bench", "first_frame"),
    ("bench.dashboard_bench", "write_to_pixel"),
    ("bench.dashboard_bench", "dashboard_idle"),
    ("bench.idle_trace", "idle_system_calls"),
    ("bench.refresh_bench", "refresh"),
    ("bench.load_bench", "write_to_cell"),
    ("bench.load_bench", "many_runs"),
    ("bench.active_bench", "active_run"),
    ("bench.transcript_bench", "open_transcript"),
    ("bench.transcript_bench", "search_transcript"),
    ("bench.decoding_bench", "adapter_decoding"),
    ("bench.imports_bench", "unused_adapters"),
    ("bench.builtin_bench", "builtin_start"),
    ("bench.adapters_bench", "program_start"),
)


def _run(module: str, name: str) -> Iterable[Measure]:
    bench: Bench = getattr(import_module(module), name)
    return bench()


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def main() -> int:
    """Exit status 1 when a ratio or a count is worse than the baseline by more than the noise, or a bench failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the result as the new baseline")
    parser.add_argument("name", nargs="*", help="benches to run (default: all)")
    arguments = parser.parse_args()
    machine = _machine()
    sys.stdout.write(
        f"{machine['cores']} cores, {machine['system']} {machine['kernel']}, Python {machine['python']}\n\n"
    )
    table = Table(baseline.read(), sys.stdout)
    for module, name in _BENCHES:
        if not arguments.name or name in arguments.name:
            sys.stderr.write(f"{name} …\n")
            table.fill(name, partial(_run, module, name))
    if table.failed:
        # A baseline that lacks a row would let every later value of it pass.
        return 1
    if arguments.record:
        baseline.write(table.measures, machine)
        return 0
    return 1 if table.worse else 0


if __name__ == "__main__":
    sys.exit(main())
