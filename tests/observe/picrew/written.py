"""Runs of the form that pi-crew 0.2.6 writes, made by the test: no file of a real one is needed.

The times are `BEGAN` and what is added to it, so that a test decides how long ago that was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crew_core.observe.picrew.answers import NO_OUTPUT, NO_OUTPUT_HASH

BEGAN = datetime(2026, 5, 15, 16, 23, 31, tzinfo=UTC)
RUN_ID = "team_20260515162331_af1d978f8e8d69c2"

#: The worker processes of a run have these pids, one after the other; its background runner has the first.
RUNNER_PID = 4_000_001
FIRST_PID = 4_000_010


def moment(seconds: float) -> str:
    return (BEGAN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch(seconds: float) -> float:
    return BEGAN.timestamp() + seconds


class WrittenPicrew:
    """``manifest`` and ``tasks`` are records to be changed freely; ``save`` writes them, events go at once."""

    def __init__(self, project: Path, steps: Sequence[str] = ("explore", "execute", "verify"), **manifest: Any) -> None:
        crew = project / ".crew"
        self.run = crew / "state" / "runs" / RUN_ID
        self.artifacts = crew / "artifacts" / RUN_ID
        for directory in (self.run / "agents", self.artifacts / "results", self.artifacts / "shared"):
            directory.mkdir(parents=True)
        self.clock = 0.0
        self.seq = 0
        self._pids = FIRST_PID
        self.manifest: dict[str, Any] = {
            "schemaVersion": 1,
            "runId": RUN_ID,
            "team": "fast-fix",
            "workflow": "fast-fix",
            "goal": "Guard the division",
            "status": "running",
            "workspaceMode": "single",
            "createdAt": moment(0),
            "updatedAt": moment(0),
            "cwd": str(project),
            "stateRoot": str(self.run),
            "artifactsRoot": str(self.artifacts),
            "tasksPath": str(self.run / "tasks.json"),
            "eventsPath": str(self.run / "events.jsonl"),
            "artifacts": [],
            "runtimeResolution": {"kind": "child-process", "requestedMode": "child-process", "safety": "trusted"},
            "runConfig": {"runtime": {"mode": "child-process"}},
            "summary": "Executing team workflow.",
            **manifest,
        }
        self.tasks = [self._task(number, step, steps[number - 2 : number - 1]) for number, step in enumerate(steps, 1)]
        self.event("run.created", data={"team": "fast-fix", "workflow": "fast-fix"})
        self.event("run.running", message="Executing team workflow.")
        self.save()

    def _task(self, number: int, step: str, after: Sequence[str]) -> dict[str, Any]:
        return {
            "id": f"{number:02}_{step}",
            "runId": RUN_ID,
            "stepId": step,
            "role": {"explore": "explorer", "execute": "executor"}.get(step, "verifier"),
            "agent": step,
            "title": step,
            "status": "queued",
            "dependsOn": list(after),
            "cwd": self.manifest["cwd"],
        }

    def save(self) -> None:
        """As pi-crew does: whole files, renamed into place."""
        self.manifest["updatedAt"] = moment(self.clock)
        for name, record in (("manifest.json", self.manifest), ("tasks.json", self.tasks)):
            temporary = self.run / f"{name}.tmp"
            temporary.write_text(json.dumps(record, indent=2) + "\n")
            temporary.rename(self.run / name)

    def event(self, kind: str, task_id: str | None = None, **fields: Any) -> int:
        """Append one event; its number."""
        self.seq += 1
        self.clock += 0.25
        record: dict[str, Any] = {"time": moment(self.clock), "type": kind, "runId": RUN_ID}
        if task_id is not None:
            record["taskId"] = task_id
        record |= fields | {"metadata": {"seq": self.seq, "provenance": "team_runner"}}
        with (self.run / "events.jsonl").open("a") as file:
            file.write(json.dumps(record) + "\n")
        (self.run / "events.jsonl.seq").write_text(str(self.seq))
        return self.seq

    def say(self, task_id: str, *messages: dict[str, Any]) -> None:
        """Append to what an agent did, as pi's events."""
        directory = self.run / "agents" / task_id
        directory.mkdir(exist_ok=True)
        with (directory / "events.jsonl").open("a") as file:
            for number, message in enumerate(messages, 1):
                file.write(json.dumps({"seq": number, "time": moment(self.clock), "event": message}) + "\n")

    def start(self, index: int) -> int:
        """The task begins and its worker process is there; its pid."""
        task = self.tasks[index]
        task |= {"status": "running", "startedAt": moment(self.clock)}
        task["heartbeat"] = {"workerId": task["id"], "lastSeenAt": moment(self.clock), "alive": True}
        self.event("task.started", task["id"], data={"role": task["role"], "runtime": "child-process"})
        self._pids += 1
        self.event("worker.spawned", task["id"], data={"type": "spawned", "pid": self._pids})
        task["checkpoint"] = {"phase": "child-spawned", "updatedAt": moment(self.clock), "childPid": self._pids}
        self.save()
        return self._pids

    def end(self, index: int, answer: str = "Done.", exit_code: int | None = 0, **words: Any) -> None:
        """The worker ends with its last words, and the task is recorded as completed, whatever they were."""
        task = self.tasks[index]
        content = [{"type": "text", "text": answer}] if answer else []
        message = {"role": "assistant", "content": content, "stopReason": "stop", "usage": {"input": 9, "output": 3}}
        self.say(task["id"], {"type": "session"}, {"type": "message_end", "message": message | words})
        self.event("worker.exit", task["id"], data={"type": "exit", "exitCode": exit_code})
        result = self.artifacts / "results" / f"{task['id']}.txt"
        result.write_text(answer or NO_OUTPUT)
        task |= {
            "status": "completed",
            "finishedAt": moment(self.clock),
            "exitCode": exit_code,
            "jsonEvents": 2,
            "usage": {"input": 9, "output": 3, "cost": 0.5, "turns": 1},
            "heartbeat": {"workerId": task["id"], "lastSeenAt": moment(self.clock), "alive": False},
            "modelAttempts": [{"model": "m", "success": True, "exitCode": exit_code}],
            "resultArtifact": {
                "kind": "result",
                "path": str(result),
                "createdAt": moment(self.clock),
                "producer": task["id"],
                "sizeBytes": len(answer or NO_OUTPUT),
                "contentHash": "" if answer else NO_OUTPUT_HASH,
                "retention": "run",
            },
        }
        task["terminalEvidence"] = [
            {
                "operation": "worker",
                "status": "completed",
                "finishedAt": moment(self.clock),
                "exitStatus": {"exitCode": exit_code, "cancelled": False, "timedOut": False, "killed": False},
            }
        ]
        self.event("task.completed", task["id"])
        self.save()

    def finish(self, status: str = "completed", summary: str = "Team workflow completed.") -> None:
        """The end of the run."""
        self.manifest |= {"status": status, "summary": summary}
        self.event(f"run.{status}", message=summary)
        self.save()

    def write(self, relative: str, record: Any) -> Path:
        """Any other JSON file of the run."""
        path = self.run / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=2))
        return path

    def letter(self, box: str, body: str, task_id: str | None = None, **fields: Any) -> str:
        """Put a letter into a box; its id."""
        directory = self.run / "mailbox" / (f"tasks/{task_id}" if task_id else "")
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{box}.jsonl"
        name = f"msg_{len(list(self.run.glob('mailbox/**/*.jsonl')))}_{path.stat().st_size if path.exists() else 0}"
        record = {"id": name, "runId": RUN_ID, "direction": box, "from": "leader", "to": task_id or "leader"}
        record |= {"body": body, "createdAt": moment(self.clock), "status": "queued"}
        if task_id:
            record["taskId"] = task_id
        with path.open("a") as file:
            file.write(json.dumps(record | fields) + "\n")
        return name


def completed(project: Path) -> WrittenPicrew:
    """Three tasks, one after the other, all well."""
    run = WrittenPicrew(project)
    for index in range(3):
        run.start(index)
        run.end(index)
    run.finish()
    return run


def failed(project: Path) -> WrittenPicrew:
    """The second task fails, the third is skipped."""
    run = WrittenPicrew(project)
    run.start(0)
    run.end(0)
    run.start(1)
    run.event("worker.exit", "02_execute", data={"type": "exit", "exitCode": 1})
    run.tasks[1] |= {"status": "failed", "error": "it broke", "exitCode": 1, "finishedAt": moment(run.clock)}
    run.event("task.failed", "02_execute", message="it broke")
    run.tasks[2] |= {"status": "skipped", "error": "Blocked by failed task '02_execute'."}
    run.event("task.skipped", "03_verify")
    run.finish("failed", "Failed at task '02_execute'.")
    return run


def orphaned(project: Path, *, background: bool = False) -> WrittenPicrew:
    """The second task runs, as far as the record goes: whoever ran it is gone."""
    run = WrittenPicrew(project)
    if background:
        run.manifest["async"] = {"pid": RUNNER_PID, "logPath": "background.log", "spawnedAt": moment(0)}
        run.write("async.pid", {"pid": RUNNER_PID, "startedAt": moment(0.4)})
        run.event("async.started", data={"pid": RUNNER_PID})
    run.start(0)
    run.end(0)
    run.start(1)
    return run


def doubted(project: Path) -> WrittenPicrew:
    """Recorded as completed; the second agent got an HTTP error and said nothing."""
    run = WrittenPicrew(project)
    for index in range(3):
        run.start(index)
        if index == 1:
            run.end(index, answer="", stopReason="error", errorMessage="401 no key")
        else:
            run.end(index)
    run.finish()
    return run


def planned(project: Path, approval: str = "pending") -> WrittenPicrew:
    """A planner's answer became tasks, and its changing part waits for approval; letters lie in the boxes."""
    run = WrittenPicrew(project, ("assess",), team="implementation", workflow="implementation")
    plan = {
        "phases": [
            {"name": "look", "tasks": [{"role": "explorer", "title": "Map", "task": "Map it"}]},
            {"name": "build", "tasks": [{"role": "executor", "title": "Do", "task": "Do it"}]},
        ]
    }
    run.start(0)
    run.end(0, f"A plan.\nADAPTIVE_PLAN_JSON_START\n{json.dumps(plan)}\nADAPTIVE_PLAN_JSON_END")
    (run.artifacts / "shared" / "adaptive-plan.json").write_text(
        f"A plan.\nADAPTIVE_PLAN_JSON_START\n{json.dumps(plan)}\nADAPTIVE_PLAN_JSON_END"
    )
    run.event("adaptive.plan_injected", data={"phases": [{"name": "look", "count": 1, "roles": ["explorer"]}]})
    for number, (phase, role, title, after) in enumerate(
        (("look", "explorer", "Map", "01_assess"), ("build", "executor", "Do", "adaptive-01-explorer")), 1
    ):
        task = run.tasks[0] | {
            "id": f"adaptive-{number:02}-{role}",
            "stepId": f"adaptive-{number}-1-{role}",
            "role": role,
            "agent": role,
            "title": title,
            "status": "queued",
            "dependsOn": [after],
            "adaptive": {"phase": phase, "task": f"{title} it"},
        }
        run.tasks.append({name: task[name] for name in task if name not in _OF_AN_END})
    run.start(1)
    run.end(1)
    run.manifest["planApproval"] = {
        "required": True,
        "status": approval,
        "requestedAt": moment(run.clock),
        "updatedAt": moment(run.clock),
        "planTaskId": "01_assess",
    }
    run.event("plan.approval_required")
    run.letter(
        "outbox", "Group join completed", status="delivered", data={"kind": "group_join"}, **{"from": "group-join"}
    )
    asked = run.letter("inbox", "Look at div()", "adaptive-02-executor", kind="steer", priority="urgent")
    run.write("mailbox/delivery.json", {"messages": {asked: "delivered"}, "updatedAt": moment(run.clock)})
    run.finish("blocked", "Plan approval required before mutating implementation tasks run.")
    return run


_OF_AN_END = frozenset(
    {"startedAt", "finishedAt", "exitCode", "jsonEvents", "usage", "heartbeat", "modelAttempts", "resultArtifact"}
    | {"terminalEvidence", "checkpoint"}
)


class ScriptedProcesses:
    """A process table of the test: pids with the moments at which their processes began."""

    def __init__(self, began: dict[int, float] | None = None) -> None:
        self.began = began or {}

    def started_at(self, pid: int) -> float | None:
        return self.began.get(pid)
