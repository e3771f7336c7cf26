"""Reading a file of the project: plain files only, of bounded size, never through a symbolic link."""

from __future__ import annotations

import os
import stat
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

#: Source files are smaller; of a larger file nothing is read.
FILE_BYTES = 1024 * 1024

_SNIFFED_BYTES = 8192


class Unread(StrEnum):
    """Why a file was not read."""

    GONE = "could not be read"
    LINK = "symbolic link or no plain file"
    LARGE = "larger than 1 MiB"
    BINARY = "binary"


def read_file(root: Path, path: str, limit_bytes: int = FILE_BYTES) -> bytes | Unread:
    """The bytes of a file of the listing, or why there are none."""
    whole = root / path
    try:
        if not _inside(root, whole.parent):
            return Unread.LINK
        if stat.S_ISREG(whole.lstat().st_mode) is False:
            return Unread.LINK
        fd = os.open(whole, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return Unread.GONE
    with os.fdopen(fd, "rb") as file:
        try:
            about = os.fstat(fd)
            if not stat.S_ISREG(about.st_mode):
                return Unread.LINK
            if about.st_size > limit_bytes:
                return Unread.LARGE
            data = file.read(limit_bytes)
        except OSError:
            return Unread.GONE
    return Unread.BINARY if b"\0" in data[:_SNIFFED_BYTES] else data


@lru_cache(maxsize=4096)
def _inside(root: Path, folder: Path) -> bool:
    """Whether a folder lies below the root when its links are followed; an index may name what lies behind one."""
    return folder.resolve().is_relative_to(root.resolve())


def read_text(root: Path, path: str, limit_bytes: int = FILE_BYTES) -> str:
    """Its text, empty when it cannot be read; what is no UTF-8 is replaced."""
    data = read_file(root, path, limit_bytes)
    return data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else ""


def line_of(text: str, position: int) -> int:
    """The number of the line, from 1, in which a position lies."""
    return text.count("\n", 0, position) + 1
