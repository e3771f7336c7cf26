"""The whole program in a real terminal: real coordinators, supervisors and agents behind a real dashboard."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crew_core.model.snapshots import Manifest
from crew_core.model.status import RunStatus
from crew_core.ops.trusting import trust
from crew_core.store.layout import RunLayout
from crew_core.store.lock import read_holder
from crew_core.store.snapshot import read_snapshot
from tests.awaiting import until
from tests.terminal.pty_session import PtySession

ENTER, ESCAPE, CTRL_S = "\r", "\x1b", "\x13"
PROGRAM = Path(sys.executable).with_name("crew-tui")

pytestmark = pytest.mark.usefixtures("no_process_left")

AGENT = "---\nname: sheller\ndescription: runs what it is told\nprogram: shell\naccess: read\n---\n"
TEAM = "---\nname: gate\ndescription: waits for a file\ndefaultWorkflow: gate\n---\n\n- sheller: agent=sheller\n"
WORKFLOW = """---
name: gate
description: two steps; the first waits for a file
---

## wait
role: sheller
retries: 0

```sh
echo waiting here
trap 'exit 7' INT
touch up
while [ ! -e open ]; do sleep 0.02; done
echo the gate is open
```

## report
role: sheller
dependsOn: wait
retries: 0

```sh
echo reported
```
"""


class Project:
    """A trusted project whose team ``gate`` goes on when the file ``open`` appears."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in (
            ("agents/sheller.md", AGENT),
            ("teams/gate.team.md", TEAM),
            ("workflows/gate.workflow.md", WORKFLOW),
        ):
            file = path / ".crew" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        trust(path)

    def run(self, *arguments: str) -> Path:
        """A run that waits at the gate."""
        command = [PROGRAM, "run", "walk through", "--team", "gate", "--detach", *arguments]
        done = subprocess.run(command, cwd=self.path, capture_output=True, text=True, timeout=30, check=True)
        return self.path / ".crew" / "runs" / done.stdout.strip()

    def open(self) -> None:
        (self.path / "open").touch()

    def terminal(self, *arguments: str, size: tuple[int, int] = (100, 30)) -> PtySession:
        kept = ("HOME", "PATH", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "CREW_TEST_ID")
        environment = {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8"}
        return PtySession([str(PROGRAM), "--root", str(self.path), *arguments], environment, size)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "acme")


def status(run: Path) -> RunStatus:
    try:
        return read_snapshot(RunLayout(run).manifest, Manifest).status
    except FileNotFoundError:
        return RunStatus.QUEUED


def test_a_run_is_started_watched_and_ended_by_keys(project: Project) -> None:
    with project.terminal() as terminal:
        terminal.wait_for("No runs here yet")
        terminal.press("n")
        terminal.wait_for("Goal")
        # All at once, as over a link that stutters.
        terminal.press("walk through\tgate" + CTRL_S)
        terminal.wait_for("1 running")
        terminal.press("4")
        terminal.wait_for("waiting here")
        project.open()
        terminal.wait_for("reported")
        terminal.wait_for("✓ completed")
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert terminal.is_clean()
    (run,) = [path for path in (project.path / ".crew" / "runs").iterdir() if path.is_dir()]
    assert status(run) is RunStatus.COMPLETED
    assert (run / "artifacts" / "summary.md").exists()


def test_quitting_in_the_middle_changes_nothing(project: Project) -> None:
    run = project.run()
    with project.terminal() as terminal:
        terminal.wait_for("1 running")
        terminal.press("q")
        assert terminal.exit_status() == 0
    assert status(run) is RunStatus.RUNNING
    project.open()
    until(lambda: status(run).ended, project.path, "the end of the run")
    assert status(run) is RunStatus.COMPLETED


def test_a_run_is_cancelled_after_a_question_and_retried(project: Project) -> None:
    run = project.run()
    until((project.path / "up").exists, project.path, "the agent")
    with project.terminal() as terminal:
        terminal.wait_for("1 running")
        terminal.press("c")
        answer_yes(terminal, "Cancel run")
        terminal.wait_for("■ cancelled")
        until(lambda: status(run) is RunStatus.CANCELLED, project.path, "the cancelled run on disk")
        project.open()
        terminal.press("t")
        answer_yes(terminal, "Retry run")
        terminal.wait_for("✓ completed")
        terminal.press("q")
        assert terminal.exit_status() == 0
    assert status(run) is RunStatus.COMPLETED


def test_one_question_cancels_the_marked_runs_and_no_other(project: Project) -> None:
    made = [project.run() for _ in range(3)]
    until(lambda: all(status(run) is RunStatus.RUNNING for run in made), project.path, "three runs")
    with project.terminal() as terminal:
        terminal.wait_for("ACTIVE 3")
        terminal.press("g j ")
        terminal.wait_for("2 marked")
        terminal.press("c")
        answer_yes(terminal, "Cancel 2 runs?")
        terminal.wait_for("ACTIVE 1")
        until(lambda: sum(status(run) is RunStatus.CANCELLED for run in made) == 2, project.path, "the marked runs")
        terminal.press("q")
        assert terminal.exit_status() == 0
    (left,) = [run for run in made if status(run) is not RunStatus.CANCELLED]
    project.open()
    until(lambda: status(left).ended, project.path, "the end of the run that was not marked")
    assert status(left) is RunStatus.COMPLETED


def answer_yes(terminal: PtySession, question: str) -> None:
    """A question takes no answer in its first moment, so that a held key cannot give one."""
    terminal.wait_until(lambda: question in terminal.text() and "n Esc" in terminal.text(), question)
    pressed_at = 0.0

    def gone() -> bool:
        nonlocal pressed_at
        # By its choices: the question itself is also the title of what is told of the answer.
        asked = "n Esc" in terminal.text()
        # Not at each look: what is pressed once too often would go to the dashboard.
        if asked and time.monotonic() > pressed_at + 1.0:
            pressed_at = time.monotonic()
            terminal.press("y")
        return not asked

    terminal.wait_until(gone, f"{question!r} answered")


def test_an_interrupted_run_says_so_and_is_resumed(project: Project) -> None:
    run = project.run()
    until((project.path / "up").exists, project.path, "the agent")
    with project.terminal() as terminal:
        terminal.wait_for("1 running")
        holder = read_holder(RunLayout(run).lock)
        assert holder is not None
        os.kill(holder.identity.pid, signal.SIGKILL)
        terminal.wait_for("! interrupted")
        terminal.wait_for("NEEDS YOU")
        terminal.press("R")
        answer_yes(terminal, "Resume run")
        terminal.wait_for("▶ running")
        project.open()
        terminal.wait_for("✓ completed")
        terminal.press("q")
        assert terminal.exit_status() == 0
    assert status(run) is RunStatus.COMPLETED


def test_the_dashboard_survives_what_happens_to_the_files_under_it(project: Project) -> None:
    project.open()
    older = project.run()
    until(lambda: status(older) is RunStatus.COMPLETED, project.path, "the first run")
    newest = project.run()
    until(lambda: status(newest) is RunStatus.COMPLETED, project.path, "the second run")
    with project.terminal(size=(120, 30)) as terminal:
        terminal.wait_for("reported")
        terminal.wait_for(newest.name)
        shutil.rmtree(newest)
        terminal.wait_for("is gone")
        terminal.wait_for(older.name)
        tasks = older / "tasks.json"
        tasks.write_bytes(tasks.read_bytes()[:100])
        terminal.press("r")
        terminal.wait_for("tasks.json: is damaged")
        terminal.wait_for("wait")
        root = older.parent
        shutil.rmtree(root)
        terminal.wait_for("No runs here yet")
        # Neither may be read as a directory, also not by root.
        root.write_text("a file")
        terminal.press("r")
        terminal.wait_for("cannot be read")
        root.unlink()
        project.run()
        terminal.wait_for("✓ completed")
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert terminal.is_clean()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_every_size_shows_the_run_and_its_output(project: Project, size: tuple[int, int]) -> None:
    project.open()
    run = project.run()
    until(lambda: status(run).ended, project.path, "the run")
    with project.terminal(size=size) as terminal:
        terminal.wait_for(run.name[-8:])
        terminal.press(ENTER)
        terminal.wait_for("reported")
        for width, height in ((60, 20), (200, 50), (20, 5), (80, 24)):
            terminal.resize(width, height)
        terminal.press("4")
        terminal.wait_for("the gate is open")
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert terminal.is_clean()


def test_a_read_only_dashboard_shows_and_does_nothing(project: Project) -> None:
    project.open()
    run = project.run()
    until(lambda: status(run).ended, project.path, "the run")
    before = sorted((path, path.stat().st_mtime_ns) for path in run.rglob("*"))
    with project.terminal("--read-only") as terminal:
        terminal.wait_for("read-only")
        terminal.wait_for("✓ completed")
        terminal.press("ntR" + "124" + "?")
        terminal.wait_for("Esc close")
        terminal.press(ESCAPE)
        terminal.wait_without("Esc close")
        terminal.press("q")
        assert terminal.exit_status() == 0
    assert sorted((path, path.stat().st_mtime_ns) for path in run.rglob("*")) == before
