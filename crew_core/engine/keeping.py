"""Keeping an output of a run, also where an agent has put something else in its place."""

from __future__ import annotations

from crew_core.engine.seams import Seams
from crew_core.model.records import Artifact
from crew_core.store import artifacts
from crew_core.store.errors import UnsafePath
from crew_core.store.layout import RunLayout


def keep(layout: RunLayout, seams: Seams, relative_path: str, data: bytes, *, kind: str, producer: str) -> Artifact:
    """Only the coordinator writes there: what stands in the way is renamed, or no run would ever end.

    :raises OSError: not stored, or not known to be durable.
    """
    while True:
        try:
            return artifacts.record(seams.fs, layout.artifacts, relative_path, data, kind, producer, clock=seams.clock)
        except UnsafePath:
            if artifacts.set_aside(seams.fs, layout.artifacts, relative_path) is None:
                raise
