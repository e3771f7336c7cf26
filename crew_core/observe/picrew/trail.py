"""What the journal of a run comes to, as far as verdicts need it: who was started, how it ended, what was said last."""

from __future__ import annotations

from dataclasses import dataclass, field

from crew_core.model.events import Event
from crew_core.observe.picrew import fields

_TASK_ENDS = frozenset({"task.completed", "task.failed", "task.cancelled", "task.skipped"})
#: What says how a task stands.
TASK_STATES = _TASK_ENDS | {"task.started", "task.retried", "task.resumed", "task.status_transitioned"}
_RUN_STATES = frozenset({"run.running", "run.blocked", "run.completed", "run.failed", "run.cancelled"})
_RUN_ENDS = _RUN_STATES - {"run.running"}

#: Written by the process that works on the run. Everything else can come from anybody who looks at it, writes a
#: message or cancels it, and says nothing about whether somebody works.
_OF_THE_RUNNER = frozenset(
    {"run.created", "run.running", "async.spawned", "async.started", "crew.task.retry_attempt"}
    | {"task.started", "task.progress", "task.parallel_start", "task.completed", "task.failed"}
    | {"worker.spawned", "worker.exit", "worker.close", "worker.final_drain", "worker.hard_kill"}
    | {"worker.cancelled", "worker.response_timeout", "worker.spawn_error"}
    | {"agent.group_join.completed", "agent.group_join.partial"}
)
_OF_THE_RUNNER_TOO = ("workflow.", "adaptive.", "live-session.", "live_agent.", "policy.")


@dataclass(frozen=True, slots=True)
class Mark:
    """One event: where it stands, when it was written and what it was."""

    type: str
    seq: int
    at: str


@dataclass(slots=True)
class Start:
    """A time that the task was started, with how that ended as far as the journal says."""

    at: str
    cause: str = ""
    end: Mark | None = None


@dataclass(slots=True)
class TaskTrail:
    """``pid`` and what follows it belong to the newest worker process of the newest start."""

    starts: list[Start] = field(default_factory=list)
    #: Grows with each event about the task.
    version: int = 0
    last: Mark | None = None
    again: str = ""
    pid: int | None = None
    spawned: Mark | None = None
    exited: Mark | None = None
    exit_code: int | None = None
    cancelled: Mark | None = None
    timed_out: Mark | None = None
    drained: Mark | None = None
    hard_killed: Mark | None = None
    refused: Mark | None = None
    asked: Mark | None = None

    def begin(self, mark: Mark) -> None:
        self.starts.append(Start(mark.at, self.again))
        self.again = ""
        self.asked = None
        self.refused = None
        self.forget_worker()

    def forget_worker(self) -> None:
        self.pid = self.exit_code = None
        self.spawned = self.exited = self.cancelled = self.timed_out = self.drained = self.hard_killed = None


@dataclass(slots=True)
class Trail:
    """Folded event by event; ``first_seq`` above 1 means that pi-crew has dropped what came before."""

    tasks: dict[str, TaskTrail] = field(default_factory=dict)
    first_seq: int = 0
    last_seq: int = 0
    sign: Mark | None = None
    began: Mark | None = None
    ended: Mark | None = None
    scaffold: Mark | None = None
    runner_ended: Mark | None = None
    #: It was resumed, which pi-crew does in the session that asks for it; the background runner is history.
    in_foreground: bool = False
    plan: Mark | None = None
    repaired: Mark | None = None

    def task(self, task_id: str) -> TaskTrail:
        return self.tasks.setdefault(task_id, TaskTrail())

    def take(self, event: Event) -> None:
        mark = Mark(event.type, event.seq, event.time)
        self.first_seq = self.first_seq or event.seq
        self.last_seq = max(self.last_seq, event.seq)
        if event.type in _OF_THE_RUNNER or event.type.startswith(_OF_THE_RUNNER_TOO):
            self.sign = mark
        self._take_run(event, mark)
        if event.task_id:
            self._take_task(self.task(event.task_id), event, mark)

    def _take_run(self, event: Event, mark: Mark) -> None:
        if event.type in _RUN_STATES:
            self.ended = mark if event.type in _RUN_ENDS else None
            if event.type == "run.running" and self.began is None:
                self.began = mark
        match event.type:
            case "runtime.resolved":
                kind = fields.text(fields.inner(event.data, "runtimeResolution"), "kind")
                self.scaffold = mark if kind == "scaffold" else None
            case "async.spawned" | "async.started":
                self.runner_ended, self.in_foreground = None, False
            case "run.resume_requested":
                self.in_foreground = True
            case "async.completed" | "async.failed":
                self.runner_ended = mark
            case "adaptive.plan_injected":
                self.plan = mark
            case "adaptive.plan_repaired":
                self.repaired = mark
            case _:
                return

    def _take_task(self, task: TaskTrail, event: Event, mark: Mark) -> None:
        task.version += 1
        if event.type in TASK_STATES:
            task.last = mark
        match event.type:
            case "task.started":
                task.begin(mark)
            case "task.retried" | "task.resumed":
                task.again = event.type
            case kind if kind in _TASK_ENDS and task.starts:
                task.starts[-1].end = mark
            case "worker.spawned":
                task.forget_worker()
                task.pid, task.spawned = fields.whole(event.data, "pid"), mark
            case "worker.spawn_error":
                task.refused = mark
            case "worker.exit" | "worker.close":
                task.exited, task.exit_code = task.exited or mark, fields.whole(event.data, "exitCode")
            case "worker.cancelled":
                task.cancelled = mark
            case "worker.response_timeout":
                task.timed_out = mark
            case "worker.final_drain":
                task.drained = mark
            case "worker.hard_kill":
                task.hard_killed = mark
            case "supervisor.contact":
                task.asked = mark
            case _:
                return
