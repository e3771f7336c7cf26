"""The directory in which a program keeps its own state for one run: made once, shared by the run's attempts."""

from __future__ import annotations

import contextlib
from pathlib import Path

from crew_core.agents.protocol import Launch
from crew_core.store.fs import Fs, ensure_directory, write_replace


def furnish(fs: Fs, directory: Path, launch: Launch) -> None:
    """Put there what the program needs and does not have yet. What it has is its own: it is never changed.

    :raises OSError: a file could not be written.
    """
    ensure_directory(fs, directory)
    for name, content in launch.state_files.items():
        _put(fs, directory / name, content)
    for name, source in launch.state_copies.items():
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if not (directory / name).exists():
                _put(fs, directory / name, Path(source).expanduser().read_bytes())


def _put(fs: Fs, path: Path, content: bytes) -> None:
    if not path.exists():
        ensure_directory(fs, path.parent)
        write_replace(fs, path, content)
