"""Which agents print what their adapter does not understand, as lines: it is kept as written, and counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crew_core.model.state import Task
from crew_tui.lines import BLANK, Line, Tone, paragraph
from crew_tui.quantities import plural
from crew_tui.text import clean

#: Tasks that are named; of a program that is newer than its adapter it may be all of them.
_NAMED = 3


def not_understood(tasks: Iterable[Task]) -> dict[str, int]:
    """Task → lines of its agent's output that nobody understood; only where there are any."""
    counts = ((task.id, task.agent_progress.unknown_events if task.agent_progress else 0) for task in tasks)
    return {task_id: count for task_id, count in counts if count}


def not_understood_lines(counts: Mapping[str, int], width: int) -> tuple[Line, ...]:
    """Nothing where everything is understood; those with the most lines first."""
    if not counts:
        return ()
    found = sorted(counts, key=lambda task_id: -counts[task_id])
    named = [f"{clean(task_id)} {counts[task_id]}" for task_id in found[:_NAMED]]
    if len(found) > _NAMED:
        named.append(f"{plural(len(found) - _NAMED, 'task')} more")
    whole = plural(sum(counts.values()), "line")
    said = f"{whole} of output not understood, kept as written in the transcript: {', '.join(named)}"
    return (BLANK, *paragraph(said, width, Tone.WARN, most=3))
