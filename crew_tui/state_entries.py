"""A small file of entries that several dashboards write, one at a time: each merges what it has changed."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

#: Files of ours have some hundred bytes, or some thousand; of one that has more, nothing is believed.
LONGEST = 1_048_576

#: Together as long as a person does not mind when the dashboard is left.
_TRIES, _PAUSE_S = 10, 0.02


def read_entries(path: Path) -> dict[str, object]:
    """Also those of a newer version; none of a file that is missing or damaged."""
    try:
        with path.open("rb") as file:
            found = msgspec.json.decode(file.read(LONGEST + 1))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def merge_entries(path: Path, changes: Mapping[str, object]) -> None:
    """Write these and keep the others; None takes one away. A file that cannot be written stays as it is: as with a
    home that is read-only, what is to be kept is kept for as long as the dashboard is there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(path.parent):
            merged = {**read_entries(path), **changes}
            _replace(path, {name: value for name, value in merged.items() if value is not None})
    except OSError:
        return


def _replace(path: Path, entries: Mapping[str, object]) -> None:
    text = msgspec.json.format(msgspec.json.encode(entries), indent=2) + b"\n"
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """No other dashboard writes meanwhile. One that is suspended with the lock in its hand is not waited for."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(descriptor)
