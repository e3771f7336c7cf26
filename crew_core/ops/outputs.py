"""What a run has produced, with a check of each piece against the hash that was recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.records import Artifact
from crew_core.model.state import RunState
from crew_core.store.artifacts import Integrity, contained, verify
from crew_core.store.errors import UnsafePath
from crew_core.store.layout import RunLayout

#: The coordinator's account of a run that has ended.
SUMMARY = "summary.md"


@dataclass(frozen=True, slots=True)
class Output:
    """``path`` is where its bytes are; ``integrity`` None with a ``problem``: they cannot be looked at."""

    artifact: Artifact
    path: Path
    integrity: Integrity | None
    problem: str = ""


def outputs(run_dir: Path, state: RunState) -> list[Output]:
    """Results of tasks in the order of the workflow, then what else was recorded; each path once."""
    results = [task.result_artifact for task in state.tasks.values() if task.result_artifact is not None]
    found = {artifact.path: artifact for artifact in (*results, *state.run.artifacts)}
    return [_checked(RunLayout(run_dir).artifacts, artifact) for artifact in found.values()]


def summary_path(run_dir: Path) -> Path | None:
    """``summary.md`` of the run; None while there is none."""
    path = RunLayout(run_dir).artifacts / SUMMARY
    return path if path.is_file() else None


def _checked(root: Path, artifact: Artifact) -> Output:
    try:
        return Output(artifact, contained(root, artifact.path), verify(root, artifact))
    except UnsafePath as error:
        return Output(artifact, root, None, str(error))
    except OSError as error:
        return Output(artifact, root / artifact.path, None, f"cannot be read: {error.strerror or error}")
