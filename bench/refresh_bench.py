"""A change in a long run: what the dashboard does for it must not depend on how much was there before."""

from __future__ import annotations

from pathlib import Path

from bench.crew import open_runs, place
from bench.event_writer import event_line
from bench.latency import latencies
from bench.measure import Judged, Measure, percentile
from bench.screen import DASHBOARD, Screen
from crew_core.store.layout import RunLayout, runs_root

#: Events in the journal before the first one that is measured.
_FEW, _MANY = 1_000, 100_000
_CHANGES = 100
_PER_SECOND = 20


def refresh() -> list[Measure]:
    """From the write of an event to its cell, with few and with many events before it."""
    few, many = _latencies(_FEW), _latencies(_MANY)
    shares = (0.25, 0.5, 0.75)
    ratios = tuple(percentile(many, share) / percentile(few, share) for share in shares)
    note = f"{_MANY} events beside {_FEW}"
    return [Measure("dashboard.refresh_long_vs_short", ratios, "×", Judged.RATIO, note=note, at_most=1.5)]


def _latencies(events: int) -> list[float]:
    with place() as directory:
        project = open_runs(directory, 1)
        (run_dir,) = runs_root(project).iterdir()
        _fill(run_dir, events)
        with Screen((*DASHBOARD, "--root", str(project))) as screen:
            screen.until("follow me")
            screen.press("2")
            screen.until(f"old {events:06}")
            screen.settle(1.0)
            numbers = (str(_CHANGES), str(_PER_SECOND), str(events))
            return latencies(screen, ("bench.event_writer", str(runs_root(project)), *numbers), _CHANGES)


def _fill(run_dir: Path, events: int) -> None:
    """Up to so many events; the journal has three."""
    layout = RunLayout(run_dir)
    with layout.journal.open("ab") as file:
        file.writelines(event_line(layout.run_id, seq, f"old {seq:06}") for seq in range(4, events + 1))
