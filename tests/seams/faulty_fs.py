"""A file system that fails, or kills its process, at the operation that a test names.

`FaultyFs(inner, faults)` passes everything to `inner` and counts the durable operations: everything that
changes the disk or forces it there. Each has a kind (`Kind`) and a path. A `Fault` says which operation it
hits and what happens there:

* `Effect.FAIL`: the call raises `OSError(errno)`; nothing was done.
* `Effect.SHORT`: for writes: half of the bytes reach the file, then the call raises.
* `Effect.KILL_BEFORE`, `Effect.KILL_AFTER`: the process gets SIGKILL just before or just after the operation.
* `Effect.KILL_ALL`: just after it, the processes in `companions` get SIGKILL, and then the process itself.

`at` counts from 1 among the operations that the fault's `kind` and `path` (a glob on the whole path) let
through; a fault hits once, or from then on always when `lasting`.

For a real process: put the faults into the environment with `environment(...)` and build its file system
there with `from_environment(RealFs())`. With a log file every operation is one line `kind path`, written
before it happens, so a run without faults tells how many there are. Work that is no file operation, such as a
spawn, takes part in the same count by `around("spawn", path, action)`.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

import msgspec

from crew_core.store.fs import DIRECTORY_MODE, FILE_MODE, Fs

VARIABLE = "CREW_TEST_FAULTS"

T = TypeVar("T")


class Kind(StrEnum):
    CREATE = "create"
    WRITE = "write"
    FSYNC = "fsync"
    TRUNCATE = "truncate"
    REPLACE = "replace"
    LINK = "link"
    UNLINK = "unlink"
    MKDIR = "mkdir"
    SPAWN = "spawn"


class Effect(StrEnum):
    FAIL = "fail"
    SHORT = "short"
    KILL_BEFORE = "kill-before"
    KILL_AFTER = "kill-after"
    KILL_ALL = "kill-all"


class Fault(msgspec.Struct, frozen=True, rename="camel"):
    """One thing that goes wrong. `kind` None is any."""

    effect: Effect = Effect.FAIL
    at: int = 1
    kind: Kind | None = None
    path: str = "*"
    errno: int = errno.EIO
    lasting: bool = False

    def concerns(self, kind: Kind, path: str) -> bool:
        return (self.kind is None or self.kind is kind) and fnmatch.fnmatchcase(path, self.path)

    def error(self, path: str) -> OSError:
        return OSError(self.errno, os.strerror(self.errno), path)


class _Orders(msgspec.Struct, frozen=True, rename="camel"):
    faults: tuple[Fault, ...] = ()
    log: str | None = None


def environment(*faults: Fault, log: Path | None = None) -> dict[str, str]:
    """What to add to a process's environment so that `from_environment` gives it these faults."""
    orders = _Orders(faults, str(log) if log else None)
    return {VARIABLE: msgspec.json.encode(orders).decode()}


def from_environment(inner: Fs) -> FaultyFs:
    """The file system that the starter of this process ordered; without an order it only counts."""
    orders = msgspec.json.decode(os.environ.get(VARIABLE, "{}"), type=_Orders)
    return FaultyFs(inner, orders.faults, log=Path(orders.log) if orders.log else None)


class FaultyFs:
    """See the module. `operations` holds all durable operations so far as (kind, path).

    `companions` are pids of children; who starts some that are to die with it adds them.
    """

    def __init__(self, inner: Fs, faults: Sequence[Fault] = (), *, log: Path | None = None) -> None:
        self._inner = inner
        self._faults = tuple(faults)
        self._seen = [0] * len(self._faults)
        self._paths: dict[int, str] = {}
        self._log = None if log is None else os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC)
        self.operations: list[tuple[Kind, str]] = []
        self.companions: list[int] = []

    @property
    def open_descriptors(self) -> set[int]:
        """Descriptors that were opened here and not closed."""
        return set(self._paths)

    def close_log(self) -> None:
        if self._log is not None:
            log, self._log = self._log, None
            os.close(log)

    def around(
        self,
        kind: Kind | str,
        path: Path | str,
        action: Callable[[], T],
        short: Callable[[], None] | None = None,
    ) -> T:
        """Count one durable operation and do it, unless a fault forbids; `short` does its first half."""
        kind, path = Kind(kind), str(path)
        self.operations.append((kind, path))
        if self._log is not None:
            os.write(self._log, f"{kind} {path}\n".encode())
        fault = self._due(kind, path)
        if fault is None:
            return action()
        match fault.effect:
            case Effect.FAIL:
                raise fault.error(path)
            case Effect.SHORT:
                if short is not None:
                    short()
                raise fault.error(path)
            case Effect.KILL_BEFORE:
                return _die()
            case Effect.KILL_AFTER:
                action()
                return _die()
            case Effect.KILL_ALL:
                action()
                self._kill_companions()
                return _die()

    def _due(self, kind: Kind, path: str) -> Fault | None:
        due = None
        for index, fault in enumerate(self._faults):
            if fault.concerns(kind, path):
                self._seen[index] += 1
                if self._seen[index] == fault.at or (fault.lasting and self._seen[index] > fault.at):
                    due = due or fault
        return due

    def _kill_companions(self) -> None:
        for pid in self.companions:
            # One that was collected is no child any more, and its number may be another's.
            with suppress(ChildProcessError):
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                os.kill(pid, signal.SIGKILL)

    def _opened(self, fd: int, path: Path) -> int:
        self._paths[fd] = str(path)
        return fd

    def _path(self, fd: int) -> str:
        return self._paths.get(fd, f"fd:{fd}")

    def open_append(self, path: Path, mode: int = FILE_MODE) -> int:
        return self._opened(self.around(Kind.CREATE, path, lambda: self._inner.open_append(path, mode)), path)

    def open_in_place(self, path: Path, mode: int = FILE_MODE) -> int:
        return self._opened(self.around(Kind.CREATE, path, lambda: self._inner.open_in_place(path, mode)), path)

    def create_exclusive(self, path: Path, mode: int = FILE_MODE) -> int:
        return self._opened(self.around(Kind.CREATE, path, lambda: self._inner.create_exclusive(path, mode)), path)

    def write(self, fd: int, data: bytes) -> None:
        half = data[: len(data) // 2]
        self.around(
            Kind.WRITE,
            self._path(fd),
            lambda: self._inner.write(fd, data),
            short=lambda: self._inner.write(fd, half),
        )

    def write_at(self, fd: int, offset: int, data: bytes) -> None:
        half = data[: len(data) // 2]
        self.around(
            Kind.WRITE,
            self._path(fd),
            lambda: self._inner.write_at(fd, offset, data),
            short=lambda: self._inner.write_at(fd, offset, half),
        )

    def truncate(self, fd: int, size_bytes: int) -> None:
        self.around(Kind.TRUNCATE, self._path(fd), lambda: self._inner.truncate(fd, size_bytes))

    def fsync(self, fd: int) -> None:
        self.around(Kind.FSYNC, self._path(fd), lambda: self._inner.fsync(fd))

    def close(self, fd: int) -> None:
        self._paths.pop(fd, None)
        self._inner.close(fd)

    def fsync_dir(self, path: Path) -> None:
        self.around(Kind.FSYNC, path, lambda: self._inner.fsync_dir(path))

    def replace(self, source: Path, target: Path) -> None:
        self.around(Kind.REPLACE, target, lambda: self._inner.replace(source, target))

    def link(self, source: Path, target: Path) -> None:
        self.around(Kind.LINK, target, lambda: self._inner.link(source, target))

    def unlink(self, path: Path) -> None:
        self.around(Kind.UNLINK, path, lambda: self._inner.unlink(path))

    def mkdir(self, path: Path, mode: int = DIRECTORY_MODE) -> None:
        self.around(Kind.MKDIR, path, lambda: self._inner.mkdir(path, mode))

    def read_bytes(self, path: Path) -> bytes:
        return self._inner.read_bytes(path)

    def listdir(self, path: Path) -> list[str]:
        return self._inner.listdir(path)

    def stat(self, path: Path) -> os.stat_result:
        return self._inner.stat(path)

    def fstat(self, fd: int) -> os.stat_result:
        return self._inner.fstat(fd)


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("survived SIGKILL")
