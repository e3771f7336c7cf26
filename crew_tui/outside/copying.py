"""What of a run, a task, a message or an event is worth copying, with its name in the menu. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.events import Event
from crew_core.model.state import Task
from crew_core.observe.slices import Problem
from crew_core.observe.tab_slices import Letter
from crew_core.observe.transcript_entries import Entry
from crew_tui.choosing import Choice
from crew_tui.text import clean, cut

#: In the menu the beginning of the text is enough to know it by.
_SHOWN_CELLS = 60


@dataclass(frozen=True, slots=True)
class Copyable:
    """`text` goes to the clipboard, whole and as it is on disk."""

    what: str
    text: str


def of_run(run_dir: Path, goal: str = "", *, foreign: bool = False) -> tuple[Copyable, ...]:
    """`foreign`: written by another program, so that commands on it have to be told where it is."""
    status = f"crew-tui status {run_dir.name}"
    command = f"crew-tui monitor {shlex.quote(str(run_dir.parent))}" if foreign else status
    return _there(
        Copyable("id of the run", run_dir.name),
        Copyable("directory of the run", str(run_dir)),
        Copyable("goal", goal),
        Copyable("command", command),
    )


def of_problem(problem: Problem) -> tuple[Copyable, ...]:
    return _there(
        Copyable("what is wrong", f"{problem.path}: {problem.what}"),
        Copyable("path of that file", str(problem.path)),
    )


def of_task(run_dir: Path, task: Task, *, foreign: bool = False) -> tuple[Copyable, ...]:
    command = "" if foreign else f"crew-tui transcript {run_dir.name} {shlex.quote(task.id)}"
    return _there(
        Copyable("id of the task", task.id),
        Copyable("directory that it works in", task.cwd),
        Copyable("error", task.error or ""),
        Copyable("command for its transcript", command),
    )


def of_letter(letter: Letter) -> tuple[Copyable, ...]:
    return _there(Copyable("message", letter.text), Copyable("id of the message", letter.id))


def of_event(run_dir: Path, event: Event, line: str, *, foreign: bool = False) -> tuple[Copyable, ...]:
    """`line`: the event as it stands on screen."""
    command = "" if foreign else f"crew-tui events {run_dir.name} --since {max(0, event.metadata.seq - 1)}"
    return _there(
        Copyable("event", line),
        Copyable("message of the event", event.message or ""),
        Copyable("command for the event", command),
    )


def of_entry(entry: Entry, shown: str, path: Path) -> tuple[Copyable, ...]:
    """`shown`: all of it as it stands on screen. `path`: that of its transcript."""
    asked, answered = (entry.text, entry.result) if entry.result and entry.text else ("", "")
    return _there(
        Copyable("entry", shown),
        Copyable("what the tool was asked", asked),
        Copyable("what it answered", answered),
        Copyable("path of the transcript", str(path)),
    )


def copy_choices(copyables: Sequence[Copyable]) -> tuple[Choice, ...]:
    """For the picker; a choice's key is the place of what it copies."""
    return tuple(
        Choice(str(place), each.what, cut(clean(each.text), _SHOWN_CELLS)) for place, each in enumerate(copyables)
    )


def _there(*copyables: Copyable) -> tuple[Copyable, ...]:
    return tuple(_distinct(each for each in copyables if each.text.strip()))


def _distinct(copyables: Iterable[Copyable]) -> Iterable[Copyable]:
    seen = set[str]()
    for each in copyables:
        if each.text not in seen:
            seen.add(each.text)
            yield each
