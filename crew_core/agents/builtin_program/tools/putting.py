"""Putting a file in its place whole: whoever reads it meanwhile sees the old one or the new one."""

from __future__ import annotations

import os
import stat


def put(path: str, data: bytes) -> None:
    """The file keeps its permissions. :raises OSError: it is as it was."""
    directory, name = os.path.split(path)
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        mode = None
    temporary = os.path.join(directory, f".{name[:100]}.{os.urandom(4).hex()}.tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    try:
        with open(fd, "wb") as file:
            file.write(data)
            if mode is not None:
                os.fchmod(fd, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
