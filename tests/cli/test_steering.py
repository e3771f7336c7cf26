"""`send` and `respond`: words for how far it came, and the exit status for it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.program import Project
from tests.engine.real_run import RealRun
from tests.engine.run_builders import task
from tests.engine.trial_run import TRIAL, trial_run

pytestmark = pytest.mark.usefixtures("no_process_left")

_TAKES = 'read -r id rest; echo "!taken $id"; echo "$rest" > got'


@pytest.fixture
def working(project: Project) -> RealRun:
    """A run of the project whose task ``a`` waits in its working directory for a line, and takes it."""
    return begun(project, f"touch up; {_TAKES}")


def begun(project: Project, script: str) -> RealRun:
    runs = project.path / ".crew" / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    run = trial_run(runs, task("a", script, agent=TRIAL, cwd=str(project.path))).start()
    run.until((project.path / "up").exists)
    return run


def test_what_is_sent_has_a_name_and_a_state(crew: Run, project: Project, working: RealRun) -> None:
    told = crew("send", "last", "a", "look at b.py", "--kind", "steer")
    assert (told.status, told.err) == (0, "")
    name, _, said = told.out.partition(": ")
    assert name.startswith("msg_")
    assert said.split(": ")[0] in ("sent", "taken")
    working.wait()
    assert (project.path / "got").read_text() == "steer - - look at b.py\n"
    late = crew("send", "last", "a", "too late")
    assert (late.status, late.out) == (1, "")
    assert late.err.endswith(": task a is completed: no agent works on it now\n")


def test_a_text_may_come_from_stdin(
    crew: Run, project: Project, working: RealRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("grün\n".encode())))
    assert crew("send", "last", "a", "-", "--json").json["outcome"]["delivery"] in ("sent", "taken")
    working.wait()
    assert (project.path / "got").read_text() == "message - - grün\n"


def test_what_an_agent_asks_is_in_the_status_with_the_command_that_answers_it(crew: Run, project: Project) -> None:
    run = begun(project, f'echo "!ask p1 rm -rf build"; touch up; {_TAKES}')
    run.until(lambda: bool(run.task("a").asks))
    crew("status", "last")
    run_id = run.layout.run_id
    status = crew("status", "last").out
    assert "a: Bash: rm -rf build\n" in status
    assert f"crew-tui respond {run_id} a allow|always|deny\n" in status
    unclear = crew("respond", "last", "a", "hm")
    assert (unclear.status, unclear.err.endswith(": answer allow, always or deny\n")) == (1, True)
    told = crew("respond", "last", "a", "always")
    assert told.status == 0
    assert told.out.endswith("(answers: Bash: rm -rf build)\n")
    run.wait()
    assert (project.path / "got").read_text() == "answer always p1\n"


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("send", "last", "b", "x"), 5, "task b: no such task in "),
        (("send", "last", "a", " "), 2, "send a: there is no text; say what the agent is to know"),
        (("respond", "last", "a", "yes"), 1, "task a asks nothing"),
        (("--read-only", "send", "last", "a", "x"), 4, "read-only"),
    ],
)
def test_what_cannot_be_sent_is_said(
    crew: Run, project: Project, working: RealRun, words: tuple[str, ...], status: int, told: str
) -> None:
    answer = crew(*words)
    assert (answer.status, answer.out) == (status, "")
    assert told in answer.err
    assert crew("send", "last", "a", "go").status == 0
    working.wait()


def test_a_text_that_is_too_long_belongs_into_a_file(crew: Run, project: Project, tmp_path: Path) -> None:
    run = trial_run(project.path / ".crew" / "runs", task("a"))
    told = crew("send", run.layout.run_id, "a", "x" * (1 << 20) + "x")
    assert (told.status, told.err) == (
        2,
        "crew-tui: send a: longer than 1024 KiB; put it into a file, and send its name\n",
    )
