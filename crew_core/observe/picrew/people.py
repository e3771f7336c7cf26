"""Who works on a run and how it stands, in words and as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from crew_core.model.state import Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.picrew.manifest import Manifest
from crew_core.observe.picrew.task_record import TaskRecord
from crew_core.observe.picrew.trail import Trail
from crew_core.observe.picrew.verdicts import Records, Verdicts
from crew_core.observe.slices import Evidence, Liveness
from crew_core.observe.tab_slices import Worker


def run_words(
    manifest: Manifest | None, tasks: Mapping[str, TaskStatus], live: Liveness, evidence: Sequence[Evidence]
) -> str:
    """Why the run stands as it does, in one line."""
    if manifest is None or manifest.status is None:
        return "its status cannot be read"
    deciding = evidence[0].says if evidence else ""
    match live:
        case Liveness.INTERRUPTED:
            return f"nobody works on it: {deciding}"
        case Liveness.UNKNOWN:
            return f"whether anybody works on it is unknown: {deciding}"
        case Liveness.LIVE | Liveness.ENDED:
            return _standing(manifest, tasks)


def _standing(manifest: Manifest, tasks: Mapping[str, TaskStatus]) -> str:
    counts = Counter(tasks.values())
    waiting = next((task_id for task_id, status in tasks.items() if status is TaskStatus.WAITING), None)
    pending = manifest.approval is not None and manifest.approval.status == "pending"
    if manifest.status is RunStatus.BLOCKED and pending:
        return "its plan waits for approval"
    if waiting is not None and manifest.status in (RunStatus.BLOCKED, RunStatus.RUNNING):
        return f"{waiting} waits for an answer"
    if manifest.status is RunStatus.RUNNING and counts[TaskStatus.RUNNING]:
        return f"{counts[TaskStatus.RUNNING]} of {len(tasks)} tasks running"
    return manifest.summary


def needs_person(manifest: Manifest, statuses: Sequence[TaskStatus | None], live: Liveness) -> bool:
    """Somebody has to answer, approve or take it up again."""
    if live is Liveness.INTERRUPTED or manifest.status is RunStatus.BLOCKED:
        return True
    approval = manifest.approval
    over = manifest.status is None or manifest.status.ended
    pending = approval is not None and approval.status == "pending"
    return not over and (pending or TaskStatus.WAITING in statuses)


def workers_of(
    tasks: Sequence[Task], records: Sequence[TaskRecord], trail: Trail, alive: Mapping[str, bool | None]
) -> tuple[Worker, ...]:
    """One for each task that is recorded as running and was judged."""
    found = []
    for task, record in zip(tasks, records, strict=True):
        if record.id not in alive:
            continue
        own = trail.tasks.get(record.id)
        progress = task.agent_progress
        beats = [record.beat_at, progress.last_activity_at if progress else None]
        found.append(
            Worker(
                task_id=record.id,
                attempt=len(task.attempts) or 1,
                pid=(own.pid if own else None) or record.child_pid,
                started_at=record.started_at,
                # One form, so that the later one is the greater text.
                beat_at=max((beat for beat in beats if beat), default=None),
                alive=alive[record.id],
                doing=_doing(task),
            )
        )
    return tuple(found)


def _doing(task: Task) -> str:
    progress = task.agent_progress
    if progress is None:
        return ""
    if progress.current_tool:
        return f"{progress.current_tool} {progress.current_tool_args or ''}".strip()
    return next((line for line in reversed(progress.recent_output) if line.strip()), "")


def coordinator_words(records: Records, verdicts: Verdicts) -> str:
    """Who works or worked on the run: pi-crew's background runner, or the session that it was started in."""
    manifest = records.manifest
    if manifest is None:
        return "unknown"
    runner = records.runner or manifest.runner
    if records.trail.in_foreground or runner is None:
        return f"in session {manifest.owner}" if manifest.owner else "in a session that is not recorded"
    since = runner.started_at or runner.spawned_at
    words = f"background runner pid {runner.pid}" + (f", since {since}" if since else "")
    rules = {each.rule for each in verdicts.evidence}
    if "runner-alive" in rules:
        return f"{words}: alive"
    return f"{words}: gone" if "runner-gone" in rules else words
