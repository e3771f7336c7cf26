"""A transcript of 100 MB: its last screen, the index of the whole, a search beside a plain scan of the bytes."""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import psutil

from bench.crew import AT, place
from bench.measure import Judged, Measure
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.byte_file import ByteFile, open_bytes
from crew_core.observe.text_file import Change
from crew_core.observe.transcript_index import TranscriptIndex
from crew_core.observe.transcript_reader import TranscriptReader
from crew_core.observe.transcript_search import TranscriptSearch
from crew_core.observe.transcript_told import Contents, Transcript, Wanted
from crew_core.observe.transcripts import event_of
from crew_tui.glyphs import UNICODE
from crew_tui.panes.transcript_lines import Look, lay_out
from crew_tui.panes.transcript_texts import searched

_SIZE = 100 << 20
_MOST_BEFORE_FIRST_PAGE = 4 << 20
_MIB = 1 << 20
_PAGE = 50
_ROUNDS = 5
_PATIENCE_S = 120.0
_LOOK = Look(width=118, glyphs=UNICODE)

_ABSENT = re.compile("nowhere", re.IGNORECASE)
#: Nothing is known of the bytes of a match: every line has to be understood.
_ANYTHING = re.compile("no(w|t)here", re.IGNORECASE)


def open_transcript() -> list[Measure]:
    """From asking for it until the rows of its last screen are there, then until all of it is indexed."""
    with _written() as path:
        rounds = [_open(path) for _ in range(_ROUNDS)]
    opened, read, indexed, memory = zip(*rounds, strict=True)
    most = _MOST_BEFORE_FIRST_PAGE / _MIB
    return [
        Measure("transcript.open", opened, "ms", Judged.REPORT, note="100 MB", budget=200),
        Measure("transcript.read_before_first_page", read, "MiB", Judged.COUNT, at_most=most),
        Measure("transcript.index", indexed, "s", Judged.REPORT, note="100 MB"),
        Measure("transcript.index_memory", (max(memory),), "MB", Judged.REPORT, note="100 MB", budget=64),
    ]


def search_transcript() -> list[Measure]:
    """A word that is not there beside ``bytes.count`` over the same chunks, and a pattern that says nothing."""
    with _written() as path, closing(_file(path)) as file:
        index = TranscriptIndex(file, _decode)
        while index.read_more():
            pass
        scans = [_seconds(partial(_scan, file)) for _ in range(_ROUNDS)]
        words = [_seconds(partial(_search, index, _ABSENT)) for _ in range(_ROUNDS)]
        anything = _seconds(partial(_search, index, _ANYTHING))
    ratios = tuple(word / scan for word, scan in zip(words, scans, strict=True))
    return [
        Measure("transcript.search_vs_scan", ratios, "×", Judged.RATIO, note="100 MB"),
        Measure("transcript.search_word", tuple(words), "s", Judged.REPORT, note="100 MB"),
        Measure("transcript.search_anything", (anything,), "s", Judged.REPORT, note="100 MB, every line decoded"),
    ]


@contextmanager
def _written() -> Iterator[Path]:
    """A text, a call with a result of some lines, again and again."""
    lines = []
    for number in range(500):
        words = " ".join(f"word{number * each % 977}" for each in range(24))
        told = [
            AgentEvent(Kind.TEXT, AT, words),
            AgentEvent(Kind.TOOL_START, AT, f"src/module_{number}.py", tool="read", id=f"call-{number}"),
            AgentEvent(Kind.TOOL_END, AT, "\n".join([words] * 4), tool="read", id=f"call-{number}", duration_ms=12),
        ]
        lines += [msgspec.json.encode(event) for event in told]
    block = b"\n".join(lines) + b"\n"
    with place() as directory:
        path = directory / "events.jsonl"
        with path.open("wb") as file:
            for _ in range(_SIZE // len(block) + 1):
                file.write(block)
        yield path


def _decode(line: bytes) -> tuple[AgentEvent, ...]:
    return (event_of(line),)


class _Counted:
    """A file that remembers how many bytes were read."""

    def __init__(self, file: ByteFile) -> None:
        self._file = file
        self.path = file.path
        self.read_bytes = 0

    @property
    def size_bytes(self) -> int:
        return self._file.size_bytes

    def read_at(self, offset: int, most: int) -> bytes:
        data = self._file.read_at(offset, most)
        self.read_bytes += len(data)
        return data

    def look_again(self) -> Change:
        return self._file.look_again()

    def close(self) -> None:
        self._file.close()


def _file(path: Path) -> _Counted:
    return _Counted(open_bytes(path.parent, path.name))


def _open(path: Path) -> tuple[float, float, float, float]:
    """Milliseconds to the last screen, MiB that were read for it, seconds to the index, MB that it takes."""
    told: queue.Queue[object] = queue.Queue()
    read: list[int] = []

    def made(page: object) -> None:
        read.append(file.read_bytes)
        told.put(page)

    reader: TranscriptReader[Any] = TranscriptReader(searched, contents=told.put, made=made, found=told.put)
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    file = _file(path)
    reader.start()
    reader.open(1, lambda: Transcript(path, lambda: file, _decode), grows=False)
    first = told.get(timeout=_PATIENCE_S)
    assert isinstance(first, Contents)
    assert first.index is not None
    make = partial(lay_out, look=_LOOK, unfolded=False)
    reader.want([Wanted(0, False, first.index, entry, make) for entry in range(first.count - _PAGE, first.count)])
    contents = first
    while isinstance(latest := told.get(timeout=_PATIENCE_S), Contents):
        contents = latest
    opened = time.perf_counter() - began
    while not contents.complete:
        latest = told.get(timeout=_PATIENCE_S)
        contents = latest if isinstance(latest, Contents) else contents
    indexed = time.perf_counter() - began
    memory = psutil.Process().memory_info().rss - before
    reader.close()
    return opened * 1000, read[0] / _MIB, indexed, memory / 1e6


def _seconds(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _scan(file: _Counted) -> None:
    for offset in range(0, file.size_bytes, _MIB):
        file.read_at(offset, _MIB).count(b"nowhere")


def _search(index: TranscriptIndex, pattern: re.Pattern[str]) -> None:
    search = TranscriptSearch(index, pattern, searched, verbatim=True)
    while search.step():
        pass
    assert not search.hits
