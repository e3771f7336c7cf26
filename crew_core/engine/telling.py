"""Writing down what an agent is told: its inputs, its packet and its prompt, in the directory of its attempt."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crew_core.engine.handoff import Predecessor, build_inputs
from crew_core.engine.ledger import Ledger
from crew_core.engine.prompts import Correction, WorkspaceFacts, prompt_of
from crew_core.engine.seams import Seams
from crew_core.model.plan import RunPlan
from crew_core.model.state import Task
from crew_core.store.fs import write_durable, write_replace
from crew_core.store.layout import AttemptLayout, RunLayout
from crew_core.store.regular import read_regular
from crew_core.workspace.listing import tracked_files


class Telling:
    """Part of the coordinator; git is asked once for each directory."""

    def __init__(self, layout: RunLayout, seams: Seams, ledger: Ledger) -> None:
        self._layout = layout
        self._seams = seams
        self._ledger = ledger
        self._workspaces: dict[str, WorkspaceFacts] = {}

    def write(self, task: Task, files: AttemptLayout, run: RunPlan, *, continuing: bool = False) -> None:
        """Everything for the next attempt at ``task``. The inputs are durable; the rest is made of them.

        ``continuing``: it goes on with its conversation, and is told only what that does not have yet.

        :raises OSError: a file could not be written.
        """
        before = [self._ledger.task(name) for name in task.depends_on]
        # A fan-out has said nothing itself; its tasks are among the dependencies.
        predecessors = [self._predecessor(each) for each in before if each.for_each is None]
        inputs = build_inputs(run.goal, task.run_id, task.id, predecessors, run.limits.inputs_bytes)
        write_durable(self._seams.fs, files.inputs, msgspec.json.encode(inputs))
        prompt = prompt_of(
            run,
            run.task(task.id),
            inputs.inputs,
            str(files.inputs),
            workspace=self._workspace(task.cwd),
            correction=self._correction(task, continuing=continuing),
            continuing=continuing,
        )
        for path, text in (
            (files.packet, msgspec.json.encode(prompt.packet)),
            (files.system_prompt, prompt.system.encode()),
            (files.prompt, prompt.text.encode()),
            (files.prompt_record, msgspec.json.encode(prompt.record)),
        ):
            write_replace(self._seams.fs, path, text)

    def _workspace(self, cwd: str) -> WorkspaceFacts:
        if cwd not in self._workspaces:
            self._workspaces[cwd] = WorkspaceFacts(tracked_files(Path(cwd)))
        return self._workspaces[cwd]

    def _correction(self, task: Task, *, continuing: bool) -> Correction | None:
        if task.refused is None:
            return None
        if continuing:
            return Correction(task.faults)
        answer = self._layout.attempt(task.id, task.refused).answer
        try:
            former = read_regular(answer).decode("utf-8", "replace")
        except FileNotFoundError:
            former = ""
        return Correction(task.faults, former)

    def _predecessor(self, task: Task) -> Predecessor:
        artifact = task.result_artifact
        path = self._layout.artifacts / artifact.path if artifact else None
        return Predecessor(
            task_id=task.id,
            role=task.role,
            status=task.status.value,
            text=_kept(path) if path else b"",
            path=str(path or ""),
            error=task.error or "",
        )


def _kept(result: Path) -> bytes:
    """A result that somebody has removed is no reason to stop the run."""
    try:
        return read_regular(result)
    except FileNotFoundError:
        return b"(the result file is missing)"
