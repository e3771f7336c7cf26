"""Which version a program is: asked for with ``--version``, and remembered until its file changes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from crew_core.engine.foreign_text import visible
from crew_core.ops.program_table import Version
from crew_core.store.fs import Fs, RealFs, ensure_directory, write_replace

#: The slowest of them takes 0.7 s on an idle machine.
PATIENCE_S = 10.0

_VERSION = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+){1,3})")

_LONGEST = 200


class Remembered(msgspec.Struct, frozen=True, rename="camel"):
    """``stamp`` is what the files of the command were when they said ``text``."""

    stamp: tuple[tuple[int, int, int], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """``version`` empty: it said none. ``problem``: why not."""

    version: Version = ()
    problem: str = ""


@dataclass(slots=True)
class Versions:
    """Asks programs, each at most once for each of its files' times. May be used by several threads.

    ``writing`` False: what is remembered in ``cache`` is used, and nothing is added.
    """

    cache: Path
    writing: bool = True
    fs: Fs = field(default_factory=RealFs)
    _known: dict[str, Remembered] = field(default_factory=dict)
    _news: dict[str, Remembered] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = _read(self.cache)

    def of(self, command: Sequence[str], own_state: Sequence[str] = ()) -> Told:
        """What it says; ``own_state`` are its variables for where it writes: it gets a place that is thrown away."""
        name, stamp = "\0".join(command), _stamp(command)
        remembered = self._known.get(name)
        if remembered is not None and remembered.stamp == stamp:
            return _told(remembered.text)
        try:
            text = _asked(command, own_state)
        except (OSError, subprocess.SubprocessError) as error:
            why = f"no answer within {PATIENCE_S:g} s" if isinstance(error, subprocess.TimeoutExpired) else str(error)
            return Told(problem=f"it does not say its version: {why}")
        told = _told(text)
        if told.version:
            self._news[name] = Remembered(stamp, text)
        return told

    def remember(self) -> None:
        """Write down what is new. What cannot be written is asked for again the next time."""
        if not self.writing or not self._news:
            return
        try:
            ensure_directory(self.fs, self.cache.parent)
            write_replace(self.fs, self.cache, msgspec.json.encode({**self._known, **self._news}))
        except OSError:
            return


def _read(cache: Path) -> dict[str, Remembered]:
    try:
        return msgspec.json.decode(cache.read_bytes(), type=dict[str, Remembered])
    except (OSError, ValueError, RecursionError):
        # None yet, or somebody else's: it is only a cache.
        return {}


def _stamp(command: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    """Of each word that is a file, what changes with it; package managers set times of their own, but not this one."""
    found = []
    for number, word in enumerate(command):
        path = shutil.which(word) if number == 0 else word
        try:
            stat = Path(path or word).stat()
        except OSError:
            continue
        found.append((stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size))
    return tuple(found)


def _asked(command: Sequence[str], own_state: Sequence[str]) -> str:
    """:raises OSError: it cannot be started. :raises subprocess.SubprocessError: it does not end."""
    with tempfile.TemporaryDirectory(prefix="crew-tui-version-", ignore_cleanup_errors=True) as scratch:
        process = subprocess.Popen(
            [*command, "--version"],
            env=_environment(os.environ, own_state, scratch),
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            said, complained = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            # It, and what it started: that would keep the pipe open.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
    # Warnings are on stderr, and so is what is told instead of a version.
    return (said.strip() or complained.strip()).decode("utf-8", "replace")[:_LONGEST]


def _environment(ours: Mapping[str, str], own_state: Sequence[str], scratch: str) -> dict[str, str]:
    return {**ours, **dict.fromkeys(own_state, scratch), "NO_COLOR": "1", "GEMINI_CLI_NO_RELAUNCH": "true"}


def _told(text: str) -> Told:
    # What steers a terminal stands in front of the version with some, and is no part of its first line.
    text = visible(text).strip()
    found = _VERSION.search(text)
    if found is None:
        return Told(problem=f"it does not say its version: {text.splitlines()[0] if text else 'it said nothing'}")
    return Told(tuple(int(part) for part in found[1].split(".")))
