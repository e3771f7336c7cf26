"""Reading a file where agents may write too: whatever else has taken its place is as good as no file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

# Without O_NONBLOCK a FIFO in its place would hold the reader for ever.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

#: Nothing stands at the path, or something else on the way to it.
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES)


def open_regular(path: Path) -> BinaryIO:
    """Open it for reading.

    :raises FileNotFoundError: there is none, or a directory, a link, a FIFO stands there or on the way.
    :raises OSError: it cannot be read.
    """
    try:
        fd = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise
    except OSError as error:
        if _is_regular(path):
            raise
        raise FileNotFoundError(error.errno, "is no file", str(path)) from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise FileNotFoundError(0, "is no file", str(path))
    return open(fd, "rb")


def read_regular(path: Path) -> bytes:
    """All of it. :raises OSError: as `open_regular`."""
    with open_regular(path) as file:
        return file.read()


def _is_regular(path: Path) -> bool:
    """Whether it is a file; a disk that does not tell is not taken for one without it."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError as error:
        return error.errno not in _NOT_THERE
