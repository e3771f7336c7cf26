"""Where the transcript of one attempt lies, and how its lines are understood, whoever wrote the run."""

from __future__ import annotations

from pathlib import Path

from crew_core.observe.byte_file import open_bytes
from crew_core.observe.picrew.formats import is_picrew_run
from crew_core.observe.text_book import NothingThere
from crew_core.observe.transcript_told import Transcript
from crew_core.observe.transcripts import events_of
from crew_core.store.layout import RunLayout


def transcript_of(run_dir: Path, task_id: str, attempt: int) -> Transcript:
    """Not on the UI thread: it looks at the disk. :raises NothingThere: pi-crew has kept nothing of it."""
    if is_picrew_run(run_dir):
        return _of_picrew(run_dir, task_id)
    file = RunLayout(run_dir).attempt(task_id, attempt).events
    parts = file.relative_to(run_dir).parts
    return Transcript(file, lambda: open_bytes(run_dir, *parts), events_of)


def _of_picrew(run_dir: Path, task_id: str) -> Transcript:
    """pi-crew keeps one file for all attempts of a task. Its lines are told in other words than they hold."""
    from crew_core.observe.picrew.outputs import best_output
    from crew_core.observe.picrew.stream_lines import agent_events, text_events

    found = best_output(run_dir, task_id)
    if found is None:
        raise NothingThere(f"nothing of it is kept in {run_dir / 'agents' / task_id}")
    root, parts = found
    path = root.joinpath(*parts)
    decode = agent_events if path.suffix == ".jsonl" else text_events
    return Transcript(path, lambda: open_bytes(root, *parts), decode, verbatim=False)
