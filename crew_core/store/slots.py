"""Who may work now, over all runs of this machine: worker slots, places to start in, and writers of a directory.

A slot is an OS lock on a file. The descriptor goes to the supervisor and to nobody below it, so that the slot
is taken for exactly as long as the worker lives, whatever happens to the coordinator. A place to start in is the same
lock, kept by the coordinator: it ends with it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crew_core.model.identity import ProcessIdentity
from crew_core.store.fs import Fs, ensure_directory
from crew_core.store.locked_row import is_locked, read_row, write_row

_WORKER = re.compile(r"worker-\d+\.lock")

#: Looking who holds a slot takes a shared lock for microseconds; a second try after this outlasts it.
_LOOK_S = 0.004


class SlotRow(msgspec.Struct, frozen=True, rename="camel"):
    """Who holds a slot.

    `identity` is the process that took it: the coordinator, or a supervisor that rewrote it. `memory_bytes` is what a
    worker that starts will take, as measured; else 0.
    """

    run_id: str
    task_id: str
    cwd: str
    identity: ProcessIdentity
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class HeldBy:
    """All places in the directory are taken; `row` is one holder, None when it could not be read."""

    row: SlotRow | None


class Slot:
    """A taken slot.

    Pass `fd` on with `pass_fds`, then `release`: the lock lasts while any process has the descriptor.
    """

    def __init__(self, fs: Fs, path: Path, fd: int) -> None:
        self._fs = fs
        self._path = path
        self._fd = fd

    @property
    def path(self) -> Path:
        return self._path

    @property
    def fd(self) -> int:
        """Close-on-exec here; `pass_fds` makes it inheritable in the child alone."""
        return self._fd

    def rewrite(self, row: SlotRow) -> None:
        """Say anew who holds it."""
        write_row(self._fs, self._fd, row, durable=False)

    def release(self) -> None:
        """Close our descriptor. No unlock: that would take the slot from a child that inherited it."""
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        self._fs.close(fd)


class SlotPool:
    """As many places as a limit says: the worker slots of the machine, or its places to start in."""

    def __init__(self, fs: Fs, directory: Path) -> None:
        self._fs = fs
        self._directory = directory

    def try_take(self, limit: int, row: SlotRow) -> Slot | None:
        """A slot, or None when `limit` workers (also those started under a higher limit) are at work.

        Never waits.

        :raises OSError: the slot could not be taken or labelled; it is not held.
        """
        ensure_directory(self._fs, self._directory)
        beyond = [path for path in self._files() if _number(path) >= limit]
        room = limit - sum(map(is_locked, beyond))
        if room <= 0:
            return None
        taken = 0
        candidates = [self._directory / f"worker-{n:02d}.lock" for n in range(limit)]
        if beyond:
            taken = sum(map(is_locked, candidates))
        return None if taken >= room else _take_one(self._fs, candidates, row)

    def holders(self) -> list[SlotRow | None]:
        """One entry for each slot that is taken now; None where it does not say by whom."""
        return [read_row(path, SlotRow) for path in self._files() if is_locked(path)]

    def _files(self) -> list[Path]:
        try:
            names = self._fs.listdir(self._directory)
        except FileNotFoundError:
            return []
        return sorted((self._directory / n for n in names if _WORKER.fullmatch(n)), key=_number)


class DirectoryWriters:
    """How many tasks may write in one working directory at a time, over all runs."""

    def __init__(self, fs: Fs, directory: Path) -> None:
        self._fs = fs
        self._directory = directory

    def try_take(self, cwd: Path, per_directory: int, row: SlotRow) -> Slot | HeldBy:
        """A place as writer of `cwd` (known by its real path), or who has it. Never waits.

        :raises OSError: the place could not be taken or labelled; it is not held.
        """
        ensure_directory(self._fs, self._directory)
        candidates = [self._place(cwd, k) for k in range(per_directory)]
        slot = _take_one(self._fs, candidates, row)
        if slot is not None:
            return slot
        rows = [read_row(path, SlotRow) for path in candidates]
        return HeldBy(next((held for held in rows if held is not None), None))

    def _place(self, cwd: Path, k: int) -> Path:
        digest = hashlib.sha256(os.fsencode(os.path.realpath(cwd))).hexdigest()
        return self._directory / f"{digest[:32]}-{k}.lock"


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("worker-"))


def _take_one(fs: Fs, candidates: Sequence[Path], row: SlotRow) -> Slot | None:
    for path in candidates:
        if (slot := _take(fs, path, row)) is not None:
            return slot
    time.sleep(_LOOK_S)
    return next((slot for path in candidates if (slot := _take(fs, path, row)) is not None), None)


def _take(fs: Fs, path: Path, row: SlotRow) -> Slot | None:
    fd = fs.open_in_place(path)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fs.close(fd)
        return None
    except BaseException:
        fs.close(fd)
        raise
    slot = Slot(fs, path, fd)
    try:
        slot.rewrite(row)
    except BaseException:
        slot.release()
        raise
    return slot
