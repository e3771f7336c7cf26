"""The beginning and the end of a text of any length, in fixed memory."""

from __future__ import annotations


class HeadAndTail:
    """Keeps at most ``room`` bytes, two at least: the first half of them and the last."""

    def __init__(self, room: int) -> None:
        room = max(2, room)
        self._head_room = room // 2
        self._tail_room = room - self._head_room
        self._head = bytearray()
        self._tail = bytearray()
        self.size = 0
        #: Nothing but white space was added so far, which is no answer.
        self.blank = True

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self.blank = self.blank and not data.strip()
        free = self._head_room - len(self._head)
        if free > 0:
            self._head += data[:free]
            data = data[free:]
        if data:
            self._tail += data[-2 * self._tail_room :]
            if len(self._tail) > 2 * self._tail_room:
                del self._tail[: len(self._tail) - self._tail_room]

    def text(self) -> bytes:
        """All of it, or head and tail with a line between them that says how much was left out."""
        tail = bytes(self._tail)
        left_out = self.size - len(self._head) - len(tail)
        if left_out == 0 and len(tail) <= self._tail_room:
            return bytes(self._head) + tail
        tail = tail[-self._tail_room :]
        left_out = self.size - len(self._head) - len(tail)
        return bytes(self._head) + f"\n… {left_out} bytes left out …\n".encode() + tail
