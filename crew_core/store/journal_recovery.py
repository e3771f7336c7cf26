"""Bringing a journal that may have been cut anywhere back into a state that can be appended to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.store.errors import Corrupt
from crew_core.store.fs import Fs, write_durable
from crew_core.store.segments import (
    ACTIVE_NAME,
    Line,
    Stamp,
    closed_segments,
    lines_of,
    read_stamp,
    torn_from,
)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the files hold.

    `first_seq` and `size_bytes` are of the active file; `first_seq` is 0 when it is empty.
    """

    last_seq: int
    last_epoch: int
    first_seq: int
    size_bytes: int


def recover(fs: Fs, run_dir: Path) -> Recovered:
    """Check every event, cut a torn last line into `events.torn-<n>`, and make the rest durable.

    :raises Corrupt: damage that no interrupted append explains; nothing was changed.
    """
    last, epoch = 0, 0
    for segment in closed_segments(run_dir):
        data = fs.read_bytes(segment.path)
        if not data.endswith(b"\n"):
            raise Corrupt(segment.path, "a closed segment ends within a line", len(data))
        stamps = _stamps(segment.path, data, last)
        if stamps[0].seq != segment.first_seq:
            raise Corrupt(segment.path, f"its name says {segment.first_seq}, its first event {stamps[0].seq}")
        last, epoch = stamps[-1].seq, max(epoch, *(s.epoch for s in stamps))
    active = run_dir / ACTIVE_NAME
    data = fs.read_bytes(active) if active.exists() else b""
    whole = torn_from(data)
    stamps = _stamps(active, data[:whole], last)
    if whole < len(data):
        write_durable(fs, _free_quarantine(run_dir), data[whole:])
    _make_durable(fs, active, data[:whole])
    return Recovered(
        last_seq=stamps[-1].seq if stamps else last,
        last_epoch=max([epoch, *(s.epoch for s in stamps)]),
        first_seq=stamps[0].seq if stamps else 0,
        size_bytes=whole,
    )


def _stamps(path: Path, data: bytes, last: int) -> list[Stamp]:
    stamps = []
    for line in lines_of(data):
        stamp = _stamp(path, line)
        last += 1
        if stamp.seq != last:
            raise Corrupt(path, f"event {stamp.seq} stands where {last} is due", line.offset)
        stamps.append(stamp)
    return stamps


def _stamp(path: Path, line: Line) -> Stamp:
    try:
        return read_stamp(line.text)
    except (ValueError, RecursionError) as error:
        raise Corrupt(path, f"not an event: {error}", line.offset) from error


def _make_durable(fs: Fs, active: Path, data: bytes) -> None:
    """What was read back must be on disk before anyone builds on it.

    It is written once more first: after a failed sync the kernel takes the lost pages for clean, so a sync
    alone would report success for bytes that only memory holds. The same bytes in the same place hurt no
    reader and no crash.
    """
    fd = fs.open_in_place(active)
    try:
        if data:
            fs.write_at(fd, 0, data)
        if fs.fstat(fd).st_size > len(data):
            fs.truncate(fd, len(data))
        fs.fsync(fd)
    finally:
        fs.close(fd)
    fs.fsync_dir(active.parent)


def _free_quarantine(run_dir: Path) -> Path:
    n = 1
    while (path := run_dir / f"events.torn-{n}").exists():
        n += 1
    return path
