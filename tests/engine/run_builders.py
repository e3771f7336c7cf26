"""Plans and states for tests of the engine, small and explicit."""

from __future__ import annotations

from pathlib import Path

from crew_core.model import events as e
from crew_core.model.events import EventMetadata, Payload, make_event
from crew_core.model.plan import AgentPlan, Edge, Limits, RetryPolicy, RolePlan, RunPlan, TaskPlan, VerifyCommand, Wants
from crew_core.model.reduce import reduce
from crew_core.model.state import RunState
from crew_core.model.status import Access, EdgePolicy

AT = "2026-01-02T03:04:05.000Z"


def task(
    task_id: str,
    text: str = "true",
    *,
    after: tuple[str, ...] | dict[str, EdgePolicy] = (),
    role: str = "worker",
    agent: str = "reader",
    cwd: str = "/",
    retries: int = 0,
    timeout_s: float | None = None,
    verify: tuple[str, ...] = (),
    keep_processes: bool = False,
    wants: Wants = Wants.ANSWER,
    for_each: str | None = None,
    max_items: int = 12,
) -> TaskPlan:
    """A task; ``after`` names what it depends on."""
    policies = after if isinstance(after, dict) else dict.fromkeys(after, EdgePolicy.SUCCESS)
    return TaskPlan(
        id=task_id,
        step_id=task_id,
        role=role,
        agent=agent,
        text=text,
        cwd=cwd,
        edges=tuple(Edge(task=name, policy=policy) for name, policy in policies.items()),
        max_retries=retries,
        timeout_s=timeout_s,
        verify=tuple(VerifyCommand(command=command) for command in verify),
        keep_processes=keep_processes,
        wants=wants,
        for_each=for_each,
        max_items=max_items,
    )


def plan(
    *tasks: TaskPlan,
    run_id: str = "team_20260102030405_0123456789abcdef",
    cwd: Path | str = "/",
    limits: Limits | None = None,
    retry: RetryPolicy | None = None,
) -> RunPlan:
    """A run of shell agents: ``reader`` may only read, ``writer`` writes."""
    agents = {
        "reader": AgentPlan(name="reader", program="shell", access=Access.READ),
        "writer": AgentPlan(name="writer", program="shell", access=Access.WRITE),
    }
    return RunPlan(
        run_id=run_id,
        goal="try it",
        team="test",
        workflow="test",
        cwd=str(cwd),
        created_at=AT,
        tasks=tasks,
        agents=agents,
        roles=(RolePlan(name="worker", agent="reader"), RolePlan(name="changer", agent="writer")),
        limits=limits or Limits(max_workers=4, machine_workers=64),
        retry=retry or RetryPolicy(base_ms=1, max_ms=5),
    )


def created(of: RunPlan) -> e.RunCreated:
    """The first event of its journal."""
    seeds = tuple(
        e.TaskSeed(
            id=t.id,
            step_id=t.step_id,
            role=t.role,
            agent=t.agent,
            program="shell",
            cwd=t.cwd,
            access=of.agents[t.agent].access,
            max_retries=t.max_retries,
            edges=t.edges,
            for_each=t.for_each,
        )
        for t in of.tasks
    )
    return e.RunCreated(goal=of.goal, team=of.team, workflow=of.workflow, cwd=of.cwd, created_at=AT, tasks=seeds)


class Book:
    """A journal in memory: ``record`` numbers, reduces and keeps."""

    def __init__(self, of: RunPlan) -> None:
        self.plan = of
        self.events: list[e.Event] = []
        self._state: RunState | None = None
        self.record(created(of))

    @property
    def state(self) -> RunState:
        assert self._state is not None
        return self._state

    def record(self, payload: Payload, task_id: str | None = None, *, at: str = AT) -> e.Event:
        metadata = EventMetadata(seq=len(self.events) + 1, epoch=1)
        event = make_event(payload, time=at, run_id=self.plan.run_id, task_id=task_id, metadata=metadata)
        self.events.append(event)
        self._state = reduce(self._state, event)
        return event
