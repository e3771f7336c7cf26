"""Runs whose agent is the trial program, which can be spoken to."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from crew_core.model.commands import CommandKind, Outcome
from crew_core.model.plan import AgentPlan, TaskPlan
from crew_core.model.state import Task
from crew_core.model.status import Access
from crew_core.ops import control
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan
from tests.worker.trial_adapter import PROGRAM

#: The name of the agent that these tasks have.
TRIAL = "trial"

MODULE = "tests.engine.trial_coordinator"


def trial_run(directory: Path, *tasks: TaskPlan, **orders: Any) -> RealRun:
    """A run of the trial agent; ``orders`` are its adapter's."""
    made = plan(*tasks, cwd=directory)
    agent = AgentPlan(name=TRIAL, program=PROGRAM, access=Access.READ, system_prompt=json.dumps(orders))
    return RealRun.make(directory, replace(made, agents={**made.agents, TRIAL: agent}), MODULE)


def ask(run: RealRun, kind: CommandKind) -> Outcome:
    """What `resume` or `retry` comes to; the coordinator that it starts knows the program."""

    def launch(run_dir: Path) -> None:
        control.launch_coordinator(run_dir, (sys.executable, "-m", MODULE))

    return control.Sender(launch=launch).send(run.layout.root, control.Wanted(kind), control.START_S)


def states(task: Task) -> list[str]:
    """How far everything that it was sent came, the oldest first."""
    return [sent.state.value for attempt in task.attempts for sent in attempt.sent]
