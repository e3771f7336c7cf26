"""Which directory holds what: runs of pi-crew, runs of ours, or projects with either."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from crew_core.observe.picrew import contained
from crew_core.observe.picrew.places import EVENTS, MANIFEST, TASKS, USER_CREW
from crew_core.store.layout import RunLayout, is_safe_id

#: Where runs can lie below a directory that somebody names, nearest first: below the directory of runs itself,
#: ``state``, a crew directory, ``.pi``, a project, ``~/.pi/agent`` and the home directory.
_BELOW = (
    ("runs",),
    ("state", "runs"),
    (".crew", "runs"),
    (".crew", "state", "runs"),
    ("teams", "state", "runs"),
    (".pi", "teams", "state", "runs"),
    ("extensions", "pi-crew", "state", "runs"),
    ("agent", "extensions", "pi-crew", "state", "runs"),
    (*USER_CREW, "state", "runs"),
)

#: Enough of a manifest to see who wrote it: pi-crew puts its paths before the artifacts.
_HEAD_BYTES = 65_536

#: More projects than anybody keeps in one directory; the rest has to be named.
_MOST_PROJECTS = 1_000

#: Children that are looked at before a directory is taken to hold no runs.
_MOST_CHILDREN = 256


def is_picrew_run(path: Path) -> bool:
    """A run directory of pi-crew, by its layout. A symbolic link is none: it could lead anywhere."""
    if not _is_directory(path) or not is_safe_id(path.name):
        return False
    if (path.parent.name, path.parent.parent.name) == ("runs", "state"):
        return any(_is_file(path / name) for name in (MANIFEST, TASKS, EVENTS))
    return not is_own_run(path) and _has_picrew_manifest(path)


def is_own_run(path: Path) -> bool:
    """A run directory of ours: its starter made it with both of these. Others have files of the plan's name too."""
    layout = RunLayout(path)
    return _is_directory(path) and _is_file(layout.plan) and _is_directory(layout.attempts)


def discover(path: Path, *, nested: bool = True) -> tuple[Path, ...]:
    """The directories whose children are runs, for a path that a person names; resolved, each once.

    The path can be a project or a directory of projects, ``.crew``, ``.pi``, ``.pi/teams``, ``state``, a directory
    of runs, a run (its directory's siblings come along: see ``run_named_by``), or the home of pi-crew's own
    directory. With ``nested``, a directory that holds none itself is one of projects, and those are looked at.
    Links below it that lead out of it are not followed. Empty when there is nothing.
    """
    root = Path(os.path.realpath(path))
    if run_named_by(root) is not None:
        return (root.parent,)
    if _holds_runs(root):
        return (root,)
    found = list(_roots_below(root, root))
    if nested and not found:
        for project in _children(root):
            found += _roots_below(project, root)
    return tuple(dict.fromkeys(found))


def run_named_by(path: Path) -> Path | None:
    """The run directory that the path is itself, resolved; None when it is none."""
    root = Path(os.path.realpath(path))
    return root if is_picrew_run(root) or is_own_run(root) else None


def _roots_below(directory: Path, within: Path) -> Iterator[Path]:
    for parts in _BELOW:
        found = Path(os.path.realpath(directory.joinpath(*parts)))
        if _is_directory(found) and found.is_relative_to(within) and _holds_runs(found):
            yield found


def _holds_runs(directory: Path) -> bool:
    """It is a directory of runs itself. One that is empty counts where only a crew has such a directory."""
    if directory.name == "runs" and _is_directory(directory):
        above = directory.parent
        if above.name == ".crew" or (above.name == "state" and above.parent.name in (".crew", "teams", "pi-crew")):
            return True
    return any(is_picrew_run(child) or is_own_run(child) for child in _children(directory, _MOST_CHILDREN))


def _children(directory: Path, most: int = _MOST_PROJECTS) -> list[Path]:
    """Directories in it, no links, in order."""
    try:
        with os.scandir(directory) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        # Not there, or not to be read: nothing can be found in it.
        return []
    return [directory / name for name in names[:most]]


def _has_picrew_manifest(path: Path) -> bool:
    try:
        with contained.opened(path, MANIFEST) as descriptor:
            head = os.pread(descriptor, _HEAD_BYTES, 0)
    except OSError:
        # Without a manifest nothing says that it is one.
        return False
    return b'"stateRoot"' in head and b'"eventsPath"' in head


def _is_directory(path: Path) -> bool:
    return stat.S_ISDIR(_mode_of(path))


def _is_file(path: Path) -> bool:
    return stat.S_ISREG(_mode_of(path))


def _mode_of(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:
        # Not there, or in a directory that may not be searched.
        return 0
