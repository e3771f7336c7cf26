"""The dashboard as a program with settings that are wrong: it is there all the same, and says so."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cli.program import PROGRAM, environment
from tests.resources.resource_files import put
from tests.terminal.pty_session import PtySession


def test_wrong_settings_are_told_on_a_dashboard_that_works(own_home: Path, tmp_path: Path) -> None:
    put(own_home / ".config" / "crew-tui" / "config.toml", "[ui]\nwatcher = 'poling'\ntheme = 'crew-light'\n")
    argv = [*PROGRAM, "--root", str(tmp_path)]
    assert argv[0] == sys.executable
    with PtySession(argv, environment(), size=(100, 30)) as terminal:
        terminal.wait_for("did you mean polling?")
        terminal.press("q")
        assert terminal.exit_status() == 0
