"""A cgroup of its own for the agent, where a delegated one exists: nothing leaves it, and it is killed as a whole."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cgroup:
    """A child of the cgroup that we were started in."""

    path: Path

    def enter(self) -> None:
        """Called in the forked child, before exec: everything it starts is born inside."""
        fd = os.open(self.path / "cgroup.procs", os.O_WRONLY)
        os.write(fd, b"0")
        os.close(fd)

    def kill(self) -> None:
        try:
            (self.path / "cgroup.kill").write_text("1")
        except OSError as error:
            # Kernels before 5.14 have no such file; the tree is killed process by process anyway.
            _LOG.info("cgroup.kill: %s", error)

    def remove(self) -> None:
        try:
            self.path.rmdir()
        except OSError as error:
            _LOG.info("cgroup not removed: %s", error)


def delegated(worker_id: str) -> Cgroup | None:
    """A fresh cgroup for this worker, or None where none is delegated to us (the root is nobody's to use)."""
    ours = _own_directory()
    if ours is None or not os.access(ours, os.W_OK) or not os.access(ours / "cgroup.procs", os.W_OK):
        return None
    path = ours / f"crew-{worker_id.rsplit(':', 1)[-1]}-{os.getpid()}"
    try:
        path.mkdir()
    except OSError as error:
        _LOG.info("no cgroup: %s", error)
        return None
    return Cgroup(path)


def _own_directory() -> Path | None:
    """Where our own cgroup of version 2 is mounted; None without one, or when it is the root."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return None
    place = next((line[3:] for line in lines if line.startswith("0::")), "/")
    mount = next((fields[1] for fields in map(str.split, mounts) if fields[2] == "cgroup2"), None)
    if mount is None or place == "/":
        return None
    return Path(mount) / place.lstrip("/")
