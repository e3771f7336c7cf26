"""The files of a project, without those that nobody wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

#: Repositories of version control, dependencies, caches and environments.
SKIPPED = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache"}
    | {".ruff_cache", ".pytest_cache", ".hypothesis", ".gradle", ".terraform", ".next", ".cache"}
)


def entries(directory: str) -> list[os.DirEntry[str]]:
    """Sorted by name; none when it cannot be read."""
    try:
        with os.scandir(directory) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def walk(root: str, look: Callable[[], object]) -> Iterator[str]:
    """Paths of the files below ``root``, relative to it; no symlink is followed. ``look`` is called per directory."""
    below = [""]
    while below:
        here = below.pop()
        look()
        directories = []
        for entry in entries(os.path.join(root, here)):
            path = os.path.join(here, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED:
                    directories.append(path)
            else:
                yield path
        below += reversed(directories)


def matches(path: str, pattern: str) -> bool:
    """Shell patterns; ``*`` also stands for directories. A pattern without a slash is for the name."""
    if "/" not in pattern:
        path = path.rpartition("/")[2]
    return fnmatchcase(path, pattern) or fnmatchcase(path, pattern.replace("**/", ""))
