"""All runs of this machine, one file each, so that any project's runs are found from anywhere."""

from __future__ import annotations

import heapq
from pathlib import Path

import msgspec

from crew_core.store.errors import Corrupt, NewerFormat, UnsafePath
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

    def run_ids(self, limit: int | None = None) -> list[str]:
        """Newest first, at most `limit`. Reads names only."""
        try:
            names = self._fs.listdir(self._directory)
        except FileNotFoundError:
            return []
        ids = [n.removesuffix(_SUFFIX) for n in names if n.endswith(_SUFFIX) and not n.startswith(".")]
        return sorted(ids, reverse=True) if limit is None else heapq.nlargest(limit, ids)

    def read(self, run_id: str) -> RegisteredRun | None:
        """One entry; None when it is not there, damaged, or of a newer version."""
        try:
            return read_snapshot(self._path(run_id), RegisteredRun)
        except (FileNotFoundError, Corrupt, NewerFormat):
            return None

    def all_runs(self, limit: int | None = None) -> list[RegisteredRun]:
        """The newest `limit` entries, newest first; reads no other file. Unreadable entries are left out."""
        return [run for run_id in self.run_ids(limit) if (run := self.read(run_id)) is not None]

    def find(self, text: str) -> list[str]:
        """Ids that `text` can mean, newest first: the id itself, else all that begin or end with it."""
        ids = self.run_ids()
        if text in ids:
            return [text]
        return [i for i in ids if text and (i.startswith(text) or i.endswith(text))]

    def _path(self, run_id: str) -> Path:
        if not is_safe_id(run_id):
            raise UnsafePath(f"{run_id!r} is no run id")
        return self._directory / f"{run_id}{_SUFFIX}"
