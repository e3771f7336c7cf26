"""A file with a path of one's choice, which need not be there."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile

from crew_core.observe.text_file import Change, Lines, TextFile


class GivenFile(TextFile):
    """`change` is what became of it since; a `torn` one can be read at its beginning only."""

    def __init__(self, path: Path, data: bytes, *, change: Change = Change.NONE, torn: bool = False) -> None:
        with TemporaryFile() as file:
            file.write(data)
            file.flush()
            super().__init__(path, os.dup(file.fileno()))
        self._change = change
        self._torn = torn

    def lines_at(self, offset: int, size_bytes: int | None = None) -> Lines | None:
        if offset and self._torn:
            raise OSError(5, "Input/output error")
        return super().lines_at(offset, size_bytes)

    def look_again(self) -> Change:
        return self._change
