"""Which files hold what an agent said and did, best first."""

from __future__ import annotations

import os
from pathlib import Path

from crew_core.observe.picrew import contained
from crew_core.observe.picrew.places import PicrewPlaces, is_task_id


def output_sources(run_dir: Path, task_id: str) -> tuple[Path, ...]:
    """The files that exist, no links: read the first one, with an ``AgentStream``; the others say the same shorter.

    The agent's own events carry times. Without them (its program printed plain text) its output is the best there
    is, then the artifacts, which stay when pi-crew has cleaned the state up.
    """
    if not is_task_id(task_id):
        return ()
    places = PicrewPlaces(run_dir)
    wanted: list[tuple[Path, tuple[str, ...]]] = [
        (run_dir, ("agents", task_id, name)) for name in ("events.jsonl", "output.log", "sidechain.output.jsonl")
    ]
    if places.crew is not None:
        artifacts = ("artifacts", run_dir.name)
        wanted += [
            (places.crew, (*artifacts, "transcripts", f"{task_id}.jsonl")),
            (places.crew, (*artifacts, "logs", f"{task_id}.log")),
            (places.crew, (*artifacts, "results", f"{task_id}.txt")),
            (places.crew, (*artifacts, "results", f"{task_id}.md")),
        ]
    return tuple(root.joinpath(*parts) for root, parts in wanted if _has_content(root, parts))


def best_output(run_dir: Path, task_id: str) -> tuple[Path, tuple[str, ...]] | None:
    """The first of these: a directory, and the way from there, on which no link is followed. None: nothing is kept."""
    path = next(iter(output_sources(run_dir, task_id)), None)
    if path is None:
        return None
    root = run_dir if path.is_relative_to(run_dir) else PicrewPlaces(run_dir).crew or run_dir
    return root, path.relative_to(root).parts


def _has_content(root: Path, parts: tuple[str, ...]) -> bool:
    try:
        with contained.opened(root, *parts) as descriptor:
            return os.fstat(descriptor).st_size > 0
    except OSError:
        # Not there, a link or not readable: not a source.
        return False
