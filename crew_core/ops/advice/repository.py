"""What a repository is like, as far as it bears on which team to send there: read only, nothing of it is run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crew_core.ops.advice.rules import Fact

#: More files than one reader gets an idea of in one conversation.
LARGE_FILES = 3000

#: Where counting ends: more makes no difference.
_MOST_FILES = 20_000
_GIT_S = 10.0

_TEST = re.compile(
    r"(?:^|/)(?:tests?|spec|__tests__)/|(?:^|/)test_[^/]*\.py$|_test\.(?:go|py|rb|exs)$|[.-](?:test|spec)\.[jt]sx?$"
    r"|Tests?\.(?:java|kt|cs)$"
)
_PASSED_OVER = frozenset({"node_modules", "__pycache__", "target", "vendor"})


@dataclass(frozen=True, slots=True)
class Repository:
    """``uncommitted`` is None outside of git. ``files`` stops counting at 20 000."""

    files: int
    tests: int
    uncommitted: int | None

    @property
    def facts(self) -> frozenset[Fact]:
        if self.files == 0:
            return frozenset({Fact.NO_FILES})
        return frozenset({Fact.LARGE_REPOSITORY} if self.files > LARGE_FILES else ())


def look_at(directory: Path) -> Repository:
    """The files below ``directory`` that git knows or would take; without git, those that are not hidden."""
    listed = _git(directory, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    if listed is None:
        names = list(_walked(directory))
        return Repository(len(names), _tests(names), None)
    names = [name for name in listed.split("\0") if name and not name.startswith(".crew/")]
    changed = _git(directory, "status", "--porcelain", "-z", "--ignore-submodules=all", "--", ".", ":(exclude).crew")
    uncommitted = sum(1 for each in (changed or "").split("\0") if each)
    return Repository(min(len(names), _MOST_FILES), _tests(names), uncommitted)


def _git(directory: Path, *words: str) -> str | None:
    """What git says; None where there is no git or no repository.

    A stranger's repository may name programs for git to run: the one that would be run here is switched off.
    """
    command = ["git", "-C", os.fspath(directory), "-c", "core.fsmonitor=false", *words]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=_GIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _walked(directory: Path) -> Iterator[str]:
    left = _MOST_FILES
    for here, directories, files in os.walk(directory):
        directories[:] = [name for name in directories if not name.startswith(".") and name not in _PASSED_OVER]
        for name in files:
            if not name.startswith("."):
                yield os.path.relpath(Path(here, name), directory)
                left -= 1
        if left <= 0:
            return


def _tests(names: Iterable[str]) -> int:
    return sum(1 for name in names if _TEST.search(name))
