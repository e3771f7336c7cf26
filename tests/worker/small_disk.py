"""A supervisor on a disk of a size that the test changes while it runs: ``python -m tests.worker.small_disk DIR``."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from crew_core.store.clock import SystemClock
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.worker.process import supervise

#: Names the file that holds the disk's size in bytes.
CAPACITY_VARIABLE = "CREW_TEST_CAPACITY"


class SmallDisk(RealFs):
    """Takes as much as there is room for, then says ENOSPC: what lies under ``root`` counts."""

    def __init__(self, root: Path, capacity: Path) -> None:
        self._root = root
        self._capacity = capacity

    def _room(self) -> int:
        files = (self._root / name for name in os.listdir(self._root))
        return int(self._capacity.read_text()) - sum(file.lstat().st_size for file in files if file.is_file())

    def write(self, fd: int, data: bytes) -> None:
        room = max(0, self._room())
        super().write(fd, data[:room])
        if room < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    disk = SmallDisk(directory, Path(os.environ.pop(CAPACITY_VARIABLE)))
    sys.exit(supervise(directory, fs=disk, clock=SystemClock(), identities=real_identities()))
