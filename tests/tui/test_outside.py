"""Clipboard, editor and shell: what they are given, and that the screen is whole again afterwards."""

from __future__ import annotations

import base64
import os
import re
import shlex
import signal
import sys
from pathlib import Path

import pytest
from textual.app import App

from crew_core.model.status import TaskStatus
from crew_core.observe.tab_slices import Box, Letter
from crew_tui.outside.clipboard import LARGEST_BYTES, copied_words, copy
from crew_tui.outside.copying import Copyable, copy_choices, of_event, of_letter, of_run, of_task
from crew_tui.outside.editor import NO_EDITOR, open_in_editor
from crew_tui.outside.editor_command import editor_of
from crew_tui.outside.shell import open_shell, shell_of
from tests.terminal.pty_session import ENTER_SCREEN, LEAVE_SCREEN, PtySession
from tests.tui.builders import ROOT, event, task

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text("one\ntwo\nthree\n")
    return path


@pytest.fixture
def environment() -> dict[str, str]:
    kept = ("HOME", "PATH", "CREW_TEST_ID")
    named = {name: os.environ[name] for name in kept if name in os.environ}
    return named | {"PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"}


def _start(environment: dict[str, str], file: Path) -> PtySession:
    return PtySession([sys.executable, "-m", "tests.tui.outside_program", str(file)], environment, (100, 12))


def _editor(tmp_path: Path, does: str) -> str:
    """A program that stands in for an editor; its arguments are in `$@`."""
    script = tmp_path / "nano"
    script.write_text(f"#!/bin/sh\n{does}\n")
    script.chmod(0o755)
    return str(script)


def _back(terminal: PtySession, said: str) -> None:
    """The screen is as it was, and takes keys."""
    terminal.wait_for(f"said: {said}")
    assert "the dashboard" in terminal.text()
    assert terminal.raw.count(ENTER_SCREEN) == terminal.raw.count(LEAVE_SCREEN) + 1


def _left(terminal: PtySession) -> None:
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert terminal.is_clean()


def test_an_editor_gets_a_copy_and_the_screen_comes_back(
    environment: dict[str, str], file: Path, tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    does = f'echo "$@" >{asked}; ls -l "$1" >>{asked}; stty -a >>{asked}; echo in the editor; read answer'
    environment["EDITOR"] = _editor(tmp_path, does)
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("E")
        terminal.wait_for("in the editor")
        terminal.press("done\r")
        _back(terminal, "nothing")
        arguments, listed, *settings = asked.read_text().splitlines()
        (shown,) = shlex.split(arguments)
        assert (Path(shown).name, Path(shown) != file) == ("notes.md", True)
        assert listed.startswith("-r--------")
        assert re.search(r"(?<!-)\bicanon\b", " ".join(settings)), "the terminal is as a shell has it"
        _left(terminal)
        assert not Path(shown).exists()
    assert file.read_text() == "one\ntwo\nthree\n"


def test_a_file_of_the_persons_own_is_edited_in_its_place(
    environment: dict[str, str], file: Path, tmp_path: Path
) -> None:
    environment["VISUAL"] = _editor(tmp_path, 'echo four >>"$1"')
    environment["EDITOR"] = "false"
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("W")
        _back(terminal, "nothing")
        _left(terminal)
    assert file.read_text() == "one\ntwo\nthree\nfour\n"


def test_a_pager_gets_a_copy_and_one_that_is_none_is_told(
    environment: dict[str, str], file: Path, tmp_path: Path
) -> None:
    environment["PAGER"] = _editor(tmp_path, 'cat "$1"; echo of "$(basename "$1")"; read answer')
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("|")
        terminal.wait_for("of notes.md")
        assert "three" in terminal.text()
        terminal.press("\r")
        _back(terminal, "nothing")
        _left(terminal)
    environment["PAGER"] = "/nowhere/less"
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("|")
        terminal.wait_for("said: /nowhere/less cannot be run: No such file")
        _left(terminal)


def test_ctrl_c_in_the_other_program_ends_only_that(environment: dict[str, str], file: Path, tmp_path: Path) -> None:
    environment["EDITOR"] = _editor(tmp_path, "echo in the editor; exec sleep 60")
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("E")
        terminal.wait_for("in the editor")
        terminal.press("\x03")
        _back(terminal, "nothing")
        _left(terminal)


def test_a_window_that_changes_meanwhile_is_painted_as_it_is_now(
    environment: dict[str, str], file: Path, tmp_path: Path
) -> None:
    environment["EDITOR"] = _editor(tmp_path, "echo in the editor; read answer")
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("E")
        terminal.wait_for("in the editor")
        terminal.resize(60, 20)
        terminal.press("\r")
        _back(terminal, "nothing")
        _left(terminal)


@pytest.mark.parametrize("editor", ["/nowhere/vim", "'unfinished"])
def test_an_editor_that_cannot_be_run_is_told(environment: dict[str, str], file: Path, editor: str) -> None:
    environment["EDITOR"] = editor
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("E")
        told = "VISUAL or EDITOR cannot be read" if "'" in editor else f"{editor} cannot be run: No such file"
        terminal.wait_for(f"said: {told}")
        _left(terminal)


def test_a_shell_is_in_the_directory_knows_the_run_and_the_screen_comes_back(
    environment: dict[str, str], file: Path
) -> None:
    environment |= {"SHELL": "/bin/sh", "PS1": "ready> "}
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("$")
        terminal.wait_for("to the dashboard")
        terminal.press('echo "at $(pwd -P) for $CREW_RUN"\r')
        terminal.wait_for(f"at {file.parent.resolve()} for team_7"[:99])
        # A shell that has only just forked does not hand the interrupt on: said by the one that will be interrupted.
        terminal.press("""sh -c 'echo "fall""ing asleep"; exec sleep 60'\r""")
        terminal.wait_for("falling asleep")
        asked = terminal.text().count("ready>")
        terminal.press("\x03")
        # Before it asks again, a shell throws away what was typed.
        terminal.wait_until(lambda: terminal.text().count("ready>") > asked, "the shell again")
        terminal.press("exit 3\r")
        _back(terminal, "nothing")
        _left(terminal)


def test_an_interrupt_meanwhile_is_not_for_the_dashboard(
    environment: dict[str, str], file: Path, tmp_path: Path
) -> None:
    environment["EDITOR"] = _editor(tmp_path, "echo in the editor; read answer")
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("E")
        terminal.wait_for("in the editor")
        terminal.send(signal.SIGINT)
        terminal.press("\r")
        _back(terminal, "nothing")
        _left(terminal)


def test_copying_reaches_the_terminal_whole(environment: dict[str, str], file: Path) -> None:
    with _start(environment, file) as terminal:
        terminal.wait_for("the dashboard")
        terminal.press("y")
        terminal.wait_for("said: copied: 4 lines")
        sent = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", terminal.raw)
        assert sent is not None
        assert base64.b64decode(sent[1]) == file.read_bytes()
        _left(terminal)


async def test_a_name_that_is_no_utf_8_is_copied_as_far_as_it_can_be() -> None:
    app: App[None] = App()
    async with app.run_test():
        assert copy(app, os.fsdecode(b"/src/caf\xe9"), {}).startswith("copied: /src/caf")
        assert app.clipboard == "/src/caf?"


async def test_where_the_terminal_cannot_be_left_that_is_told(file: Path) -> None:
    app: App[None] = App()
    async with app.run_test():
        told = "this terminal cannot be left to another program"
        assert open_in_editor(app, file, environment={"EDITOR": "true"}) == told
        assert open_shell(app, file.parent, "r", environment={}) == told


async def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    app: App[None] = App()
    async with app.run_test():
        assert open_in_editor(app, tmp_path / "x", environment={}) == NO_EDITOR
        editor = {"EDITOR": "true"}
        assert open_in_editor(app, tmp_path / "x", environment=editor).endswith(
            "cannot be read: No such file or directory"
        )
        assert open_in_editor(app, tmp_path, environment=editor).endswith("cannot be read: is no regular file")
        assert open_shell(app, tmp_path / "x", "r").endswith("is not there any more")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


async def test_a_pipe_is_not_waited_for(pipe: Path) -> None:
    app: App[None] = App()
    async with app.run_test():
        assert open_in_editor(app, pipe, environment={"EDITOR": "true"}).endswith("is no regular file")


@pytest.mark.parametrize(
    ("editor", "argv"),
    [
        ("/usr/bin/nvim -R", ["/usr/bin/nvim", "-R"]),
        ("/usr/bin/code -n", ["/usr/bin/code", "-n", "--wait"]),
        ("code --wait", ["code", "--wait"]),
        ("codium -w", ["codium", "-w"]),
    ],
)
def test_editors_that_would_be_back_at_once_are_told_to_wait(editor: str, argv: list[str]) -> None:
    assert editor_of({"EDITOR": editor}) == argv


def test_visual_counts_before_editor() -> None:
    assert editor_of({"VISUAL": "'my editor' -x", "EDITOR": "vi"}) == ["my editor", "-x"]
    assert editor_of({"VISUAL": "  ", "EDITOR": "vi"}) == ["vi"]
    assert editor_of({}) == []


def test_a_shell_that_is_not_there_gives_way() -> None:
    assert shell_of({"SHELL": "/bin/sh"}) == "/bin/sh"
    assert shell_of({"SHELL": "/nowhere/zsh"}) == "/bin/sh"
    assert shell_of({}) == "/bin/sh"


def test_what_may_have_been_dropped_is_told() -> None:
    assert copied_words("text", {}) == "copied: text"
    assert "set-clipboard" in copied_words("text", {"TMUX": "x"})
    assert "GNU screen" in copied_words("text", {"STY": "x"})
    assert "many terminals drop it" in copied_words("x" * (LARGEST_BYTES + 1), {})
    assert "\x1b" not in copied_words("\x1b[31mred", {})


def test_everything_worth_copying_of_each_thing() -> None:
    run_dir = ROOT / "team_1"
    assert of_run(run_dir, "a goal") == (
        Copyable("id of the run", "team_1"),
        Copyable("directory of the run", str(run_dir)),
        Copyable("goal", "a goal"),
        Copyable("command", "crew-tui status team_1"),
    )
    assert of_run(run_dir, foreign=True)[-1] == Copyable("command", f"crew-tui monitor {ROOT}")
    failed = task("04_tests", TaskStatus.FAILED, error="exit status 2")
    assert [each.text for each in of_task(run_dir, failed)] == [
        "04_tests",
        "/src/acme-api",
        "exit status 2",
        "crew-tui transcript team_1 04_tests",
    ]
    assert [each.text for each in of_task(run_dir, task("a"), foreign=True)] == ["a", "/src/acme-api"]
    letter = Letter("m1", Box.INBOX, "steer", "you", "a", "", "text\nof it")
    assert [each.text for each in of_letter(letter)] == ["text\nof it", "m1"]
    assert [each.text for each in of_event(run_dir, event(4, "run.running"), "line")] == [
        "line",
        "crew-tui events team_1 --since 3",
    ]


def test_the_menu_shows_the_beginning_and_nothing_hostile() -> None:
    choices = copy_choices((Copyable("line", "\x1b[31mred\n" + "x" * 500),))
    assert (choices[0].key, choices[0].label) == ("0", "line")
    assert choices[0].hint.startswith("red x")
    assert len(choices[0].hint) <= 60
