"""Transcripts as tests want them: of events, in memory only, and with a reader that can be waited for."""

from __future__ import annotations

import queue
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.byte_file import Bytes, open_bytes
from crew_core.observe.text_file import Change
from crew_core.observe.transcript_entries import Entry
from crew_core.observe.transcript_index import TranscriptIndex
from crew_core.observe.transcript_reader import TranscriptReader
from crew_core.observe.transcript_told import Contents, Hits, Made, Transcript
from crew_core.observe.transcripts import event_of
from crew_tui.panes.transcript_texts import searched

PATIENCE_S = 30.0

_NEVER = re.compile(r"(?!)")


def text(words: str, **fields: Any) -> AgentEvent:
    return AgentEvent(Kind.TEXT, "2026-05-15T14:02:00.000Z", words, **fields)


def start(tool: str, asked: str = "", **fields: Any) -> AgentEvent:
    return AgentEvent(Kind.TOOL_START, "2026-05-15T14:02:00.000Z", asked, tool, **fields)


def printed(tool: str, words: str, **fields: Any) -> AgentEvent:
    return AgentEvent(Kind.TOOL_OUTPUT, "2026-05-15T14:02:04.000Z", words, tool, **fields)


def end(tool: str, answer: str = "", **fields: Any) -> AgentEvent:
    return AgentEvent(Kind.TOOL_END, "2026-05-15T14:02:08.100Z", answer, tool, **fields)


def lines_of(events: Iterable[AgentEvent]) -> bytes:
    return b"".join(msgspec.json.encode(event) + b"\n" for event in events)


def decode(line: bytes) -> Sequence[AgentEvent]:
    return (event_of(line),)


class Memory:
    """A file that is only bytes. It remembers how many of them were read."""

    def __init__(self, data: bytes = b"") -> None:
        self.path = Path("/run/attempts/01_a/1/events.jsonl")
        self.data = data
        self.read_bytes = 0
        self._size = len(data)

    @property
    def size_bytes(self) -> int:
        return self._size

    def read_at(self, offset: int, most: int) -> bytes:
        found = self.data[offset : offset + most]
        self.read_bytes += len(found)
        return found

    def look_again(self) -> Change:
        before, self._size = self._size, len(self.data)
        return Change.GREW if self._size > before else Change.OTHER if self._size < before else Change.NONE

    def close(self) -> None:
        """There is nothing to close."""


class Repeated(Memory):
    """A block of whole lines, again and again: a large file in little memory."""

    def __init__(self, block: bytes, size: int) -> None:
        super().__init__()
        self._block = block
        self._size = size // len(block) * len(block)

    def read_at(self, offset: int, most: int) -> bytes:
        most = min(most, self._size - offset)
        times = (offset % len(self._block) + most) // len(self._block) + 1
        begin = offset % len(self._block)
        found = (self._block * times)[begin : begin + most]
        self.read_bytes += len(found)
        return found


def indexed(file: Bytes, start_at: int = 0) -> TranscriptIndex:
    """All of it that is there."""
    index = TranscriptIndex(file, decode, start_at)
    while index.read_more():
        pass
    return index


def entries(index: TranscriptIndex) -> list[Entry]:
    return [index.whole(number) for number in range(len(index.table))]


class Following:
    """A reader over a file on disk, and all that it told."""

    def __init__(self, path: Path, *, grows: bool = False) -> None:
        self.path = path
        self.contents = Contents(0, None)
        self.hits: Hits | None = None
        self.made: list[Made[Any]] = []
        self._told: queue.Queue[object] = queue.Queue()
        self.reader: TranscriptReader[Any] = TranscriptReader(
            searched, contents=self._told.put, made=self._told.put, found=self._told.put
        )
        self._grows = grows
        self._looks = 1_000

    def __enter__(self) -> Following:
        self.reader.start()
        self.reader.open(1, self._find, grows=self._grows)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.reader.close()

    def _find(self) -> Transcript:
        return Transcript(self.path, lambda: open_bytes(self.path.parent, self.path.name), decode)

    def until(self, wanted: Callable[[Following], bool]) -> None:
        """Take in what is told until this holds."""
        while not wanted(self):
            told = self._told.get(timeout=PATIENCE_S)
            match told:
                case Contents():
                    self.contents = told
                case Hits():
                    self.hits = told
                case list():
                    self.made += told

    def look(self) -> None:
        """Have it look at its file, and take in all of what comes of that."""
        self.reader.look_again()
        if not self.path.exists():
            self.until(lambda told: told.contents.change is Change.GONE or bool(told.contents.failed))
            return
        # It searches when everything is read, and says so.
        self._looks += 1
        self.reader.search(self._looks, _NEVER)
        self.until(lambda told: told.hits is not None and told.hits.search == self._looks and not told.hits.searching)

    def entries(self) -> list[Entry]:
        return entries(self.contents.index) if self.contents.index else []
