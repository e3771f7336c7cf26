"""What speaks against a record: each rule has a name, and says which file and which event it rests on.

The record stays what it is. These rules say where it contradicts what lies beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.picrew.answers import LastWords
from crew_core.observe.picrew.manifest import Manifest
from crew_core.observe.picrew.task_record import End, TaskRecord
from crew_core.observe.picrew.trail import Mark, TaskTrail, Trail
from crew_core.observe.slices import Evidence, Liveness, Problem


@dataclass(frozen=True, slots=True)
class Traces:
    """Everything beside the record of one task."""

    trail: TaskTrail
    words: LastWords | None
    words_path: Path | None
    empty_result: bool
    scaffold: bool
    tasks_path: Path
    events_path: Path
    result_path: Path


def doubt_about_task(task: TaskRecord, run: RunStatus | None, live: Liveness, traces: Traces) -> Evidence | None:
    """The strongest thing that speaks against the recorded status; None when nothing does."""
    if task.status is None:
        says = f"its status is recorded as {task.word!r}, which is no status"
        return Evidence("unknown-status", says, traces.tasks_path)
    if task.status is TaskStatus.RUNNING:
        return _doubt_about_running(task, run, live, traces)
    if task.status is not TaskStatus.COMPLETED:
        return None
    if traces.scaffold:
        return Evidence("scaffold", "nothing was run: its result is a placeholder", traces.tasks_path)
    end = task.last_end
    return (
        _cancelled(end, traces)
        or _killed(task, end, traces)
        or _exit_code(task, end, traces)
        or _stopped_badly(traces)
        or _said_nothing(task, traces)
        or _asked(traces)
        or _unverified(task, traces)
        or _another_end(traces)
    )


def _doubt_about_running(task: TaskRecord, run: RunStatus | None, live: Liveness, traces: Traces) -> Evidence | None:
    trail = traces.trail
    if run is not None and run.ended and run is not RunStatus.BLOCKED:
        return Evidence("run-is-over", f"the run is recorded as {run}", traces.tasks_path)
    if live is Liveness.INTERRUPTED:
        worker = f"its worker, pid {trail.pid}," if trail.pid else "its worker"
        says = f"nobody works on the run; {worker} left no end"
        return _at(trail.spawned, "nobody-works", says, traces)
    return None


def _cancelled(end: End | None, traces: Traces) -> Evidence | None:
    trail = traces.trail
    if trail.cancelled is None and not (end and (end.cancelled or end.status == "cancelled")):
        return None
    answered = traces.words is not None and traces.words.text and not traces.empty_result
    says = "its worker was cancelled, though there is an answer" if answered else "its worker was cancelled"
    return _at(trail.cancelled, "worker-cancelled", says, traces)


def _killed(task: TaskRecord, end: End | None, traces: Traces) -> Evidence | None:
    trail = traces.trail
    if trail.timed_out is not None or (end and end.timed_out):
        return _at(trail.timed_out, "worker-timeout", "its worker was ended because it was silent", traces)
    if trail.drained is not None:
        # It had answered and did not go away: pi-crew ends such a worker and is right to count the answer.
        return None
    if trail.hard_killed is not None or (end and (end.killed or end.signal)):
        signal = f" by {end.signal}" if end and end.signal else ""
        return _at(trail.hard_killed, "worker-killed", f"its worker was killed{signal}", traces)
    without_code = end is not None and end.has_exit and end.exit_code is None
    if (trail.exited is not None and trail.exit_code is None) or (without_code and task.exit_code is None):
        return _at(trail.exited, "worker-killed", "its worker ended without an exit code: it was killed", traces)
    return None


def _exit_code(task: TaskRecord, end: End | None, traces: Traces) -> Evidence | None:
    if traces.trail.drained is not None:
        return None
    codes = (traces.trail.exit_code, end.exit_code if end else None, task.exit_code)
    bad = next((code for code in codes if code), None)
    if bad is None:
        return None
    return _at(traces.trail.exited, "exit-code", f"its worker ended with exit code {bad}", traces)


def _stopped_badly(traces: Traces) -> Evidence | None:
    words, path = traces.words, traces.words_path
    if words is None:
        return None
    match words.stop_reason:
        case "error" | "aborted":
            why = f": {words.error}" if words.error else ""
            return Evidence("model-error", f"its last turn ended with {words.stop_reason}{why}", path, words.seq)
        case "length":
            return Evidence("answer-cut", "its answer was cut at the limit of the model", path, words.seq)
        case "toolUse" if not words.text.strip() or traces.empty_result:
            return Evidence("no-answer", "its last turn was a tool call: no answer followed", path, words.seq)
        case _:
            return None


def _said_nothing(task: TaskRecord, traces: Traces) -> Evidence | None:
    if traces.empty_result:
        return Evidence("no-answer", "its result is empty: the agent said nothing", traces.result_path)
    if not task.has_result and not (traces.words and traces.words.text.strip()):
        return Evidence("no-answer", "it has no result", traces.tasks_path)
    return None


def _asked(traces: Traces) -> Evidence | None:
    words = traces.words
    if words is None or not words.contact or traces.trail.asked is not None:
        return None
    says = f"it asks for a decision, and nobody was told: {words.contact}"
    return Evidence("unheard-question", says, traces.words_path, words.contact_seq)


def _unverified(task: TaskRecord, traces: Traces) -> Evidence | None:
    return Evidence("unverified", task.unverified, traces.tasks_path) if task.unverified else None


def _another_end(traces: Traces) -> Evidence | None:
    last = traces.trail.last
    if last is None or last.type not in ("task.failed", "task.cancelled", "task.skipped"):
        return None
    return _at(last, "journal-differs", f"the journal's last word on it is {last.type}", traces)


def _at(mark: Mark | None, rule: str, says: str, traces: Traces) -> Evidence:
    """With the event that says so, else with the record."""
    if mark is None:
        return Evidence(rule, says, traces.tasks_path)
    return Evidence(rule, says, traces.events_path, mark.seq)


@dataclass(frozen=True, slots=True)
class RunTraces:
    """Everything beside the manifest. ``journal_whole``: nothing of the journal is missing or unreadable.

    ``just_written``: the manifest is so new that its event may not be there yet.
    """

    trail: Trail
    tasks: Sequence[TaskRecord]
    tasks_known: bool
    doubts: Mapping[str, Evidence]
    scaffold: bool
    journal_whole: bool
    just_written: bool
    manifest_path: Path
    tasks_path: Path
    events_path: Path


def doubts_about_status(manifest: Manifest, traces: RunTraces) -> tuple[Evidence, ...]:
    """What speaks against the recorded status of the run."""
    if manifest.status is None:
        says = f"its status is recorded as {manifest.word!r}, which is no status"
        return (Evidence("unknown-status", says, traces.manifest_path),)
    found = list(_journal_differs(manifest.status, traces))
    if manifest.status is RunStatus.COMPLETED:
        found = [*_not_completed(manifest, traces), *found]
    return tuple(found)


def _not_completed(manifest: Manifest, traces: RunTraces) -> Sequence[Evidence]:
    if traces.scaffold:
        says = "a dry run: no worker was started and every result is a placeholder"
        return [_mark(traces.trail.scaffold, "scaffold", says, traces.manifest_path, traces)]
    found = [
        Evidence(doubt.rule, f"{task_id}: {doubt.says}", doubt.path, doubt.seq)
        for task_id, doubt in traces.doubts.items()
    ]
    open_ends = Counter(task.status.value for task in traces.tasks if task.status not in (None, TaskStatus.COMPLETED))
    if open_ends:
        counted = ", ".join(f"{count} {word}" for word, count in sorted(open_ends.items()))
        says = f"not all of its {len(traces.tasks)} tasks completed: {counted}"
        found.append(Evidence("tasks-differ", says, traces.tasks_path))
    elif traces.tasks_known and not traces.tasks:
        found.append(Evidence("no-tasks", "it has no tasks", traces.tasks_path))
    guarded = manifest.guard in ("block", "fail")
    if guarded and traces.tasks and not any(task.worked for task in traces.tasks):
        says = f"effectivenessGuard is {manifest.guard}, and no task shows an event, a tool call or a token"
        found.append(Evidence("nothing-observed", says, traces.manifest_path))
    return found


def _journal_differs(status: RunStatus, traces: RunTraces) -> Sequence[Evidence]:
    ended = traces.trail.ended
    if ended is None or ended.type == f"run.{status}" or traces.just_written:
        return []
    says = f"the journal's last word on it is {ended.type}"
    return [Evidence("journal-differs", says, traces.events_path, ended.seq)]


def without_end(status: RunStatus, traces: RunTraces) -> Problem | None:
    """The run is over, and its journal does not say so: whatever it was, an event is missing."""
    trail = traces.trail
    if not status.ended or trail.ended is not None or not traces.journal_whole or traces.just_written:
        return None
    return Problem(traces.events_path, "has no end of the run", trail.last_seq or None)


def _mark(mark: Mark | None, rule: str, says: str, path: Path, traces: RunTraces) -> Evidence:
    if mark is None:
        return Evidence(rule, says, path)
    return Evidence(rule, says, traces.events_path, mark.seq)
