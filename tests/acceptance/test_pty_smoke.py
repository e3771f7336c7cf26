"""Pty smoke: a person goes everywhere in a real terminal, and however that ends, the terminal is as it was."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from crew_tui.alerting.sequences import POP_TITLE, PUSH_TITLE
from tests.acceptance.written_runs import completed, interrupted
from tests.terminal.pty_session import ENTER_SCREEN, PtySession

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("crew-tui"))
SCRIPTED = (sys.executable, "-m", "tests.terminal.scripted_dashboard")

ESCAPE, CTRL_C, CTRL_Z = "\x1b", "\x03", "\x1a"
PASTE, END_PASTE = "\x1b[200~", "\x1b[201~"

#: Keys, and the words that then stand on the screen.
TABS = {
    "2": "[2 ",
    "3": "[3 ",
    "4": "has seen it",
    "5": "[5 ",
    "7": "[7 ",
    "8": "[8 ",
    "1": "[1 ",
}
SCREENS = {
    "s": "status of run",
    "u": "summary of run",
    "a": "artifacts of run",
    "i": '"runId"',
    "d": "agents of run",
    "e": "events of 0",
    "o": "transcript.raw",
    "v": "has seen it",
    "P": "replay of run",
    "T": "━ resources",
    "!": "━ alerts",
    "?": "Esc close",
    ":": "what is to be done",
    "x": "━ menu",
    "y": "━ copy",
    "n": "Ctrl-S start",
}


@pytest.fixture
def environment() -> dict[str, str]:
    kept = ("HOME", "PATH", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "CREW_TEST_ID")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    return own | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


ON_OR_OFF = {"h": "on", "l": "off"}

#: Wrapping at the edge and the cursor are there in every terminal; all other modes are a program's wish.
NORMALLY_ON = frozenset({7, 25})


def normal(mode: int) -> str:
    return "h" if mode in NORMALLY_ON else "l"


def left_behind(raw: bytes) -> list[str]:
    """What was switched on and not off again, asked for and not given back."""
    modes: dict[int, str] = {}
    for numbers, switch in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", raw):
        modes.update(dict.fromkeys(map(int, numbers.split(b";")), switch.decode()))
    found = [f"mode {number} is {ON_OR_OFF[switch]}" for number, switch in modes.items() if switch != normal(number)]
    pushed, popped = len(re.findall(rb"\x1b\[>[0-9;]*u", raw)), len(re.findall(rb"\x1b\[<[0-9;]*u", raw))
    found += [f"the keyboard was changed {pushed} times and restored {popped} times"] if pushed > popped else []
    titles = raw.count(PUSH_TITLE.encode()), raw.count(POP_TITLE.encode())
    found += [f"the title was kept and given back {titles} times"] if titles[0] != titles[1] else []
    return found


def assert_restored(terminal: PtySession) -> None:
    assert left_behind(terminal.raw) == []
    assert terminal.is_clean()
    assert terminal.settings == terminal.settings_before


def own_project(path: Path) -> Path:
    root = path / ".crew" / "runs"
    for write in (interrupted, completed):
        write(root)
    return path


def started(project: Path, environment: Mapping[str, str], size: tuple[int, int] = (110, 36)) -> PtySession:
    return PtySession([PROGRAM, "--root", str(project)], environment, size)


def test_a_person_goes_everywhere_and_leaves_the_terminal_as_it_was(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with started(own_project(tmp_path / "acme"), environment) as terminal:
        terminal.wait_for("runs 2")
        # Down to the one that has ended well.
        terminal.press("j")
        terminal.wait_for("✓ completed 17s")
        for key, words in TABS.items():
            terminal.press(key)
            terminal.wait_for(words)
        for key, words in SCREENS.items():
            terminal.press(key)
            terminal.wait_for(words)
            go_back(terminal, words)
        read_the_transcript(terminal)
        storm(terminal)
        suspend_and_resume(terminal)
        paste_into_the_filter(terminal)
        paste_into_the_form(terminal)
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert_restored(terminal)
        assert terminal.after_screen() == ""


def go_back(terminal: PtySession, words: str) -> None:
    """Esc is given the time to be one: with another key close behind it, it would be Alt with that key."""
    terminal.settle()
    terminal.press(ESCAPE)
    terminal.wait_until(lambda: words not in terminal.text() and at_home(terminal), f"the main screen behind {words}")


def at_home(terminal: PtySession) -> bool:
    return "q quit" in terminal.lines()[-1]


def read_the_transcript(terminal: PtySession) -> None:
    terminal.press("v")
    terminal.wait_for("has seen it")
    terminal.press("Ggjjk/seen\r")
    terminal.wait_for("n next")
    terminal.press("nN" + ESCAPE)
    terminal.wait_without("n next")
    go_back(terminal, "has seen it")


def storm(terminal: PtySession) -> None:
    """The window is dragged about; no size of it is too small."""
    chance = random.Random(13)
    sizes = [(chance.randint(1, 200), chance.randint(1, 60)) for _ in range(40)]
    for width, height in (*sizes, (1, 1), (300, 90), (110, 36)):
        terminal.resize(width, height)
    terminal.wait_until(lambda: "q quit" in terminal.lines()[35], "the footer on the last line")


def suspend_and_resume(terminal: PtySession) -> None:
    terminal.press(CTRL_Z)
    terminal.wait_until_suspended()
    assert_restored(terminal)
    suspended = len(terminal.raw)
    terminal.send(signal.SIGCONT)
    terminal.wait_until(lambda: ENTER_SCREEN in terminal.raw[suspended:], "the screen again")
    terminal.wait_for("runs 2")


def paste_into_the_filter(terminal: PtySession) -> None:
    terminal.press("/")
    terminal.wait_for("Enter keep")
    terminal.press(f"{PASTE}status:failed{END_PASTE}")
    terminal.wait_for("status:failed")
    go_back(terminal, "status:failed")


def paste_into_the_form(terminal: PtySession) -> None:
    terminal.press("n")
    terminal.wait_for("Ctrl-S start")
    terminal.press(f"{PASTE}fix \x1b[31mall\nof it 漢字 \U0001f9d1‍\U0001f4bb{END_PASTE}")
    terminal.wait_for("of it 漢")
    go_back(terminal, "of it 漢")


def quit_by_key(terminal: PtySession) -> int:
    terminal.press("q")
    return 0


def quit_while_the_window_is_dragged(terminal: PtySession) -> int:
    terminal.resize(90, 28)
    terminal.press("q")
    return 0


def quit_by_ctrl_c(terminal: PtySession) -> int:
    terminal.press(CTRL_C)
    terminal.wait_for("Ctrl-C again leaves")
    terminal.press(CTRL_C)
    return 0


def quit_from_a_form(terminal: PtySession) -> int:
    terminal.press("n")
    terminal.wait_for("Ctrl-S start")
    terminal.press("half a goal")
    terminal.press(CTRL_C)
    terminal.wait_for("Ctrl-C again leaves")
    terminal.press(CTRL_C)
    return 0


def crash(terminal: PtySession) -> int:
    terminal.press("r")
    return 1


def terminate(terminal: PtySession) -> int:
    terminal.send(signal.SIGTERM)
    return 128 + signal.SIGTERM


def terminate_while_suspended(terminal: PtySession) -> int:
    terminal.press(CTRL_Z)
    terminal.wait_until_suspended()
    terminal.send(signal.SIGTERM)
    terminal.send(signal.SIGCONT)
    return 128 + signal.SIGTERM


ENDS = (
    quit_by_key,
    quit_while_the_window_is_dragged,
    quit_by_ctrl_c,
    quit_from_a_form,
    crash,
    terminate,
    terminate_while_suspended,
)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_however_it_ends_the_terminal_is_as_it_was(
    end: Callable[[PtySession], int], environment: dict[str, str]
) -> None:
    with PtySession(SCRIPTED, environment, (100, 30)) as terminal:
        terminal.wait_for("04_tests")
        terminal.press("3")
        terminal.wait_for("[3")
        status = end(terminal)
        assert terminal.exit_status() == status
        assert_restored(terminal)


def test_the_checks_have_eyes() -> None:
    assert left_behind(b"\x1b[?1049h\x1b[?25l\x1b[?1000;1006h\x1b[>1u" + PUSH_TITLE.encode()) == [
        "mode 1049 is on",
        "mode 25 is off",
        "mode 1000 is on",
        "mode 1006 is on",
        "the keyboard was changed 1 times and restored 0 times",
        "the title was kept and given back (1, 0) times",
    ]
