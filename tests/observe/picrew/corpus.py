"""Run directories that the real pi-crew wrote, where they lie beside the project; tests stand without them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[4] / "shared" / "fixtures" / "picrew"

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")


def runs_of(project: Path) -> list[Path]:
    """Run directories below one project, by name."""
    return sorted(path.parent for path in project.glob("**/state/runs/*/manifest.json"))


def tree_hash(root: Path) -> str:
    """Of every name, kind, size, time and content below a directory."""
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        found.update(f"{path.relative_to(root)} {status.st_mode} {status.st_size} {status.st_mtime_ns}\n".encode())
        if path.is_file() and not path.is_symlink():
            found.update(path.read_bytes())
    return found.hexdigest()


def files_of(root: Path, keep: Callable[[Path], bool] = lambda path: True) -> list[Path]:
    """Regular files below a directory, in order."""
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink() and keep(path))
