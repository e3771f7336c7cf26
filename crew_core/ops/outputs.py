"""What a run has produced, with a check of each piece against the hash that was recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.records import Artifact
from crew_core.model.state import RunState
from crew_core.observe.produced import Condition, Produced, produced
from crew_core.store.layout import RunLayout

#: The coordinator's account of a run that has ended.
SUMMARY = "summary.md"


@dataclass(frozen=True, slots=True)
class Output:
    """``path`` is where its bytes are; ``integrity`` None with a ``problem``: they cannot be looked at."""

    artifact: Artifact
    path: Path
    integrity: Condition | None
    problem: str = ""


def outputs(run_dir: Path, state: RunState) -> list[Output]:
    """Results of tasks in the order of the workflow, then what else was recorded; each path once, and each hashed."""
    return [_output(each) for each in produced(run_dir, state.run, state.tasks.values(), most_hashed=None)]


def _output(found: Produced) -> Output:
    integrity = None if found.condition is Condition.UNREADABLE else found.condition
    return Output(found.artifact, found.path, integrity, found.problem)


def summary_path(run_dir: Path) -> Path | None:
    """``summary.md`` of the run; None while there is none."""
    path = RunLayout(run_dir).artifacts / SUMMARY
    return path if path.is_file() else None
