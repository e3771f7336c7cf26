"""Where the lines of a growing file begin: eight bytes of memory for each, whatever its length."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import pairwise

from crew_core.observe.byte_file import Bytes

#: Read at once while the index is built: large enough to be fast, small enough to stop at any moment.
CHUNK = 1 << 20

#: A longer line is not understood, only its beginning is shown; all of it stays on disk.
LONGEST_LINE = 4 << 20

#: The beginning of such a line.
HEAD = 32 << 10


class LineStarts:
    """Begins at ``start``, the begin of a line. A last line without its newline is no line yet."""

    def __init__(self, file: Bytes, start: int = 0) -> None:
        self._file = file
        self._starts = array("Q")
        self._held = b""
        self._held_bytes = 0
        #: Where the first line begins, and the offset behind the newline of the last one.
        self.start = self.end = start

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def read_to(self) -> int:
        """The offset up to which the file was read."""
        return self.end + self._held_bytes

    @property
    def rest_bytes(self) -> int:
        """Of a last line that is not complete."""
        return self._held_bytes

    def begin_of(self, line: int) -> int:
        """The offset of a line; of the one behind the last, where it would begin."""
        return self._starts[line] if line < len(self._starts) else self.end

    def span(self, first: int, last: int) -> int:
        """Bytes of the lines from one to another."""
        return self.begin_of(last + 1) - self.begin_of(first)

    def at(self, offset: int) -> int:
        """The line that an offset lies in; -1 before the first."""
        return bisect_right(self._starts, offset) - 1

    def read_more(self) -> list[bytes] | None:
        """The lines that the next chunk completes, without their newlines; None at the end of the file.

        Of a line that is longer than `LONGEST_LINE` comes `overlong`. :raises OSError: it cannot be read.
        """
        data = self._file.read_at(self.read_to, CHUNK)
        return self._lines_of(data) if data else None

    def _lines_of(self, data: bytes) -> list[bytes]:
        first, newline, rest = data.partition(b"\n")
        self._hold(first)
        if not newline:
            return []
        lines = [self._line(self._held, self._held_bytes)]
        self._held, self._held_bytes = b"", 0
        *whole, last = rest.split(b"\n")
        lines += [self._line(line, len(line)) for line in whole]
        self._hold(last)
        return lines

    def _hold(self, data: bytes) -> None:
        self._held_bytes += len(data)
        if len(self._held) <= LONGEST_LINE:
            self._held += data

    def _line(self, line: bytes, size: int) -> bytes:
        self._starts.append(self.end)
        self.end += size + 1
        return line if size <= LONGEST_LINE else overlong(line, size)

    def read(self, first: int, last: int) -> list[bytes]:
        """The lines from one to another. :raises OSError: they cannot be read."""
        begins = [self.begin_of(line) for line in range(first, last + 2)]
        sizes = [end - begin - 1 for begin, end in pairwise(begins)]
        if max(sizes) > LONGEST_LINE:
            return [self._read_one(begin, size) for begin, size in zip(begins, sizes, strict=False)]
        data = self._file.read_at(begins[0], begins[-1] - begins[0])
        return [data[begin - begins[0] : begin - begins[0] + size] for begin, size in zip(begins, sizes, strict=False)]

    def read_line(self, line: int) -> bytes:
        """:raises OSError: it cannot be read."""
        begin = self._starts[line]
        return self._read_one(begin, self.begin_of(line + 1) - begin - 1)

    def _read_one(self, begin: int, size: int) -> bytes:
        if size <= LONGEST_LINE:
            return self._file.read_at(begin, size)
        return overlong(self._file.read_at(begin, HEAD), size)


def overlong(beginning: bytes, size: int) -> bytes:
    """What stands for a line of ``size`` bytes that is too long to be understood."""
    return beginning[:HEAD] + f"… [{size} bytes]".encode()
