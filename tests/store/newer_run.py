"""Makes of a run on disk one that a newer crew-tui has written."""

from __future__ import annotations

import json
from pathlib import Path

from crew_core.store.layout import RunLayout

SAID = "written by a newer crew-tui (format 99, this is 1)"

REFUSED = f"{SAID}: it can be read, not changed"


def make_newer(*paths: Path) -> None:
    """Each of these files is of format 99 from now on, with a field that this version does not know."""
    for path in paths:
        record = json.loads(path.read_bytes())
        path.write_text(json.dumps({**record, "schemaVersion": 99, "invented": {"later": True}}))


def snapshots_of(run_dir: Path) -> tuple[Path, ...]:
    layout = RunLayout(run_dir)
    return tuple(path for path in (layout.manifest, layout.tasks, layout.agents) if path.exists())


def contents(run_dir: Path) -> dict[str, bytes]:
    """Every file below it by its path, but not the log of a coordinator, and every directory as nothing."""
    return {
        str(path.relative_to(run_dir)): path.read_bytes() if path.is_file() else b""
        for path in sorted(run_dir.rglob("*"))
        if path.name != "coordinator.log"
    }
