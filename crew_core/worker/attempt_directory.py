"""Whether the directory of our attempt is still there: who removes it takes the attempt away from us."""

from __future__ import annotations

import os
from pathlib import Path


class AttemptDirectory:
    """Open for as long as we live, so that no other directory can get its inode."""

    def __init__(self, path: Path) -> None:
        """:raises OSError: it is not there, or cannot be opened."""
        self._path = path
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    @property
    def gone(self) -> bool:
        """Nothing lies at its path, or another directory. A disk that does not tell has not lost it."""
        try:
            found = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            # Such as EIO: whoever waits for the disk goes on waiting.
            return False
        return not os.path.samestat(found, os.fstat(self._fd))
