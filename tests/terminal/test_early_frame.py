"""Until the dashboard takes the screen over, whatever ends the program gives the terminal back."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.terminal.pty_session import PtySession

ROOT = Path(__file__).parents[2]


def early_then(what: str) -> PtySession:
    environment = {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    return PtySession([sys.executable, "-m", "tests.terminal.early_then", what], environment)


@pytest.mark.usefixtures("test_id")
def test_sigterm_while_the_dashboard_is_loaded_leaves_a_clean_terminal() -> None:
    with early_then("wait") as terminal:
        terminal.wait_for("completed")
        assert not terminal.is_clean()
        terminal.send(signal.SIGTERM)
        assert terminal.exit_status() in (-signal.SIGTERM, 128 + signal.SIGTERM)
        assert terminal.is_clean()


@pytest.mark.usefixtures("test_id")
def test_a_dashboard_that_cannot_be_loaded_leaves_a_clean_terminal_and_what_was_typed() -> None:
    with early_then("fail") as terminal:
        terminal.wait_until(lambda: b"left" in terminal.raw, "the screen left")
        terminal.press("typed\r")
        terminal.wait_until(lambda: terminal.raw.count(b"typed") == 2, "the line echoed and read")
        assert terminal.exit_status() == 0
        assert terminal.is_clean()
