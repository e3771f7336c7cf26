"""What a run is to do: the resolved workflow, written once to ``workflow.json`` before anything starts."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crew_core.model.identity import ProcessIdentity
from crew_core.model.prices import Price
from crew_core.model.status import Access, EdgePolicy, PermissionMode

SCHEMA_VERSION = 1

#: A crew in a crew is useful, a third level is nearly always a loop (pi-crew's documented default).
DEFAULT_MAX_DEPTH = 2


#: An agent that failed once often succeeds the second time; a third time it seldom does.
DEFAULT_RETRIES = 1


class Wants(StrEnum):
    """What a step's answer is used for; each has a contract that any program can keep in plain text.

    ``answer``: text for people and for the tasks that follow.
    ``verdict``: text with a last line ``VERDICT: PASS``, ``VERDICT: FAIL: why`` or ``VERDICT: NOT VERIFIED: why``.
    ``plan``: text with one fenced JSON object ``{"phases": [{"name", "tasks": [{"role", "task"}]}]}`` or
    ``{"tasks": [{"id", "role", "task", "dependsOn"}]}``; its tasks become tasks of the run.
    ``list``: text with one fenced JSON array of strings; a fan-out runs once for each.
    """

    ANSWER = "answer"
    VERDICT = "verdict"
    PLAN = "plan"
    LIST = "list"


class Edge(msgspec.Struct, frozen=True, rename="camel"):
    """``task`` must have ended, in the way that ``policy`` asks for, before the dependant starts."""

    task: str
    policy: EdgePolicy = EdgePolicy.SUCCESS


class RetryPolicy(msgspec.Struct, frozen=True, rename="camel"):
    """How long to wait before retry k (from 1): base * factor**(k-1), capped, then +- jitter * that.

    The numbers are pi-crew's documented ones; the cap is ours.
    """

    base_ms: int = 1000
    factor: float = 2.0
    max_ms: int = 60_000
    jitter: float = 0.3


class Limits(msgspec.Struct, frozen=True, rename="camel"):
    """Bounds of one run, already merged from every layer of configuration."""

    max_workers: int = 3
    machine_workers: int = 8
    writers_per_directory: int = 1
    max_run_minutes: float | None = None
    #: What all agents together may use; ``max_cost`` in US dollars.
    max_tokens: int | None = None
    max_cost: float | None = None
    max_tasks: int = 10_000
    inputs_bytes: int = 98_304
    answer_bytes: int = 1_048_576
    output_cap_bytes: int = 2_147_483_648
    role_workers: dict[str, int] = {}


class VerifyCommand(msgspec.Struct, frozen=True, rename="camel"):
    """A command that must exit 0, run by ``sh`` in the task's directory after its agent completed."""

    command: str
    timeout_s: float = 120.0


class ProgramSettings(msgspec.Struct, frozen=True, rename="camel"):
    """What a person set for one agent program (``[programs.NAME]`` of the settings).

    ``command`` stands in place of the program's own name, with arguments that come first; ``args`` come last;
    ``env`` is added to the program's environment; of the secret variables of the person's own, those of ``keys`` are
    passed on too. ``share_login``: it uses the person's own state directory, with
    login and history, instead of one of the run's. ``limit_by_turn``: a limit of tokens may be exceeded by what one
    turn of it uses, since it does not tell what each response does.
    """

    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: dict[str, str] = {}
    keys: tuple[str, ...] = ()
    share_login: bool = False
    limit_by_turn: bool = False


class Mapped(msgspec.Struct, frozen=True, rename="camel"):
    """How one kind of JSON line of a program is told (``map:`` of an agent's front matter).

    ``when`` are the fields, by dotted path, that a line must have with these values; ``fields`` maps a field of the
    normalized event to the dotted path where the line has it.
    """

    kind: str
    when: dict[str, str] = {}
    fields: dict[str, str] = {}


class CommandPlan(msgspec.Struct, frozen=True, rename="camel"):
    """A program that an agent's front matter describes: how it is started and how its output is read.

    ``prompt``: ``stdin`` or ``file`` (then ``{prompt}`` in ``argv`` is its path). ``output``: ``text`` or ``jsonl``.
    """

    argv: tuple[str, ...]
    prompt: str = "stdin"
    output: str = "text"
    keys: tuple[str, ...] = ()
    map: tuple[Mapped, ...] = ()


class AgentPlan(msgspec.Struct, frozen=True, rename="camel"):
    """An agent as it was when the run was started."""

    name: str
    program: str
    access: Access = Access.WRITE
    model: str | None = None
    tools: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    system_prompt: str = ""
    description: str = ""
    source: str = ""
    #: off, minimal, low, medium, high or xhigh; None leaves it to the program.
    thinking: str | None = None
    permissions: PermissionMode = PermissionMode.AUTO
    #: Set exactly when ``program`` is ``command``.
    command: CommandPlan | None = None
    settings: ProgramSettings = ProgramSettings()


class RolePlan(msgspec.Struct, frozen=True, rename="camel"):
    """A role of the team: which agent fills it, and what a planner is told that it is for."""

    name: str
    agent: str
    description: str = ""
    skills: tuple[str, ...] = ()


class SkillPlan(msgspec.Struct, frozen=True, rename="camel"):
    """A skill as it was when the run was started."""

    name: str
    text: str
    description: str = ""
    source: str = ""


class ChecksPlan(msgspec.Struct, frozen=True, rename="camel"):
    """Whether agents may run the project's own check commands: ``refused`` says why not, empty when they may."""

    refused: str = ""
    timeout_s: float = 120.0


class TaskPlan(msgspec.Struct, frozen=True, rename="camel"):
    """One task: a step of the workflow with everything resolved.

    ``for_each`` names the task whose list it runs once for each item of; ``item`` is set in the tasks that come of
    that. ``max_items`` bounds a fan-out or a plan. ``added_by`` names the task whose answer brought this one.
    """

    id: str
    step_id: str
    role: str
    agent: str
    text: str
    cwd: str
    edges: tuple[Edge, ...] = ()
    max_retries: int = DEFAULT_RETRIES
    timeout_s: float | None = None
    keep_processes: bool = False
    verify: tuple[VerifyCommand, ...] = ()
    skills: tuple[str, ...] = ()
    wants: Wants = Wants.ANSWER
    for_each: str | None = None
    item: str | None = None
    max_items: int = 12
    added_by: str | None = None


class RunPlan(msgspec.Struct, frozen=True, rename="camel"):
    """The whole run as resolved by its starter. Editing a resource file cannot change it any more."""

    run_id: str
    goal: str
    team: str
    workflow: str
    cwd: str
    created_at: str
    tasks: tuple[TaskPlan, ...]
    agents: dict[str, AgentPlan]
    roles: tuple[RolePlan, ...] = ()
    skills: dict[str, SkillPlan] = {}
    #: The project's own instructions for agents (AGENTS.md), as they were when the run was started.
    instructions: str = ""
    checks: ChecksPlan = ChecksPlan()
    limits: Limits = Limits()
    retry: RetryPolicy = RetryPolicy()
    #: The person's own prices of models, by name; they count before the built-in ones.
    prices: dict[str, Price] = {}
    project_root: str | None = None
    tether: ProcessIdentity | None = None
    depth: int = 0
    max_depth: int = DEFAULT_MAX_DEPTH
    sources: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION

    def task(self, task_id: str) -> TaskPlan:
        """:raises KeyError: no such task."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)
