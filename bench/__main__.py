"""Run the benches, print the table, fail on a regression. ``--record`` writes a new baseline; ``NAME…`` selects."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib import import_module

from bench import baseline
from bench.measure import Bench, Judged, Measure

_BENCHES = (
    ("bench.journal_bench", "journal_throughput"),
    ("bench.engine_bench", "spawn_to_first_event"),
    ("bench.cancel_bench", "cancel_latency"),
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
    ("bench.adapters_bench", "adapter_decoding"),
    ("bench.adapters_bench", "program_start"),
)


def _load(selected: list[str]) -> list[Bench]:
    return [getattr(import_module(m), name) for m, name in _BENCHES if not selected or name in selected]


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def main() -> int:
    """Exit status 1 when a ratio or a count is worse than the baseline by more than the noise."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the result as the new baseline")
    parser.add_argument("name", nargs="*", help="benches to run (default: all)")
    arguments = parser.parse_args()
    measures: list[Measure] = []
    for bench in _load(arguments.name):
        sys.stderr.write(f"{bench.__name__} …\n")
        measures += bench()
    recorded = baseline.read()
    machine = _machine()
    sys.stdout.write(
        f"{machine['cores']} cores, {machine['system']} {machine['kernel']}, Python {machine['python']}\n\n"
    )
    worse = 0
    for measure in measures:
        said = baseline.verdict(measure, recorded)
        worse += bool(said)
        known = recorded.get(measure.name)
        before = f"{known['value']:10.3f}" if known else " " * 9 + "–"
        judged = "" if measure.judged is Judged.REPORT else str(measure.judged)
        line = f"{measure.name:<44}{measure.value:10.3f} {measure.unit:<4}{before}  {judged:<6} {measure.note} {said}"
        sys.stdout.write(line.rstrip() + "\n")
    if arguments.record:
        baseline.write(measures, machine)
    return 1 if worse and not arguments.record else 0


if __name__ == "__main__":
    sys.exit(main())
