"""Messages between processes as files that appear whole: one directory, any number of writers, one reader.

A message that `put` has returned for is on disk. Names sort in the order in which they are to be read.
"""

from __future__ import annotations

import os
from pathlib import Path

from crew_core.store.errors import TooLarge, UnsafePath
from crew_core.store.fs import Fs, write_durable

#: What one message may hold unless the reader says otherwise. Longer texts travel as artifacts.
MESSAGE_LIMIT_BYTES = 4 * 1024 * 1024


def put(fs: Fs, directory: Path, name: str, data: bytes) -> None:
    """Deliver `data` as `name`, durably; the same name again replaces it, so sending twice is sending once.

    :raises UnsafePath: `name` is no plain file name. :raises OSError: not delivered, or not known to be
    durable.
    """
    write_durable(fs, directory / _checked(name), data)


def pending(directory: Path) -> list[str]:
    """Names of the messages that wait, sorted.

    A missing directory holds none; half-written ones are not seen.
    """
    try:
        with os.scandir(directory) as entries:
            found = [e.name for e in entries if not e.name.startswith(".") and e.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    return sorted(found)


def read(directory: Path, name: str, limit_bytes: int = MESSAGE_LIMIT_BYTES) -> bytes:
    """One message. :raises FileNotFoundError: it was removed. :raises TooLarge: nothing of it was read."""
    path = directory / _checked(name)
    # Non-blocking, because who may write here may also put a FIFO in the place of a file.
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as file:
        size = os.fstat(fd).st_size
        data = file.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise TooLarge(path, max(size, len(data)), limit_bytes)
    return data


def remove(fs: Fs, directory: Path, name: str) -> bool:
    """Take a message out; False if it was gone already.

    Not synced: a message that comes back is handled as known.
    """
    try:
        fs.unlink(directory / _checked(name))
    except FileNotFoundError:
        return False
    return True


def _checked(name: str) -> str:
    if not name or name.startswith(".") or "/" in name or "\0" in name:
        raise UnsafePath(f"{name!r} is no name for a message")
    return name
