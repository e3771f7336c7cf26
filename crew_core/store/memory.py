"""How much memory this machine, or the container that we are in, has left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

#: Asking takes a process there; a number of this age is good enough.
_OLD_S = 1.0
_PATIENCE_S = 5.0

_PAGES = re.compile(r"^(?P<name>[^:\n]+):\s+(?P<count>\d+)\.?$", re.MULTILINE)
_PAGE_SIZE = re.compile(r"page size of (\d+) bytes")

#: Of what ``vm_stat`` counts: pages that are free, or are given away before anything is swapped out.
_FREE_PAGES = ("Pages free", "Pages inactive", "Pages speculative", "Pages purgeable")


@dataclass(frozen=True, slots=True)
class Free:
    """``available_bytes`` can be had without swapping; ``total_bytes`` is all that there is."""

    available_bytes: int
    total_bytes: int


class Memory(Protocol):
    """The seam that tests turn by hand."""

    def free(self) -> Free | None:
        """None: nobody knows."""


def real_memory() -> Memory:
    """That of this system."""
    return MemoryOfMac() if sys.platform == "darwin" else MemoryOfLinux()


class MemoryOfLinux:
    """``MemAvailable`` of ``/proc/meminfo``, and what the limits of our cgroup (v2) and of those above it leave."""

    def __init__(self, proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> None:
        self._proc = proc
        self._cgroups = cgroups

    def free(self) -> Free | None:
        try:
            lines = (self._proc / "meminfo").read_text().splitlines()
            sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
            machine = Free(sizes["MemAvailable"], sizes["MemTotal"])
        except (OSError, KeyError, ValueError, IndexError):
            return None
        every = [machine, *self._limited()]
        return Free(min(each.available_bytes for each in every), min(each.total_bytes for each in every))

    def _limited(self) -> Iterator[Free]:
        try:
            rows = (self._proc / "self" / "cgroup").read_text().splitlines()
        except OSError:
            return
        ours = next((row.removeprefix("0::") for row in rows if row.startswith("0::")), None)
        if ours is None:
            return
        place = self._cgroups / ours.lstrip("/")
        while place.is_relative_to(self._cgroups):
            found = _of_cgroup(place)
            if found is not None:
                yield found
            place = place.parent


def _of_cgroup(place: Path) -> Free | None:
    """None where it has no limit. What it keeps of files is given back before anybody goes without."""
    try:
        most, used = int((place / "memory.max").read_text()), int((place / "memory.current").read_text())
        rows = (row.split() for row in (place / "memory.stat").read_text().splitlines())
        files = next((int(row[1]) for row in rows if row[0] == "inactive_file"), 0)
    except (OSError, ValueError, IndexError):
        # "max" is no number: it has no limit.
        return None
    return Free(max(0, most - used + files), most)


def _vm_stat() -> str:
    return subprocess.run(["vm_stat"], capture_output=True, text=True, timeout=_PATIENCE_S, check=True).stdout


def _physical_bytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


class MemoryOfMac:
    """What ``vm_stat`` counts as free or soon free."""

    def __init__(
        self,
        vm_stat: Callable[[], str] = _vm_stat,
        total_bytes: Callable[[], int] = _physical_bytes,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vm_stat = vm_stat
        self._total_bytes = total_bytes
        self._monotonic = monotonic
        self._last: tuple[float, Free | None] | None = None

    def free(self) -> Free | None:
        now = self._monotonic()
        if self._last is None or now - self._last[0] >= _OLD_S:
            self._last = (now, self._ask())
        return self._last[1]

    def _ask(self) -> Free | None:
        try:
            said, total = self._vm_stat(), self._total_bytes()
        except (OSError, ValueError, subprocess.SubprocessError):
            return None
        size = _PAGE_SIZE.search(said)
        pages = {found["name"]: int(found["count"]) for found in _PAGES.finditer(said)}
        if size is None or "Pages free" not in pages:
            return None
        return Free(sum(pages.get(name, 0) for name in _FREE_PAGES) * int(size[1]), total)
