"""A small record written in place into a locked file, which says who holds the lock.

Never renamed over: the lock belongs to the file, not to its name.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TypeVar

import msgspec

from crew_core.store.fs import Fs

RowT = TypeVar("RowT", bound=msgspec.Struct)

#: Rows are padded with blanks to a multiple of this, so that one write replaces the whole of the old one.
_ROW_BYTES = 1024


def write_row(fs: Fs, fd: int, row: msgspec.Struct, *, durable: bool) -> None:
    """Replace the content of the locked file `fd`.

    Readers see the old row, the new one, or none, never a mixture.
    """
    text = msgspec.json.encode(row) + b"\n"
    length = -(-len(text) // _ROW_BYTES) * _ROW_BYTES
    fs.write_at(fd, 0, text.ljust(length))
    if fs.fstat(fd).st_size > length:
        fs.truncate(fd, length)
    if durable:
        fs.fsync(fd)


def read_row(path: Path, kind: type[RowT]) -> RowT | None:
    """The row in the file; None when there is no file or nothing readable in it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, ValueError, RecursionError):
        return None


def is_locked(path: Path) -> bool:
    """Whether anybody holds an exclusive lock on the file now. Takes a shared one for microseconds."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False
