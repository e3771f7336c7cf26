"""Changes to resource files that are carried out whole, also after a crash, and can be taken back.

Each change is a directory of the log: ``change.json``, the content of every file before and after it under its hash,
and ``done`` when it has been carried out. The log is the trash too: what was deleted is in it.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crew_core.resources.kinds import Kind
from crew_core.store.clock import Clock, iso
from crew_core.store.fs import TEMPORARY_SUFFIX, Fs, create_durable, ensure_directory, write_durable
from crew_core.store.lock import RunLock
from crew_core.store.snapshot import read_snapshot, write_snapshot

#: Resources are shared like any source file; the umask has the last word.
_FILE_MODE = 0o644
_DIRECTORY_MODE = 0o755


class FileChange(msgspec.Struct, frozen=True, rename="camel"):
    """``before`` and ``after`` are SHA-256 of its content; None: there is no such file."""

    path: str
    before: str | None
    after: str | None
    mode: int = _FILE_MODE


class Change(msgspec.Struct, frozen=True, rename="camel"):
    """``number`` counts the changes of this log. ``undoes`` is the number of the one that this takes back."""

    number: int
    at: str
    verb: str
    kind: Kind
    name: str
    files: tuple[FileChange, ...]
    undoes: int | None = None
    schema_version: int = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file as it is to become; ``before`` is what the decision rests on. None: no such file.

    ``mode`` None: as it is, or that of a new file.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    mode: int | None = None


class Conflict(Exception):
    """A file is not what the change rests on; nothing (more) was changed."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} has changed meanwhile")
        self.path = path


class ChangeLog:
    """One directory for one person; a lock keeps two commands apart."""

    def __init__(self, fs: Fs, root: Path, clock: Clock) -> None:
        self._fs = fs
        self._root = root
        self._clock = clock

    @contextmanager
    def writing(self) -> Iterator[tuple[Change, ...]]:
        """Alone in the log. Gives the changes that a crash had cut short and that have been finished now.

        :raises LockHeld: another command changes resources. :raises OSError: it could not be written.
        """
        ensure_directory(self._fs, self._root)
        lock = RunLock.acquire(self._root / "lock", self._fs)
        try:
            yield self._finish()
        finally:
            lock.release()

    def carry_out(
        self, verb: str, kind: Kind, name: str, wanted: Sequence[Wanted], undoes: int | None = None
    ) -> Change:
        """In this order, after all of it is durable here. Call it inside of ``writing``.

        :raises Conflict: a file is not as ``wanted`` says; nothing was changed. :raises OSError: not finished; the
            next command finishes it.
        """
        for each in wanted:
            if _digest(self._read(each.path)) != _digest(each.before):
                raise Conflict(each.path)
        number = max((change.number for change in self.everything()), default=0) + 1
        files = tuple(
            FileChange(str(each.path), _digest(each.before), _digest(each.after), each.mode or self._mode(each.path))
            for each in wanted
        )
        change = Change(number, iso(self._clock.now()), verb, kind, name, files, undoes)
        self._write(change, wanted)
        self._apply(change)
        self._sweep(change)
        self._end(change, "done")
        return change

    def last(self, kind: Kind) -> Change | None:
        """The newest change of the kind that was carried out and not taken back."""
        changes = [change for change in self.everything() if self._ended(change) == "done"]
        undone = {change.undoes for change in changes}
        usable = (each for each in reversed(changes) if each.kind is kind and each.undoes is None)
        return next((each for each in usable if each.number not in undone), None)

    def undoing(self, change: Change) -> list[Wanted]:
        """What takes it back, last file first."""
        return [
            Wanted(Path(each.path), self._blob(change, each.after), self._blob(change, each.before), each.mode)
            for each in reversed(change.files)
        ]

    def everything(self) -> list[Change]:
        """All changes, oldest first."""
        try:
            names = sorted(name for name in self._fs.listdir(self._root) if name.isdigit())
        except FileNotFoundError:
            return []
        return [read_snapshot(self._root / name / "change.json", Change) for name in names]

    def directory(self, change: Change) -> Path:
        return self._root / f"{change.number:06d}"

    def _finish(self) -> tuple[Change, ...]:
        for name in self._fs.listdir(self._root):
            if name.endswith(".new"):
                # Begun and never intended.
                shutil.rmtree(self._root / name, ignore_errors=True)
        finished = []
        for change in self.everything():
            if self._ended(change) is None:
                self._sweep(change)
                try:
                    self._apply(change)
                except Conflict:
                    self._end(change, "left")
                else:
                    self._end(change, "done")
                    finished.append(change)
        return tuple(finished)

    def _sweep(self, change: Change) -> None:
        """Remove the temporary files that it left beside its own."""
        for path in (Path(each.path) for each in change.files):
            names = self._fs.listdir(path.parent) if path.parent.is_dir() else []
            for name in names:
                if name.startswith(f".{path.name}.") and name.endswith(TEMPORARY_SUFFIX):
                    self._fs.unlink(path.parent / name)

    def _write(self, change: Change, wanted: Sequence[Wanted]) -> None:
        new = self._root / f".{change.number:06d}.new"
        ensure_directory(self._fs, new)
        contents = [content for each in wanted for content in (each.before, each.after) if content is not None]
        for content in contents:
            write_durable(self._fs, new / str(_digest(content)), content)
        write_snapshot(self._fs, new / "change.json", change)
        self._fs.replace(new, self.directory(change))
        self._fs.fsync_dir(self._root)

    def _apply(self, change: Change) -> None:
        """What is done already is passed over. :raises Conflict: a file is neither as before nor as after it."""
        for each in change.files:
            path = Path(each.path)
            now = _digest(self._read(path))
            if now == each.after:
                continue
            if now != each.before:
                raise Conflict(path)
            content = self._blob(change, each.after)
            if content is None:
                self._remove(path, change.kind)
                continue
            ensure_directory(self._fs, path.parent, _DIRECTORY_MODE)
            if each.before is not None:
                write_durable(self._fs, path, content, each.mode)
                continue
            try:
                create_durable(self._fs, path, content, each.mode)
            except FileExistsError as error:
                raise Conflict(path) from error

    def _remove(self, path: Path, kind: Kind) -> None:
        self._fs.unlink(path)
        self._fs.fsync_dir(path.parent)
        # A skill's directory goes with its last file.
        for directory in path.parents if kind is Kind.SKILL else ():
            if directory.name == kind.plural:
                break
            try:
                directory.rmdir()
            except OSError:
                break

    def _read(self, path: Path) -> bytes | None:
        try:
            return self._fs.read_bytes(path)
        except FileNotFoundError:
            return None

    def _mode(self, path: Path) -> int:
        try:
            return stat.S_IMODE(self._fs.stat(path).st_mode)
        except FileNotFoundError:
            return _FILE_MODE

    def _blob(self, change: Change, digest: str | None) -> bytes | None:
        return None if digest is None else self._fs.read_bytes(self.directory(change) / digest)

    def _end(self, change: Change, how: str) -> None:
        write_durable(self._fs, self.directory(change) / how, b"")

    def _ended(self, change: Change) -> str | None:
        names = self._fs.listdir(self.directory(change))
        return next((how for how in ("done", "left") if how in names), None)


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
