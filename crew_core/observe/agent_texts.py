"""Where what one task's agent reported and printed lies, and how the lines of it are understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.state import Task
from crew_core.model.transcript import AgentEvent
from crew_core.observe.picrew.formats import is_picrew_run
from crew_core.observe.picrew.outputs import best_output
from crew_core.observe.picrew.stream import AgentStream
from crew_core.observe.transcripts import events_of
from crew_core.store.layout import RunLayout


@dataclass(frozen=True, slots=True)
class Reported:
    """``parts`` lead to the file from the directory ``root``.

    ``in_order``: a line is understood only after those before it; each call of ``decoder`` begins anew.
    """

    root: Path
    parts: tuple[str, ...]
    decoder: Callable[[], Callable[[bytes], Sequence[AgentEvent]]]
    in_order: bool


def reported(run_dir: Path, task: Task) -> Reported | None:
    """What the agent of the task's newest attempt reported, event by event; None when there was none."""
    if not task.attempts:
        return None
    if is_picrew_run(run_dir):
        found = best_output(run_dir, task.id)
        if found is None:
            return None
        path = found[0].joinpath(*found[1])
        return Reported(*found, lambda: AgentStream(path).feed, in_order=True)
    file = RunLayout(run_dir).attempt(task.id, task.attempts[-1].n).events
    return Reported(run_dir, file.relative_to(run_dir).parts, lambda: events_of, in_order=False)


def printed(run_dir: Path, task: Task) -> tuple[Path, tuple[str, ...]] | None:
    """The file with every byte that the agent printed: a directory, and the way from there."""
    if not task.attempts:
        return None
    if is_picrew_run(run_dir):
        return best_output(run_dir, task.id)
    file = RunLayout(run_dir).attempt(task.id, task.attempts[-1].n).transcript
    return run_dir, file.relative_to(run_dir).parts
