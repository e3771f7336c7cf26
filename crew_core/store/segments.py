"""The files that a journal consists of: the active one and the closed segments before it.

`events.jsonl` is appended to; a closed segment is `events-<first seq, 12 digits>.jsonl` and never changes
again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

ACTIVE_NAME = "events.jsonl"
_CLOSED_NAME = re.compile(r"events-(\d{12})\.jsonl")

#: Which file this is, whatever it is called: device and inode.
FileId = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ClosedSegment:
    first_seq: int
    path: Path


@dataclass(frozen=True, slots=True)
class Line:
    """A complete line without its newline, and the byte at which it begins."""

    offset: int
    text: bytes


class _Metadata(msgspec.Struct, frozen=True):
    seq: int
    epoch: int = 0


class Stamp(msgspec.Struct, frozen=True):
    """The part of an event that the store understands."""

    metadata: _Metadata

    @property
    def seq(self) -> int:
        return self.metadata.seq

    @property
    def epoch(self) -> int:
        return self.metadata.epoch


read_stamp = msgspec.json.Decoder(Stamp).decode


def closed_path(run_dir: Path, first_seq: int) -> Path:
    return run_dir / f"events-{first_seq:012d}.jsonl"


def closed_segments(run_dir: Path) -> list[ClosedSegment]:
    """In the order of their events; none when the directory is missing."""
    try:
        names = os.listdir(run_dir)
    except FileNotFoundError:
        return []
    found = ((match, name) for name in names if (match := _CLOSED_NAME.fullmatch(name)))
    return sorted((ClosedSegment(int(m[1]), run_dir / name) for m, name in found), key=lambda s: s.first_seq)


def file_id(status: os.stat_result) -> FileId:
    return (status.st_dev, status.st_ino)


def lines_of(data: bytes, offset: int = 0) -> Iterator[Line]:
    """The complete lines of `data`, which begins at byte `offset` of its file.

    A rest without newline is left out.
    """
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield Line(offset + start, data[start:end])
        start = end + 1


def torn_from(data: bytes) -> int:
    """Where an interrupted append left less than a whole event; the length of `data` when nothing is torn.

    Torn is a rest without a newline, or else a last line that is no JSON.
    """
    end = data.rfind(b"\n") + 1
    if end == 0 or end < len(data):
        return end
    start = data.rfind(b"\n", 0, end - 1) + 1
    return end if _is_json(data[start:end]) else start


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return False
    return True
