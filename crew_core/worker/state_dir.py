"""The directory in which a program keeps its own state for one run: made once, shared by the run's attempts."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from crew_core.agents.protocol import Launch, Place
from crew_core.store.fs import Fs, ensure_directory, write_replace


def furnish(fs: Fs, directory: Path, launch: Launch, *, run: Path) -> None:
    """Put there what the program needs and does not have yet. What it has is its own: it is never changed.

    :param run: the directory of the run; of one that was removed nothing is made anew.
    :raises OSError: a file could not be written, or the run is gone.
    """
    ensure_directory(fs, directory, within=run)
    for name, source in launch.state_copies.items():
        copy, make = directory / name, launch.state_made.get(name)
        if copy.exists():
            continue
        content = None if make is None else b""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            content = (directory_of(source) / source.path).read_bytes()
        if content is not None:
            ensure_directory(fs, copy.parent, within=directory)
            write_replace(fs, copy, content if make is None else make(content))


def directory_of(place: Place) -> Path:
    """The directory in which it lies, by our environment, which is the program's too. An empty variable names none."""
    named = os.environ.get(place.variable) if place.variable else None
    return Path(named) if named else Path(place.usual).expanduser()
