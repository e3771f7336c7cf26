"""The files of one attempt: what the coordinator asks for, and what its supervisor saw."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import SCHEMA_VERSION, CommandPlan, ProgramSettings
from crew_core.model.progress import Progress
from crew_core.model.status import Access, AttemptCause, PermissionMode, StopCode, StopVerb
from crew_core.model.steering import Steer
from crew_core.model.usage import Usage


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


class SessionRef(msgspec.Struct, frozen=True, rename="camel"):
    """A program's own conversation, with what must be the same before it is gone on with.

    ``id`` is the program's; ``prompt_hash`` is the SHA-256 of the first prompt that it was given.
    """

    program: str
    id: str
    cwd: str
    prompt_hash: str = ""


class AttemptSpec(msgspec.Struct, frozen=True, rename="camel"):
    """``spec.json``: everything a supervisor needs to know.

    It reads nothing else of the run, unless that has limits and no coordinator to keep them.
    """

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
    #: What those limits keep free for this attempt; None where there is no such limit.
    reserved_tokens: int | None = None
    reserved_cost_nano: int | None = None
    schema_version: int = SCHEMA_VERSION


class Claim(msgspec.Struct, frozen=True, rename="camel"):
    """``claim.json``: made exactly once, atomically, by the supervisor or by a recovering coordinator."""

    kind: ClaimKind
    worker_id: str
    identity: ProcessIdentity
    at: str
    cgroup: str | None = None
    #: Where the agent's temporary directory is, if it has one of its own.
    temporary: str | None = None
    schema_version: int = SCHEMA_VERSION


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
