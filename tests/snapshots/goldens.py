"""Files that hold a screen as it was when somebody last looked at it.

`SNAPSHOT_UPDATE=1` writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "snapshots"
SIZES = [(60, 20), (80, 24), (120, 40), (200, 50)]


def size_name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def golden(name: str, folder: Path = FOLDER) -> str:
    return (folder / name).read_text(encoding="utf-8")


def compare(name: str, seen: str, folder: Path = FOLDER) -> None:
    """Fail when `seen` is not what the file `name` holds."""
    kept = folder / name
    if os.environ.get("SNAPSHOT_UPDATE"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(seen, encoding="utf-8")
    assert kept.exists(), f"{name} has never been looked at: SNAPSHOT_UPDATE=1 writes it"
    wanted = golden(name, folder)
    if seen != wanted:
        changed = "\n".join(unified_diff(wanted.splitlines(), seen.splitlines(), "kept", "seen", lineterm="", n=1))
        raise AssertionError(f"{name} looks different:\n{changed}")
