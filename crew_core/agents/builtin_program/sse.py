"""Server-sent events: the name and the ``data`` of each, from bytes in any cutting.

https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

from typing import NamedTuple


class EventTooLong(ValueError):
    """One event is longer than may be kept."""


#: No chunk of a model's answer comes near.
LONGEST_EVENT = 64 * 1024 * 1024

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """``name`` is empty for most."""

    data: bytes
    name: bytes = b""


class Sse:
    """Lines end at LF, CR LF or CR; the other fields of an event mean nothing here."""

    def __init__(self, longest: int = LONGEST_EVENT) -> None:
        self._longest = longest
        self._rest = bytearray()
        self._after_cr = False
        self._began = False
        self._data: list[bytes] = []
        self._name = b""
        self._size = 0

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete. :raises EventTooLong: this stream cannot be gone on with."""
        if self._after_cr and data:
            # Its LF came in another piece.
            data = data.removeprefix(b"\n")
            self._after_cr = False
        self._rest += data
        if len(self._rest) + self._size > self._longest:
            raise EventTooLong(f"an event of more than {self._longest} bytes")
        return self._complete() if b"\n" in data or b"\r" in data else []

    def _complete(self) -> list[Event]:
        found: list[Event] = []
        self._after_cr = self._rest.endswith(b"\r")
        *lines, rest = self._rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._line(bytes(line if self._began else line.removeprefix(_BYTE_ORDER_MARK)), found)
            self._began = True
        self._rest = rest
        return found

    def _line(self, line: bytes, found: list[Event]) -> None:
        if not line:
            if self._data:
                found.append(Event(b"\n".join(self._data), self._name))
            self._data, self._name, self._size = [], b"", 0
            return
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
        elif field == b"event":
            self._name = value.removeprefix(b" ")
