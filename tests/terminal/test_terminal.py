"""The dashboard in a real terminal: it starts, follows its size, ends, and leaves no mess behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.pty_session import ENTER_SCREEN, PtySession

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment() -> dict[str, str]:
    kept = ("HOME", "PATH", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "CREW_TEST_ID")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }


def start(environment: dict[str, str], *arguments: str, size: tuple[int, int] = (80, 24)) -> PtySession:
    argv = [sys.executable, "-m", "tests.terminal.scripted_dashboard", *arguments]
    return PtySession(argv, environment, size)


def test_it_starts_and_q_leaves_a_clean_terminal(environment: dict[str, str]) -> None:
    with start(environment) as terminal:
        terminal.wait_for("04_tests")
        assert terminal.lines()[0].startswith(" crew ▸ acme-api")
        assert "q quit" in terminal.lines()[-1]
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert terminal.is_clean()
        assert terminal.after_screen() == ""


def test_it_follows_the_size_of_the_terminal(environment: dict[str, str]) -> None:
    with start(environment, size=(120, 40)) as terminal:
        terminal.wait_for("…sonnet-4-5")
        terminal.resize(60, 20)
        terminal.wait_without("04_tests")
        terminal.wait_until(lambda: "q quit" in terminal.lines()[19], "the footer on the last line")
        terminal.press("\r")
        terminal.wait_for("04_tests")
        terminal.resize(100, 30)
        terminal.wait_until(lambda: "NEEDS YOU" in terminal.text() and "04_tests" in terminal.text(), "both regions")
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_a_crash_of_its_own_leaves_a_clean_terminal_and_one_line(environment: dict[str, str]) -> None:
    with start(environment) as terminal:
        terminal.wait_for("04_tests")
        terminal.press("r")
        assert terminal.exit_status() == 1
        assert terminal.is_clean()
        told = terminal.after_screen()
    assert re.fullmatch(
        r"crew-tui: the dashboard failed: RuntimeError: injected failure; details in \S+dashboard.log; runs go on", told
    )
    log = Path(environment["XDG_STATE_HOME"]) / "crew-tui" / "dashboard.log"
    assert "Traceback" in log.read_text()
    assert "in refresh" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_crash_at_the_start_is_told_the_same_way(environment: dict[str, str]) -> None:
    with start(environment, "--fail-at-start") as terminal:
        assert terminal.exit_status() == 1
        assert terminal.is_clean()
        assert terminal.after_screen().startswith("crew-tui: the dashboard failed: RuntimeError: cannot start; ")


def test_sigterm_leaves_a_clean_terminal(environment: dict[str, str]) -> None:
    with start(environment) as terminal:
        terminal.wait_for("04_tests")
        terminal.send(signal.SIGTERM)
        assert terminal.exit_status() == 128 + signal.SIGTERM
        assert terminal.is_clean()


def test_it_ends_with_its_terminal_also_where_no_hang_up_is_sent(environment: dict[str, str]) -> None:
    """It does not control the process, as under a `setsid` of somebody's."""
    with start(environment) as terminal:
        terminal.wait_for("04_tests")
        assert terminal.hang_up() == 128 + signal.SIGHUP


def test_ctrl_z_leaves_the_terminal_to_the_shell_and_the_dashboard_comes_back(environment: dict[str, str]) -> None:
    with start(environment) as terminal:
        terminal.wait_for("04_tests")
        terminal.press("n")
        terminal.wait_for("Workflow")
        terminal.press("\x1a")
        terminal.wait_until_suspended()
        assert terminal.is_clean()
        suspended = len(terminal.raw)
        terminal.send(signal.SIGCONT)
        terminal.wait_until(lambda: ENTER_SCREEN in terminal.raw[suspended:], "the screen again")
        terminal.wait_until(lambda: b"Workflow" in terminal.raw[suspended:], "a repainted screen")
        terminal.press("\x1b")
        terminal.wait_without("Workflow")
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert terminal.is_clean()


def test_ascii_without_colour_is_both(environment: dict[str, str]) -> None:
    with start(environment | {"NO_COLOR": "1", "CREW_TUI_UI_GLYPHS": "ascii"}) as terminal:
        terminal.wait_for("04_tests")
        assert terminal.text().isascii()
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;2;", terminal.raw), "a colour"
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_without_a_terminal_nothing_is_drawn(environment: dict[str, str]) -> None:
    argv = [sys.executable, "-m", "tests.terminal.scripted_dashboard"]
    done = subprocess.run(
        argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("crew-tui: no dashboard: ")
    assert len(done.stderr.splitlines()) == 1
