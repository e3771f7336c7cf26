"""All runs of this machine, one file each, so that any project's runs are found from anywhere."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crew_core.store.errors import Unreadable, UnsafePath
from crew_core.store.fs import Fs, ensure_directory
from crew_core.store.layout import is_safe_id
from crew_core.store.snapshot import read_snapshot, write_snapshot

_SUFFIX = ".json"


class RegisteredRun(msgspec.Struct, frozen=True, rename="camel"):
    """Where a run is and what it is about.

    `path` is its run directory, `project` the root that it belongs to.
    """

    run_id: str
    path: str
    team: str
    goal: str
    created_at: str
    project: str | None = None
    schema_version: int = 1


class RunRegistry:
    """The files in one directory. Run ids sort by time, so the newest are found by name alone."""

    def __init__(self, fs: Fs, directory: Path) -> None:
        self._fs = fs
        self._directory = directory

    def register(self, run: RegisteredRun) -> None:
        """Make the run known, durably. :raises UnsafePath: its id has characters that are not allowed."""
        ensure_directory(self._fs, self._directory)
        write_snapshot(self._fs, self._path(run.run_id), run)

    def unregister(self, run_id: str) -> bool:
        """Forget where the run is; its own directory is not touched. False when it was not known."""
        try:
            self._fs.unlink(self._path(run_id))
        except FileNotFoundError:
            return False
        return True

    def run_ids(self) -> list[str]:
        """Newest first. Reads names only."""
        try:
            names = self._fs.listdir(self._directory)
        except FileNotFoundError:
            return []
        # Whoever keeps this directory in step with another one makes copies with names of their own.
        ids = [run_id for n in names if n.endswith(_SUFFIX) and is_safe_id(run_id := n.removesuffix(_SUFFIX))]
        return sorted(ids, reverse=True)

    def read(self, run_id: str) -> RegisteredRun | None:
        """One entry; None when it is not there, cannot be read, or is of a newer version."""
        try:
            return read_snapshot(self._path(run_id), RegisteredRun)
        except (OSError, Unreadable):
            return None

    def all_runs(self) -> list[RegisteredRun]:
        """Newest first. Unreadable entries are left out."""
        return [run for run_id in self.run_ids() if (run := self.read(run_id)) is not None]

    def _path(self, run_id: str) -> Path:
        if not is_safe_id(run_id):
            raise UnsafePath(f"{run_id!r} is no run id")
        return self._directory / f"{run_id}{_SUFFIX}"
