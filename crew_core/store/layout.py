"""Where everything of one run lies: paths only, nothing is touched."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

#: One charset for every id that becomes part of a path.
SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def is_safe_id(text: str) -> bool:
    return SAFE_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class AttemptLayout:
    """``attempts/<task>/<n>/``."""

    root: Path

    @property
    def run(self) -> RunLayout:
        """The run that the attempt belongs to."""
        return RunLayout(self.root.parents[2])

    @property
    def spec(self) -> Path:
        return self.root / "spec.json"

    @property
    def inputs(self) -> Path:
        return self.root / "inputs.json"

    @property
    def packet(self) -> Path:
        """The task packet: what the agent is told, as a record."""
        return self.root / "packet.json"

    @property
    def system_prompt(self) -> Path:
        return self.root / "system.md"

    @property
    def prompt(self) -> Path:
        return self.root / "prompt.md"

    @property
    def prompt_record(self) -> Path:
        """What went into the prompt, what was cut and left out."""
        return self.root / "prompt.json"

    @property
    def claim(self) -> Path:
        return self.root / "claim.json"

    @property
    def transcript(self) -> Path:
        """The agent's raw stdout, every byte."""
        return self.root / "transcript.raw"

    @property
    def events(self) -> Path:
        """Normalized events, one JSON object a line."""
        return self.root / "events.jsonl"

    @property
    def stderr(self) -> Path:
        return self.root / "stderr.log"

    @property
    def answer(self) -> Path:
        return self.root / "answer.txt"

    @property
    def status(self) -> Path:
        return self.root / "status.json"

    @property
    def result(self) -> Path:
        return self.root / "result.json"

    @property
    def reserve(self) -> Path:
        """Room on the disk for the result, given back when there is none left."""
        return self.root / "reserve"

    @property
    def control(self) -> Path:
        """Maildir from the coordinator to the supervisor: ``control/new``, ``control/bell``."""
        return self.root / "control"

    @property
    def control_new(self) -> Path:
        return self.control / "new"

    @property
    def control_bell(self) -> Path:
        return self.control / "bell"

    @property
    def out_new(self) -> Path:
        """Maildir from the agent to the supervisor (``CREW_OUT``)."""
        return self.root / "out" / "new"

    @property
    def out_bell(self) -> Path:
        """Wakes the supervisor when the agent has put a message; without it, it looks every second."""
        return self.root / "out" / "bell"

    @property
    def supervisor_log(self) -> Path:
        return self.root / "supervisor.log"


@dataclass(frozen=True, slots=True)
class RunLayout:
    """``<project>/.crew/runs/<runId>/``."""

    root: Path

    @property
    def run_id(self) -> str:
        return self.root.name

    @property
    def plan(self) -> Path:
        return self.root / "workflow.json"

    @property
    def journal(self) -> Path:
        return self.root / "events.jsonl"

    @property
    def manifest(self) -> Path:
        return self.root / "manifest.json"

    @property
    def tasks(self) -> Path:
        return self.root / "tasks.json"

    @property
    def agents(self) -> Path:
        return self.root / "agents.json"

    @property
    def lock(self) -> Path:
        return self.root / "coordinator.lock"

    @property
    def coordinator_log(self) -> Path:
        return self.root / "coordinator.log"

    @property
    def commands_new(self) -> Path:
        return self.root / "commands" / "new"

    @property
    def commands_done(self) -> Path:
        return self.root / "commands" / "done"

    @property
    def bell(self) -> Path:
        """The coordinator's doorbell, for senders of commands and for supervisors."""
        return self.root / "commands" / "bell"

    @property
    def artifacts(self) -> Path:
        return self.root / "artifacts"

    @property
    def attempts(self) -> Path:
        return self.root / "attempts"

    def program_state(self, program: str) -> Path:
        """Where an agent program keeps its own state of this run; written by nobody but that program."""
        return self.root / "programs" / program.replace(":", "-")

    def attempt(self, task_id: str, n: int) -> AttemptLayout:
        return AttemptLayout(self.attempts / task_id / str(n))


def state_home() -> Path:
    """``$XDG_STATE_HOME/crew-tui``: the machine store and the dashboard's own state."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "crew-tui"


def data_home() -> Path:
    """``$XDG_DATA_HOME/crew-tui``: runs that belong to no project."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "crew-tui"


def config_home() -> Path:
    """``$XDG_CONFIG_HOME/crew-tui``: the person's own resources and settings."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "crew-tui"


def cache_home() -> Path:
    """``$XDG_CACHE_HOME/crew-tui``: what may be thrown away at any time."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "crew-tui"


def find_project(start: Path) -> Path | None:
    """The nearest directory at or above ``start`` that has a ``.crew`` or a ``.git``."""
    for candidate in (start, *start.parents):
        if (candidate / ".crew").is_dir() or (candidate / ".git").exists():
            return candidate
    return None


def runs_root(project: Path | None) -> Path:
    """Where a project keeps its runs; without a project they live under XDG data."""
    return (project / ".crew" if project else data_home()) / "runs"
