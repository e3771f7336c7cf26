"""What a fake agent puts into ``CREW_OUT``: messages, and everything that only lies there like one."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.fake_agent.vocabulary import word


@word
def message(
    id: str = "m1", kind: str = "note", to: str = "", text: str = "", name: str = "", fault: str = "", count: int = 1
) -> None:
    """Put a message, or ``count`` of them with numbers behind their ids; ``fault`` says what is wrong with it."""
    for number in range(count):
        one = id if count == 1 else f"{id}-{number}"
        good = json.dumps({"id": one, "kind": kind, "to": to, "text": text}).encode()
        put_one(Path(os.environ["CREW_OUT"]) / (name or f"{one}.json"), good, fault)


def put_one(path: Path, good: bytes, fault: str) -> None:
    match fault:
        case "":
            put(path, good)
        case "half":
            # Written in its place, and not to the end.
            path.write_bytes(good[: len(good) // 2])
        case "unrenamed":
            path.with_name(f".{path.name}").write_bytes(good)
        case "oversized":
            put(path, good[:-1] + b" " * (2 << 20) + b"}")
        case "not-json":
            put(path, b"hello")
        case "not-utf8":
            put(path, good.replace(b"note", b"\xff\xfe"))
        case "deep":
            put(path, b"[" * 100_000)
        case "bad-name":
            put(Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff\xfe.json")), b"hello")
        case "fifo":
            os.mkfifo(path)
        case "symlink":
            path.symlink_to("/etc/hostname")
        case "directory":
            path.mkdir()
        case _:
            raise ValueError(fault)


def put(path: Path, data: bytes) -> None:
    """As it should be done: written beside, then renamed."""
    temporary = path.with_name(".being-written")
    temporary.write_bytes(data)
    temporary.rename(path)


@word
def spoil_out(how: str = "read-only") -> None:
    """Spoil the maildir itself: ``read-only``, ``unreadable``, or a ``file`` in its place."""
    directory = Path(os.environ["CREW_OUT"])
    match how:
        case "read-only":
            directory.chmod(0o500)
        case "unreadable":
            directory.chmod(0)
        case _:
            directory.rename(directory.with_name("was"))
            directory.touch()
