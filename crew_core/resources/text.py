"""The text of a resource file: UTF-8, of a bounded size, with ends of lines that are all ``\\n``."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from crew_core.resources.faults import Fault, ResourceError

#: Larger files are no resources; a wrong link should not be read whole.
LARGEST_BYTES = 1_048_576

_LINE_END = re.compile(r"\r\n|\r|\n")


def read_text(path: Path) -> str:
    """:raises ResourceError: it cannot be read, is no regular file, too large, or no text."""
    try:
        data = _read(path)
    except OSError as error:
        raise ResourceError([Fault(path, 1, f"cannot be read: {error.strerror or error}")]) from error
    if len(data) > LARGEST_BYTES:
        raise ResourceError([Fault(path, 1, f"is larger than {LARGEST_BYTES} bytes")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", "replace")
        raise ResourceError([Fault(path, _lines(before), "is not UTF-8")]) from error
    if "\0" in text:
        raise ResourceError([Fault(path, _lines(text[: text.index("\0")]), "has a NUL byte: this is no text")])
    return _LINE_END.sub("\n", text)


def _read(path: Path) -> bytes:
    # Opening a FIFO would wait for its writer.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise ResourceError([Fault(path, 1, "is no regular file")])
        with os.fdopen(fd, "rb", closefd=False) as file:
            return file.read(LARGEST_BYTES + 1)
    finally:
        os.close(fd)


def _lines(text: str) -> int:
    return len(_LINE_END.findall(text)) + 1
