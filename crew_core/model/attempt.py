"""The files of one attempt: what the coordinator asks for, and what its supervisor saw."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import SCHEMA_VERSION, CommandPlan, ProgramSettings
from crew_core.model.status import Access, AttemptCause, PermissionMode, StopCode, StopVerb


class ClaimKind(StrEnum):
    """Who created the claim first decides whether an agent may start."""

    SUPERVISOR = "supervisor"
    REVOKED = "revoked"


class WorkerPhase(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    DRAINING = "draining"
    ENDED = "ended"


class PauseCause(StrEnum):
    """Why a supervisor has stopped reading its agent."""

    OUTPUT_CAP = "output-cap"
    STORAGE_FULL = "storage-full"


class Activity(StrEnum):
    ACTIVE = "active"
    LONG_RUNNING = "active_long_running"
    NEEDS_ATTENTION = "needs_attention"


class SessionRef(msgspec.Struct, frozen=True, rename="camel"):
    """A program's own conversation, with what must be the same before it is gone on with.

    ``id`` is the program's; ``prompt_hash`` is the SHA-256 of the first prompt that it was given.
    """

    program: str
    id: str
    cwd: str
    prompt_hash: str = ""


class AttemptSpec(msgspec.Struct, frozen=True, rename="camel"):
    """``spec.json``: everything a supervisor needs to know; it reads nothing else of the run."""

    run_id: str
    task_id: str
    n: int
    cause: AttemptCause
    worker_id: str
    program: str
    agent: str
    role: str
    access: Access
    goal: str
    text: str
    cwd: str
    inputs_path: str
    bell_path: str
    depth: int
    max_depth: int
    timeout_s: float | None = None
    keep_processes: bool = False
    model: str | None = None
    tools: tuple[str, ...] = ()
    system_prompt: str = ""
    output_cap_bytes: int = 2_147_483_648
    answer_bytes: int = 1_048_576
    heartbeat_s: float = 1.0
    packet_path: str = ""
    item: str | None = None
    checks_refused: str = ""
    thinking: str | None = None
    permissions: PermissionMode = PermissionMode.AUTO
    command: CommandPlan | None = None
    settings: ProgramSettings = ProgramSettings()
    #: Where the program keeps its own state (sessions, logs) for this run; empty: it has no such place.
    state_dir: str = ""
    #: The conversation that this attempt goes on with; then its prompt is the next message of it.
    resume: SessionRef | None = None
    #: What was left of the run's token limit when it was started: then the supervisor ends it, asked or not.
    max_tokens: int | None = None
    #: The run has a limit of tokens or of cost: whatever use is reported is told at once.
    limited: bool = False
    schema_version: int = SCHEMA_VERSION

    @property
    def attempt_id(self) -> str:
        return f"{self.run_id}:{self.task_id}:attempt-{self.n}"


class Claim(msgspec.Struct, frozen=True, rename="camel"):
    """``claim.json``: made exactly once, atomically, by the supervisor or by a recovering coordinator."""

    kind: ClaimKind
    worker_id: str
    identity: ProcessIdentity
    at: str
    cgroup: str | None = None
    schema_version: int = SCHEMA_VERSION


class ToolUse(msgspec.Struct, frozen=True, rename="camel"):
    """A tool call that has ended."""

    tool: str
    args: str = ""
    ended_at: str = ""
    failed: bool = False


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """What the program reported; None is unknown, never zero.

    ``input`` leaves out what came from the cache; ``output`` contains ``reasoning``. ``cost`` is in US dollars.
    """

    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    cost: float | None = None
    turns: int | None = None


class Progress(msgspec.Struct, frozen=True, rename="camel"):
    """What an agent has been doing (pi-crew's ``agentProgress``)."""

    current_tool: str | None = None
    current_tool_args: str | None = None
    current_tool_started_at: str | None = None
    recent_tools: tuple[ToolUse, ...] = ()
    recent_output: tuple[str, ...] = ()
    tool_count: int = 0
    tokens: int = 0
    turns: int = 0
    duration_ms: int = 0
    last_activity_at: str | None = None
    activity_state: Activity = Activity.ACTIVE
    failed_tool: str | None = None
    consecutive_failures: int = 0
    unknown_events: int = 0
    #: What it waits for an answer to, by event id: permission requests and questions.
    asks: tuple[str, ...] = ()
    #: All that it has reported so far; ``cost_behind``: tokens after the last cost.
    usage: Usage | None = None
    cost_behind: bool = False
    #: How often it has reported use: responses of the model, or turns where a program tells no more.
    reports: int = 0
    #: The one that it asked most, as the program names it; of sub-agents nothing is said here.
    model: str | None = None


class WorkerStatus(msgspec.Struct, frozen=True, rename="camel"):
    """``status.json``: the supervisor's heartbeat. ``tree`` is every process it would have to end."""

    worker_id: str
    at: str
    phase: WorkerPhase
    supervisor: ProcessIdentity
    agent: ProcessIdentity | None = None
    tree: tuple[ProcessIdentity, ...] = ()
    pause: PauseCause | None = None
    progress: Progress = Progress()
    coalesce_reason: str = ""
    messages: int = 0
    #: Sessions, questions, answers and deliveries told in its events so far.
    dealings: int = 0
    output_bytes: int = 0
    cgroup: str | None = None
    schema_version: int = SCHEMA_VERSION


class StopRequest(msgspec.Struct, frozen=True, rename="camel"):
    """That somebody asked for an end, with the verb."""

    verb: StopVerb
    code: StopCode
    reason: str = ""
    at: str = ""
    command_id: str | None = None


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """The agent's final answer, kept in ``answer.txt`` of the attempt (head and tail when too long)."""

    size_bytes: int
    kept_bytes: int
    content_hash: str


class AttemptResult(msgspec.Struct, frozen=True, rename="camel"):
    """``result.json``: what the supervisor saw of the end, written when the tree is empty.

    ``survivors`` counts what could not be ended (0 unless ``keepProcesses``), ``ended_processes`` what had
    to be ended by us after the leader was gone. ``stop`` is the request that was acted upon, if any.
    """

    worker_id: str
    started_at: str
    ended_at: str
    spawn_error: str | None = None
    exit_code: int | None = None
    signal: int | None = None
    stop: StopRequest | None = None
    answer: Answer | None = None
    answer_seen: bool = False
    program_error: str | None = None
    stderr_tail: str = ""
    survivors: int = 0
    ended_processes: int = 0
    leftovers: tuple[str, ...] = ()
    output_bytes: int = 0
    usage: Usage | None = None
    messages: int = 0
    session: SessionRef | None = None
    #: As the program itself named it.
    model: str | None = None
    #: Its work was done and it did not end by itself: how it ended after that says nothing of the work.
    dismissed: bool = False
    schema_version: int = SCHEMA_VERSION


class SteerKind(StrEnum):
    """What a person may send to an agent that works.

    ``message``: for its next turn. ``steer``: at once, as soon as the program takes it. ``interrupt``: end this turn,
    the conversation goes on with ``text`` if there is one. ``answer``: to a permission request or a question.
    """

    MESSAGE = "message"
    STEER = "steer"
    INTERRUPT = "interrupt"
    ANSWER = "answer"


class Decision(StrEnum):
    """The answer to a permission request; ``always`` holds for the same tool until the attempt ends."""

    ALLOW = "allow"
    ALWAYS = "always"
    DENY = "deny"


class Steer(msgspec.Struct, frozen=True, rename="camel"):
    """One thing sent to an agent. ``id`` names it in its delivery events; ``asked`` is the event that it answers."""

    id: str
    kind: SteerKind
    text: str = ""
    asked: str = ""
    decision: Decision | None = None
    at: str = ""


class DeliveryState(StrEnum):
    """How far it came. ``sent``: written to the program. ``taken``: the program said, or showed, that it has it.

    ``refused`` and ``lost`` (it ended before it took it) are ends, as ``taken`` is.
    """

    QUEUED = "queued"
    SENT = "sent"
    TAKEN = "taken"
    REFUSED = "refused"
    LOST = "lost"

    @property
    def rank(self) -> int:
        """It only grows; the highest is an end."""
        return {DeliveryState.QUEUED: 0, DeliveryState.SENT: 1}.get(self, 2)

    @property
    def ended(self) -> bool:
        return self.rank == 2


#: More of what is asked stands in no line; the transcript has all of it.
ASK_LINE_CHARS = 200


class AskKind(StrEnum):
    """``permission``: to use a tool, answered by a decision; ``question``: answered in words."""

    PERMISSION = "permission"
    QUESTION = "question"


class Ask(msgspec.Struct, frozen=True, rename="camel"):
    """What an agent waits for an answer to. ``options`` are the answers that it names, if it names any."""

    id: str
    kind: AskKind
    text: str = ""
    tool: str = ""
    since: str = ""
    options: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """What it wants, in one line."""
        wanted = ": ".join(part for part in (self.tool, self.text) if part) or self.kind.value
        first = wanted.strip().partition("\n")[0]
        return first if len(first) <= ASK_LINE_CHARS else f"{first[:ASK_LINE_CHARS]}…"


class Sent(msgspec.Struct, frozen=True, rename="camel"):
    """Something sent to an attempt, and how far it came; ``said`` are the words for that.

    ``about`` is what an answer answers, in one line.
    """

    steer: Steer
    about: str = ""
    state: DeliveryState = DeliveryState.QUEUED
    said: str = ""


class ControlMessage(msgspec.Struct, frozen=True, rename="camel"):
    """One file in ``control/new``: from the coordinator to a supervisor; exactly one of both is set."""

    stop: StopRequest | None = None
    steer: Steer | None = None
    schema_version: int = SCHEMA_VERSION


class OutMessage(msgspec.Struct, frozen=True, rename="camel"):
    """One file in ``out/new``: written by the agent or its tools, taken by the supervisor."""

    id: str
    kind: str
    to: str
    text: str
