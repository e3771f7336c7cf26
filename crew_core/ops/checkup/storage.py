"""Whether the directories that are written in can be, and whether their file systems do what durability needs."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.ops.checkup.finding import Finding, fail, ok, warn
from crew_core.ops.checkup.mounts import NETWORK, type_of
from crew_core.store.doorbell import Doorbell
from crew_core.store.fs import RealFs, write_durable
from crew_core.store.lock import locks_work

_PREFIX = ".crew-tui-doctor-"

_MIB = 1 << 20
#: Below this an agent's first output may not fit; below the other a long run's may not.
_LEAST_BYTES = 64 * _MIB
_FEW_BYTES = 1024 * _MIB
_LEAST_INODES = 1_000
_FEW_INODES = 20_000

#: A file's time comes from the machine that has the disk.
_SKEW_S = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """A directory that runs write in; it may not exist yet."""

    name: str
    path: Path

    @property
    def existing(self) -> Path:
        """Itself, or the nearest directory above it that is there."""
        return next(path for path in (self.path, *self.path.parents) if path.exists())


def findings(places: Sequence[Place], *, writing: bool) -> Iterator[Finding]:
    """``writing`` False: nothing is tried out. Else each place gets a directory for a moment, which is removed."""
    devices: dict[int, Place] = {}
    for place in places:
        yield _writable(place, writing=writing)
        devices.setdefault(place.existing.stat().st_dev, place)
    for place in devices.values():
        yield from _file_system(place, writing=writing)


def _writable(place: Place, *, writing: bool) -> Finding:
    where = place.existing
    missing = "" if where == place.path else f", to be made below {where}"
    remedy = f"make it yours: chown -R $(id -un) {where}; chmod u+rwx {where}"
    if not where.is_dir():
        return fail(place.name, f"{where} is no directory", f"move {where} away")
    if not os.access(where, os.W_OK | os.X_OK):
        return fail(place.name, f"{where} is not writable", remedy)
    if writing:
        try:
            Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where)).rmdir()
        except OSError as error:
            return fail(place.name, f"{where}: {error.strerror or error}", remedy)
    return ok(place.name, f"{place.path}{missing}")


def _file_system(place: Place, *, writing: bool) -> Iterator[Finding]:
    where = place.existing
    kind = type_of(where)
    name = f"disk of {place.name}"
    if kind in NETWORK:
        why = f"{kind}: what another machine locks or changes there is not seen from here"
        yield warn(name, why, "run crews of one project on one machine, or keep it on a local disk")
    yield _space(name, where, kind)
    if writing and os.access(where, os.W_OK | os.X_OK):
        yield _abilities(name, where)


def _space(name: str, where: Path, kind: str) -> Finding:
    found = os.statvfs(where)
    free = found.f_bavail * found.f_frsize
    said = f"{kind + ', ' if kind else ''}{free // _MIB} MiB free"
    if found.f_files:
        said += f", {found.f_favail} inodes free"
    inodes = found.f_favail if found.f_files else _FEW_INODES
    remedy = f"free some room on the file system of {where}"
    if free < _LEAST_BYTES or inodes < _LEAST_INODES:
        return fail(name, said, remedy)
    if free < _FEW_BYTES or inodes < _FEW_INODES:
        return warn(name, said, remedy)
    return ok(name, said)


def _abilities(name: str, where: Path) -> Finding:
    """Tries out in a directory of its own what runs do all the time."""
    try:
        scratch = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where))
    except OSError as error:
        return fail(name, f"{where}: {error.strerror or error}", f"make {where} writable")
    try:
        return _tried(name, scratch)
    except OSError as error:
        return fail(name, f"{where}: a durable write fails: {error.strerror or error}", "use another file system")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _tried(name: str, scratch: Path) -> Finding:
    fs = RealFs()
    if not locks_work(scratch, fs):
        return fail(name, "locks do not work: runs here can be watched only", "keep the project on a local disk")
    before = time.time()
    write_durable(fs, scratch / "written", b"x")
    skew = (scratch / "written").stat().st_mtime - before
    if abs(skew) > _SKEW_S:
        why = f"its clock differs from ours by {skew:.0f} s: ages that are shown are wrong by that"
        return warn(name, why, "set both clocks by NTP")
    bell = Doorbell.create_and_open(scratch / "bell")
    silent = bell.silent
    bell.close()
    if silent:
        why = "no FIFOs: everything works, but up to a second later"
        return warn(name, why, "keep the project on a file system with FIFOs")
    return ok(name, "locks, FIFOs and durable renames work")
