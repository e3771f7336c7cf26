"""How the dashboard notices changes here, and how much of inotify is left."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from crew_core.observe.watcher import Backend, CannotWatch, open_watcher
from crew_core.ops.checkup.finding import Finding, ok, warn

_LIMITS = Path("/proc/sys/fs/inotify")

#: From here on the next program that watches may be the one that is refused.
_NEARLY = 0.8


def findings() -> Iterator[Finding]:
    yield _watcher()
    if sys.platform == "linux" and _LIMITS.is_dir():
        yield from _limits()


def _watcher() -> Finding:
    with tempfile.TemporaryDirectory(prefix="crew-tui-doctor-") as scratch:
        try:
            watcher = open_watcher(Backend.AUTO)
            try:
                watched = watcher.watch({Path(scratch)})
            finally:
                watcher.close()
        except (CannotWatch, ImportError) as error:
            why = f"polling, because nothing better works here: {error}"
            return warn("watcher", why, "raise fs.inotify.max_user_instances and max_user_watches with sysctl")
    if not watched:
        return warn("watcher", f"polling, because {watcher.backend} watches nothing", "look at the limits below")
    return ok("watcher", str(watcher.backend))


def _limits() -> Iterator[Finding]:
    instances, watches = _usage()
    for name, used in (("max_user_instances", instances), ("max_user_watches", watches)):
        most = int((_LIMITS / name).read_text())
        said = f"{used} of {most} in use"
        if used >= _NEARLY * most:
            yield warn(name, said, f"sysctl fs.inotify.{name}={most * 2}")
        else:
            yield ok(name, said)


def _usage() -> tuple[int, int]:
    """Instances and watches of this person's processes, as far as they can be read."""
    instances = watches = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        for number in _inotify_descriptors(process):
            instances += 1
            with suppress(OSError):
                watches += (process / "fdinfo" / number).read_text().count("inotify wd:")
    return instances, watches


def _inotify_descriptors(process: Path) -> list[str]:
    found = []
    # Ended meanwhile, or not ours to read.
    with suppress(OSError):
        if process.stat().st_uid != os.getuid():
            return []
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                if str(descriptor.readlink()).endswith("anon_inode:inotify"):
                    found.append(descriptor.name)
    return found
