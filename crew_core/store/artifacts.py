"""Outputs of a run, kept inside one directory and known by the hash of their stored bytes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from itertools import count
from pathlib import Path, PurePosixPath

from crew_core.model.records import Artifact
from crew_core.store.clock import Clock, SystemClock, iso
from crew_core.store.errors import UnsafePath
from crew_core.store.fs import Fs, ensure_directory, write_durable

_CLOCK = SystemClock()


def record(  # noqa: PLR0917 - six facts, none of which is optional
    fs: Fs, root: Path, relative_path: str, data: bytes, kind: str, producer: str, *, clock: Clock = _CLOCK
) -> Artifact:
    """Store `data` durably at `relative_path` below `root` and describe it. The same path again replaces it.

    :raises UnsafePath: the path is absolute, climbs out, or passes a symbolic link; nothing was written.
    :raises OSError: not stored, or not known to be durable; there is no descriptor.
    """
    path = contained(root, relative_path)
    ensure_directory(fs, path.parent, within=root.parent)
    write_durable(fs, path, data)
    return Artifact(
        kind=kind,
        path=PurePosixPath(relative_path).as_posix(),
        created_at=iso(clock.now()),
        producer=producer,
        size_bytes=len(data),
        content_hash=hashlib.sha256(data).hexdigest(),
    )


def set_aside(fs: Fs, root: Path, relative_path: str) -> Path | None:
    """Rename what stands where `record` wants to write; None: nothing does. Nobody else has anything to do there.

    :raises UnsafePath: the path is none below `root`.
    :raises OSError: it could not be renamed.
    """
    for here, wrong in _on_the_way(root, relative_path):
        if wrong:
            aside = _free_name(here)
            fs.replace(here, aside)
            return aside
    return None


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.{n}.in-the-way") for n in count(1))
    return next(name for name in names if not os.path.lexists(name))


def contained(root: Path, relative_path: str) -> Path:
    """The path below `root`.

    :raises UnsafePath: it is none, or a link stands on the way (`root` itself may be one).
    """
    for here, wrong in _on_the_way(root, relative_path):
        if wrong:
            raise UnsafePath(f"{relative_path!r}: {here.name!r} is a link, or not what the path needs")
    return root / relative_path


def _on_the_way(root: Path, relative_path: str) -> Iterator[tuple[Path, bool]]:
    """Each place that the path passes, with whether something wrong stands there; not what would lie behind that."""
    parts = relative_path.split("/")
    if "\0" in relative_path or any(part in ("", ".", "..") for part in parts):
        raise UnsafePath(f"{relative_path!r} is no path inside a directory of artifacts")
    yield root, os.path.lexists(root) and not root.is_dir()
    here = root
    for position, part in enumerate(parts, start=1):
        here = here / part
        try:
            mode = here.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return
        wanted = stat.S_ISREG if position == len(parts) else stat.S_ISDIR
        yield here, not wanted(mode)
