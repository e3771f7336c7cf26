"""Which files there are: by git where it can be asked, else by walking; never through a symbolic link."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crew_core.agents.offline_program.git import Git
from crew_core.agents.offline_program.tool_run import Ended
from crew_core.agents.offline_program.work import Work

#: So many names are kept; the rest is only counted.
FILES_KEPT = 50_000

#: A walk ends after so many, counted or not.
_FILES_WALKED = 200_000

#: What a walk does not enter: caches and what others wrote. Git's own list needs no such rule.
_NOT_ENTERED = frozenset(
    {"node_modules", "__pycache__", "site-packages", "venv", "env", "target", "dist", "build", "vendor"}
)
_HIDDEN_ENTERED = frozenset({".github", ".ci", ".gitlab"})

#: Our own files are no part of the project.
_OURS = ".crew/"


@dataclass(frozen=True, slots=True)
class Listing:
    """``paths`` are relative, with ``/``, sorted. ``total`` counts all, ``complete`` False: at least so many."""

    paths: tuple[str, ...]
    total: int
    source: str
    complete: bool = True

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str):
            return False
        place = bisect_left(self.paths, path)
        return place < len(self.paths) and self.paths[place] == path

    def below(self, folder: str) -> tuple[str, ...]:
        """The files below a folder, or the file itself when it is one."""
        if path_is_root(folder):
            return self.paths
        begin = folder.rstrip("/") + "/"
        first, last = bisect_left(self.paths, begin), bisect_left(self.paths, folder.rstrip("/") + "0")
        return self.paths[first:last] or ((folder,) if folder in self else ())

    @property
    def cut(self) -> str:
        """What is not among ``paths``, as a sentence; empty when nothing is missing."""
        if len(self.paths) == self.total and self.complete:
            return ""
        return f"looked at the first {len(self.paths)} of {'' if self.complete else 'at least '}{self.total} files"


def path_is_root(folder: str) -> bool:
    """Whether a folder is the whole directory."""
    return folder in ("", ".", "./")


def list_files(work: Work, git: Git) -> Listing:
    """The files of the directory, tracked and untracked, without what git ignores and without ``.crew``."""
    if git.usable:
        asked = git.ask("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        cut = asked.ended is Ended.SAID_ENOUGH
        if asked.ok or cut:
            names = asked.output.split(b"\0")[:-1]
            paths = {os.fsdecode(name) for name in names}
            kept = sorted(path for path in paths if not path.startswith(_OURS))
            if kept:
                return Listing(tuple(kept[:FILES_KEPT]), len(kept), "git ls-files", complete=not cut)
    with work.stream.tool("find", "files of the directory"):
        found: list[str] = []
        complete = True
        for path in _walk(work.root):
            found.append(path)
            if len(found) >= _FILES_WALKED or work.interruption.asked:
                complete = False
                break
    found.sort()
    return Listing(tuple(found[:FILES_KEPT]), len(found), "a walk of the directory", complete)


def _walk(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(each for each in folders if _entered(each))
        within = PurePosixPath(Path(folder).relative_to(root).as_posix())
        for name in files:
            yield str(within / name)


def _entered(folder: str) -> bool:
    if folder.startswith("."):
        return folder in _HIDDEN_ENTERED
    return folder not in _NOT_ENTERED
