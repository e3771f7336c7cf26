"""The program itself in a process of its own, and a project for it to work in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crew_core.ops.trusting import trust
from tests.awaiting import PATIENCE_S

PROGRAM = (sys.executable, "-c", "import sys; from crew_tui.cli.main import main; sys.exit(main())")


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Project:
    """A trusted project with a team ``crew`` whose agents are shell scripts."""

    path: Path

    def crew(self, *words: str) -> Done:
        """Carry out one command line to its end."""
        done = subprocess.run(
            [*PROGRAM, *words],
            cwd=self.path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start one and leave it running; both streams are pipes."""
        return subprocess.Popen(
            [*PROGRAM, *words],
            cwd=self.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def workflow(self, steps: Mapping[str, str], *, retries: int = 0, after: Mapping[str, str] = {}) -> None:
        """The team's workflow: scripts by step; ``after`` says what a step depends on."""
        text = "---\nname: crew\ndescription: for a test\n---\n"
        for step, script in steps.items():
            depends = f"dependsOn: {after[step]}\n" if step in after else ""
            text += f"\n## {step}\nrole: worker\nretries: {retries}\n{depends}\n```sh\n{script}\n```\n"
        self.write("workflows/crew.workflow.md", text)
        trust(self.path)

    def write(self, name: str, text: str) -> None:
        path = self.path / ".crew" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self) -> str:
        """A run that goes on by itself; its id."""
        done = self.crew("run", "try it", "--team", "crew", "--detach")
        assert done.status == 0, done.err
        return done.out.strip()

    def run_dir(self, run_id: str) -> Path:
        return self.path / ".crew" / "runs" / run_id


def make_project(path: Path) -> Project:
    project = Project(path)
    (path / ".crew").mkdir(parents=True)
    agent = "---\nname: worker\ndescription: a shell agent\nprogram: shell\naccess: read\n---\n"
    project.write("agents/worker.md", agent)
    team = "---\nname: crew\ndescription: for a test\ndefaultWorkflow: crew\n---\n\n- worker: agent=worker does it\n"
    project.write("teams/crew.team.md", team)
    return project


def waits_for(path: Path) -> str:
    """A script that lives until ``path`` exists, having said that it is up."""
    return f'touch "{path}.up"; echo up; while [ ! -e "{path}" ]; do sleep 0.02; done'


def environment() -> dict[str, str]:
    """What a program in a terminal of the test's own gets."""
    kept = ("HOME", "PATH", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "CREW_TEST_ID")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8"}
