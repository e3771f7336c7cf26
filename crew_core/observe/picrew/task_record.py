"""``tasks.json``: one record for each task, as far as it says something about what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from crew_core.model.progress import Activity, Progress, ToolUse
from crew_core.model.records import Artifact
from crew_core.model.status import TaskStatus
from crew_core.model.usage import Usage
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.fields import Malformed, Record
from crew_core.observe.picrew.manifest import artifact_from
from crew_core.observe.picrew.places import PicrewPlaces
from crew_core.observe.picrew.words import task_status

#: An answer to a waiting task replaces the planner's phase by this word, and the planner's text by itself.
RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class End:
    """One entry of ``terminalEvidence``: how an operation of the task ended, as its runner saw it."""

    operation: str
    status: str
    finished_at: str
    code: str
    exit_code: int | None
    cancelled: bool
    timed_out: bool
    killed: bool
    signal: str
    has_exit: bool


@dataclass(frozen=True, slots=True)
class Routing:
    """Which model was wanted for the task and which it got; ``reason`` is pi-crew's."""

    requested: str
    resolved: str
    reason: str

    @property
    def words(self) -> str:
        """Empty when it got what was wanted, or nobody wanted a certain one."""
        if not self.requested or self.requested == self.resolved:
            return ""
        why = f": {self.reason}" if self.reason else ""
        return f"model {self.requested} → {self.resolved or 'none'}{why}"


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """``word`` is the status as it stands there; ``status`` None is a word that nobody knows.

    ``planned``: what the planner wanted done, in its words; empty when they are gone, or no planner made the task.
    """

    id: str
    word: str
    status: TaskStatus | None
    step_id: str
    role: str
    agent: str
    title: str
    cwd: str
    depends_on: tuple[str, ...]
    started_at: str | None
    finished_at: str | None
    error: str | None
    exit_code: int | None
    json_events: int | None
    usage: Usage | None
    routing: Routing
    progress: Progress | None
    beat_at: str | None
    beat_alive: bool | None
    worker_id: str
    checkpoint: str
    checkpoint_at: str | None
    child_pid: int | None
    ends: tuple[End, ...]
    result: Artifact | None
    has_result: bool
    unverified: str
    phase: str
    planned: str
    placeholder: bool

    @property
    def last_end(self) -> End | None:
        """How the worker of the newest attempt ended; entries of earlier attempts stay in the list."""
        begun = fields.moment(self.started_at)
        mine = [end for end in self.ends if begun is None or (fields.moment(end.finished_at) or begun) >= begun]
        return next((end for end in reversed(mine) if end.operation == "worker"), mine[-1] if mine else None)

    @property
    def worked(self) -> bool:
        """Something that an agent did is on record: an event, a tool call, a token."""
        used = self.usage is not None and any((self.usage.input, self.usage.output, self.usage.turns))
        return bool(self.json_events) or used or bool(self.progress and self.progress.tool_count)


@dataclass(slots=True)
class TaskRecords:
    """The list, decoded element by element: one that did not change is the same object as before.

    ``damaged``: what could not be taken, in words.
    """

    places: PicrewPlaces
    damaged: tuple[str, ...] = ()
    _known: dict[bytes, TaskRecord] = field(default_factory=dict)

    def parse(self, data: bytes) -> tuple[TaskRecord, ...]:
        """:raises Malformed: it is no JSON list."""
        kept: dict[bytes, TaskRecord] = {}
        damaged: list[str] = []
        seen: set[str] = set()
        found = []
        for index, raw in enumerate(_elements(data)):
            try:
                record = self._known.get(raw) or task_from(fields.decoded_record(raw), self.places)
            except Malformed as error:
                damaged.append(f"entry {index + 1} is damaged: {error}")
                continue
            if record.id in seen:
                damaged.append(f"entry {index + 1} repeats the id {record.id}")
                continue
            seen.add(record.id)
            if record.status is None:
                damaged.append(f"entry {index + 1}, {record.id}, has a status that is not known: {record.word!r}")
            kept[raw] = record
            found.append(record)
        self._known, self.damaged = kept, tuple(damaged)
        return tuple(found)


def _elements(data: bytes) -> Sequence[bytes]:
    try:
        return [bytes(raw) for raw in msgspec.json.decode(data, type=list[msgspec.Raw])]
    except RecursionError as error:
        raise Malformed("it is nested too deeply") from error
    except ValueError as error:
        raise Malformed(str(error)) from error


def task_from(record: Record, places: PicrewPlaces) -> TaskRecord:
    """:raises Malformed: it names no task."""
    task_id, word = fields.text(record, "id"), fields.text(record, "status")
    if not task_id:
        raise Malformed("it has no id")
    checkpoint, beat = fields.inner(record, "checkpoint"), fields.inner(record, "heartbeat")
    result, adaptive = fields.inner(record, "resultArtifact"), fields.inner(record, "adaptive")
    return TaskRecord(
        id=task_id,
        word=word,
        status=task_status(word),
        step_id=fields.text(record, "stepId") or task_id,
        role=fields.text(record, "role"),
        agent=fields.text(record, "agent"),
        title=fields.text(record, "title") or task_id,
        cwd=fields.text(record, "cwd"),
        depends_on=fields.texts(record, "dependsOn"),
        started_at=fields.maybe(record, "startedAt"),
        finished_at=fields.maybe(record, "finishedAt"),
        error=fields.maybe(record, "error"),
        exit_code=fields.whole(record, "exitCode"),
        json_events=fields.whole(record, "jsonEvents"),
        usage=usage_from(fields.inner(record, "usage")),
        routing=_routing(fields.inner(record, "modelRouting")),
        progress=progress_from(fields.inner(record, "agentProgress")),
        beat_at=fields.maybe(beat, "lastSeenAt"),
        beat_alive=beat.get("alive") if isinstance(beat.get("alive"), bool) else None,
        worker_id=fields.text(beat, "workerId") or task_id,
        checkpoint=fields.text(checkpoint, "phase"),
        checkpoint_at=fields.maybe(checkpoint, "updatedAt"),
        child_pid=fields.whole(checkpoint, "childPid"),
        ends=tuple(map(_end, fields.records(record, "terminalEvidence"))),
        result=artifact_from(result, places) if result else None,
        has_result=bool(result),
        unverified=_unverified(fields.inner(record, "verification")),
        phase=fields.text(adaptive, "phase"),
        planned="" if fields.text(adaptive, "phase") == RESUMED else fields.text(adaptive, "task").strip(),
        placeholder=fields.text(fields.inner(record, "verification"), "notes").startswith("Safe scaffold mode"),
    )


def _end(record: Record) -> End:
    reason, status = fields.inner(record, "reason"), fields.inner(record, "exitStatus")
    return End(
        operation=fields.text(record, "operation"),
        status=fields.text(record, "status"),
        finished_at=fields.text(record, "finishedAt"),
        code=fields.text(reason, "code"),
        exit_code=fields.whole(status, "exitCode"),
        cancelled=fields.flag(status, "cancelled"),
        timed_out=fields.flag(status, "timedOut"),
        killed=fields.flag(status, "killed"),
        signal=fields.text(status, "signal"),
        has_exit=bool(status),
    )


def _unverified(record: Record) -> str:
    """What of the verification did not hold, in words."""
    failed = [fields.text(each, "cmd") for each in fields.records(record, "commands") if each.get("status") == "failed"]
    if failed:
        return f"its check failed: {failed[0]}"
    return "its verification is not satisfied" if record.get("satisfied") is False else ""


def _routing(record: Record) -> Routing:
    return Routing(fields.text(record, "requested"), fields.text(record, "resolved"), fields.text(record, "reason"))


def usage_from(record: Record) -> Usage | None:
    """A cost of 0 is unknown: pi-crew expects a number where pi gives an object, and then records 0."""
    if not record:
        return None
    return Usage(
        input=fields.whole(record, "input"),
        output=fields.whole(record, "output"),
        cache_read=fields.whole(record, "cacheRead"),
        cache_write=fields.whole(record, "cacheWrite"),
        cost=fields.number(record, "cost") or None,
        turns=fields.whole(record, "turns"),
    )


def progress_from(record: Record) -> Progress | None:
    """pi-crew's progress object; ``activityState`` has one word more there: stale."""
    if not record:
        return None
    state = fields.text(record, "activityState")
    return Progress(
        current_tool=fields.maybe(record, "currentTool"),
        current_tool_args=fields.maybe(record, "currentToolArgs"),
        current_tool_started_at=fields.maybe(record, "currentToolStartedAt"),
        recent_tools=tuple(
            ToolUse(fields.text(each, "tool"), fields.text(each, "args"), fields.text(each, "endedAt"))
            for each in fields.records(record, "recentTools")
        ),
        recent_output=fields.texts(record, "recentOutput"),
        tool_count=fields.whole(record, "toolCount") or 0,
        tokens=fields.whole(record, "tokens") or 0,
        turns=fields.whole(record, "turns") or 0,
        duration_ms=fields.whole(record, "durationMs") or 0,
        last_activity_at=fields.maybe(record, "lastActivityAt"),
        activity_state=_ACTIVITY.get(state, Activity.ACTIVE),
        failed_tool=fields.maybe(record, "failedTool"),
        consecutive_failures=fields.whole(record, "consecutiveFailures") or 0,
    )


_ACTIVITY = {activity.value: activity for activity in Activity} | {"stale": Activity.NEEDS_ATTENTION}
