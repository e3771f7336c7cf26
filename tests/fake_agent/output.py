"""What a fake agent prints, and how: unbuffered, byte for byte, as fast as it is read."""

from __future__ import annotations

import json
import os
import random
import signal

from tests.fake_agent.vocabulary import word

_CHUNK_BYTES = 65_536
_FDS = {"stdin": 0, "stdout": 1, "stderr": 2}


def emit(data: bytes, to: str) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(_FDS[to], rest) :]


@word
def print_(text: str = "", to: str = "stdout", newline: bool = True) -> None:
    """A line of text, control sequences and all; ``newline`` false leaves it unfinished."""
    emit((text + "\n" * newline).encode(), to)


@word
def raw(hex: str, to: str = "stdout") -> None:
    """Bytes, such as ``ff fe`` that are no UTF-8."""
    emit(bytes.fromhex(hex), to)


@word
def line(size_bytes: int, to: str = "stdout", fill: str = "x", newline: bool = True) -> None:
    """One line of any length."""
    while size_bytes > 0:
        emit(fill.encode() * min(size_bytes, _CHUNK_BYTES), to)
        size_bytes -= _CHUNK_BYTES
    print_(to=to, newline=newline)


@word
def flood(size_bytes: int, to: str = "stdout", line_bytes: int = 100) -> None:
    """Lines at full speed; the last one may be cut."""
    chunk = (b"x" * (line_bytes - 1) + b"\n") * max(1, _CHUNK_BYTES // line_bytes)
    while size_bytes > 0:
        emit(chunk[:size_bytes], to)
        size_bytes -= len(chunk)


@word
def noise(seed: int, size_bytes: int, to: str = "stdout") -> None:
    """Bytes that ``noise_bytes`` knows too, in writes of any size."""
    chance, data = random.Random(seed), noise_bytes(seed, size_bytes)
    while data:
        cut = chance.randint(1, _CHUNK_BYTES)
        emit(data[:cut], to)
        data = data[cut:]


def noise_bytes(seed: int, size_bytes: int) -> bytes:
    return random.Random(seed).randbytes(size_bytes)


@word
def close(stream: str = "stdout") -> None:
    """Close a standard stream and go on."""
    os.close(_FDS[stream])


@word
def tell(what: str, to: str = "stdout") -> None:
    """One line of JSON: ``descriptors``, ``environment``, ``signals`` (ignored ones) or ``process``."""
    told: object
    match what:
        case "descriptors":
            # Without the one that reads the directory.
            told = {fd: _target(fd) for fd in sorted(map(int, os.listdir("/proc/self/fd"))) if _target(fd)}
        case "environment":
            told = dict(os.environ)
        case "signals":
            told = [s.name for s in signal.valid_signals() if signal.getsignal(s) is signal.SIG_IGN]
        case _:
            told = {"pid": os.getpid(), "parent": os.getppid(), "group": os.getpgrp(), "session": os.getsid(0)}
    emit(json.dumps(told).encode() + b"\n", to)


def _target(fd: int) -> str | None:
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except FileNotFoundError:
        return None
