"""Which file a path of the model's means, and whether it may be written."""

from __future__ import annotations

import os
import stat

from crew_core.agents.builtin_program.failure import ToolFailed

#: Below these the agent's tools write nothing: hooks of git run by themselves, and a crew's state is its coordinator's.
_KEPT = (".git", os.path.join(".crew", "runs"))


def absolute(cwd: str, path: str) -> str:
    """:raises ToolFailed: it can be no path."""
    if not path or "\0" in path:
        raise ToolFailed("path is empty" if not path else "a path has no zero byte")
    return os.path.normpath(os.path.join(cwd, path))


def writable(cwd: str, path: str) -> str:
    """The real path to write to, every symlink in it followed.

    :raises ToolFailed: it lies outside of the working directory, or is kept from the tools.
    """
    absolute(cwd, path)
    root = os.path.realpath(cwd)
    # Not normalized before: ``link/..`` is where the link leads to.
    real = os.path.realpath(os.path.join(root, path))
    if not inside(root, real) or real == root:
        raise ToolFailed(f"{path} is outside of the working directory: nothing may be written there")
    for kept in _KEPT:
        if any(inside(os.path.join(base, kept), real) for base in _bases(root, real)):
            raise ToolFailed(f"nothing may be written in {kept}")
    return real


def inside(root: str, real: str) -> bool:
    """Whether ``real`` is ``root`` or below it; both are real paths."""
    return real == root or real.startswith(root.rstrip("/") + "/")


def _bases(root: str, real: str) -> list[str]:
    """The working directory and every directory below it that ``real`` lies in: each may be a repository."""
    bases = [root]
    for part in os.path.relpath(real, root).split(os.sep)[:-1]:
        bases.append(os.path.join(bases[-1], part))
    return bases


def regular(path: str, shown: str) -> os.stat_result:
    """:raises ToolFailed: it is no plain file; a pipe or a device could be read for ever."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise ToolFailed(f"{shown}: {error.strerror}") from error
    if stat.S_ISDIR(found.st_mode):
        raise ToolFailed(f"{shown} is a directory: use list")
    if not stat.S_ISREG(found.st_mode):
        raise ToolFailed(f"{shown} is no plain file")
    return found
