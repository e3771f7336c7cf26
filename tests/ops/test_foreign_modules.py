"""A project's files are data: none of them is imported as a module of ours, whatever it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("crew-tui")
NAMES = ("crew_core", "msgspec", "orjson", "asyncio", "selectors", "json", "sitecustomize")

pytestmark = pytest.mark.usefixtures("no_process_left")


def test_nothing_in_the_current_directory_is_imported(tmp_path: Path) -> None:
    project, touched = tmp_path / "project", tmp_path / "touched"
    (project / ".git").mkdir(parents=True)
    for name in NAMES:
        (project / f"{name}.py").write_text(f"open({str(touched)!r}, 'a').write({name!r})\n")
    done = subprocess.run(
        [PROGRAM, "run", "look around", "--team", "demo", "--follow"],
        cwd=project,
        env={**os.environ, "PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert not touched.exists(), touched.read_text()
    assert done.returncode == 0, done.stderr
