"""Completion scripts, in the shells that are installed: what is offered for words that are not finished."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crew_core.model.status import RunStatus
from crew_core.ops.choosing import agent_programs
from crew_tui.cli.vocabulary import vocabulary
from tests.cli.conftest import Run
from tests.cli.program import Project
from tests.cli.recorded_run import FAILED, QUEUED

BASH = """\
source "$1"
COMP_WORDS=("${@:2}")
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_crew_tui
printf '%s\\n' "${COMPREPLY[@]}"
"""

#: Runs the function itself; what it would offer is taken where it is added.
ZSH = """\
autoload -Uz compinit && compinit -u -D
source "$1"
compadd() { local -a all; all=("$@"); print -l -- ${(P)${all[-1]}} }
_crew_tui_runs; words=(transcript "$2" ""); _crew_tui_tasks
print -- ${_comps[crew-tui]}
"""


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is on PATH, as a person has it."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def script(crew: Run, tmp_path: Path, project: Project) -> dict[str, str]:
    made = {}
    for shell in ("bash", "zsh", "fish"):
        file = tmp_path / f"completion.{shell}"
        file.write_text(crew("completion", shell).out)
        made[shell] = str(file)
    return made


def _done(*words: str) -> list[str]:
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def _bash(script: dict[str, str], line: str) -> list[str]:
    """What is offered at the end of the line; one that ends with a space asks for the next word."""
    words = shlex.split(line) + ([""] if line.endswith(" ") else [])
    return [word for word in _done("bash", "--norc", "-c", BASH, "bash", script["bash"], *words) if word]


def test_bash_offers_commands_and_options(script: dict[str, str]) -> None:
    commands = [command.name for command in vocabulary().commands]
    assert _bash(script, "crew-tui ") == commands
    assert _bash(script, "crew-tui re") == [name for name in commands if name.startswith("re")]
    assert _bash(script, "crew-tui --re") == ["--read-only"]
    assert _bash(script, "crew-tui --root /tmp plan --te") == ["--team"]
    assert "--follow" in _bash(script, "crew-tui run 'fix it' --")
    assert "--follow" not in _bash(script, "crew-tui plan 'fix it' --")


def test_bash_offers_the_values_of_options(script: dict[str, str], tmp_path: Path) -> None:
    statuses = [*(status.value for status in RunStatus), "interrupted"]
    assert _bash(script, "crew-tui list --status ") == statuses
    assert _bash(script, "crew-tui list --status f") == ["failed"]
    assert "offline" in _bash(script, "crew-tui run x --agent ")
    assert _bash(script, "crew-tui run x --team ") == []
    assert _bash(script, "crew-tui completion ") == ["bash", "zsh", "fish"]
    (tmp_path / "with space").mkdir()
    assert _bash(script, f"crew-tui --root {tmp_path}/with") == [f"{tmp_path}/with space"]


@pytest.mark.usefixtures("path", "recorded")
def test_bash_offers_runs_and_their_tasks(script: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(_bash(script, "crew-tui status ")) == {"last", FAILED, QUEUED}
    assert _bash(script, f"crew-tui cancel --reason why {FAILED[:-2]}") == [FAILED]
    assert _bash(script, f"crew-tui transcript {FAILED} ") == ["build", "test", "ship"]
    assert _bash(script, f"crew-tui cancel {FAILED} --task sh") == ["ship"]
    assert _bash(script, "crew-tui transcript gone ") == []


def test_bash_knows_the_function_for_the_program(script: dict[str, str]) -> None:
    (line,) = _done("bash", "--norc", "-c", f"source {shlex.quote(script['bash'])}; complete -p crew-tui")
    assert line == "complete -F _crew_tui crew-tui"


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.usefixtures("path", "recorded")
def test_zsh_takes_the_script_and_offers_runs_and_their_tasks(script: dict[str, str]) -> None:
    told = _done("zsh", "-f", "-c", ZSH, "zsh", script["zsh"], FAILED)
    assert set(told[:3]) == {"last", FAILED, QUEUED}
    assert told[3:] == ["build", "test", "ship", "_crew_tui"]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.usefixtures("path", "recorded")
def test_fish_offers_commands_values_runs_and_tasks(script: dict[str, str]) -> None:
    def offered(line: str) -> list[str]:
        asked = f"source {shlex.quote(script['fish'])}; complete -C {shlex.quote(line)}"
        return [each.split("\t")[0] for each in _done("fish", "--no-config", "-c", asked)]

    assert set(offered("crew-tui ")) == {command.name for command in vocabulary().commands}
    assert offered("crew-tui list --status f") == ["failed"]
    assert set(offered("crew-tui status ")) == {"last", FAILED, QUEUED}
    assert set(offered(f"crew-tui transcript {FAILED} ")) == {"build", "test", "ship"}
    assert "--follow" in offered("crew-tui run x --fo")


def test_every_command_and_option_is_in_every_script(script: dict[str, str]) -> None:
    known = vocabulary()
    texts = {shell: Path(file).read_text() for shell, file in script.items()}
    for command in known.commands:
        assert all(command.name in text for text in texts.values())
        for option in command.options:
            name = next(name for name in option.names if name.startswith("--"))
            assert name in texts["bash"]
            assert f"{name}[" in texts["zsh"]
            assert f"-l {name[2:]} " in texts["fish"]


def test_what_help_does_not_say_is_not_offered(script: dict[str, str]) -> None:
    assert "--json" not in _bash(script, "crew-tui monitor . --")
    assert "--json" in _bash(script, "crew-tui list --")


def test_what_is_said_of_an_option_is_what_help_says(script: dict[str, str]) -> None:
    for shell in ("zsh", "fish"):
        text = Path(script[shell]).read_text()
        assert "%(" not in text
        assert f"one of {', '.join(agent_programs()[:5])}" in text


def test_a_shell_that_nobody_knows_is_one_line(crew: Run) -> None:
    told = crew("completion", "csh")
    assert (told.status, told.out) == (2, "")
    assert told.err == "crew-tui: completion: SHELL: there is no 'csh'; did you mean zsh?\n"
