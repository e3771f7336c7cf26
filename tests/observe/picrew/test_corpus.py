"""Every run that the real pi-crew wrote has the right verdict: its record, whether it lives, and what is doubted."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crew_core.model.status import RunStatus
from crew_core.model.transcript import Kind
from crew_core.observe.picrew.formats import discover, is_picrew_run
from crew_core.observe.picrew.living import STILL_S
from crew_core.observe.picrew.outputs import output_sources
from crew_core.observe.picrew.reading import PicrewReader, PicrewReading
from crew_core.observe.picrew.row import PicrewRow
from crew_core.observe.picrew.stream import AgentStream
from crew_core.observe.picrew.stream_lines import agent_events
from crew_core.observe.slices import Liveness
from crew_core.store.clock import parse_iso
from tests.observe.picrew.corpus import CORPUS, needs_corpus, runs_of, tree_hash
from tests.observe.picrew.written import ScriptedProcesses

pytestmark = [pytest.mark.corpus, needs_corpus]


@dataclass(frozen=True)
class Truth:
    """``against``: rules that speak against the status of the run; ``tasks``: for a task the rule that doubts it."""

    status: RunStatus
    live: Liveness = Liveness.ENDED
    against: tuple[str, ...] = ()
    tasks: dict[str, str] = field(default_factory=dict)
    needs_you: bool = False
    runs: int = 1


COMPLETED = Truth(RunStatus.COMPLETED)
FAILED = Truth(RunStatus.FAILED)
BLOCKED = Truth(RunStatus.BLOCKED, needs_you=True)


def cancelled(*killed: str) -> Truth:
    """Recorded as cancelled, which it is; of its tasks some are recorded as completed over a cancelled worker."""
    return Truth(RunStatus.CANCELLED, tasks=dict.fromkeys(killed, "worker-cancelled"))


def interrupted(*running: str) -> Truth:
    """Recorded as running; its process was killed, and nothing has moved since."""
    tasks = dict.fromkeys(running, "nobody-works")
    return Truth(RunStatus.RUNNING, Liveness.INTERRUPTED, tasks=tasks, needs_you=True)


def hollow(rule: str, *tasks: str, of_run: str = "") -> Truth:
    """Recorded as completed over something that was not."""
    return Truth(RunStatus.COMPLETED, against=(of_run or rule,), tasks=dict.fromkeys(tasks, rule))


TRUTHS = {
    "async-real": COMPLETED,
    "bigoutput-real": COMPLETED,
    "blocked-plan-approval-real": BLOCKED,
    "cancelled-first-batch-real": cancelled("01_explore", "02_plan"),
    "cancelled-real": cancelled("03_execute"),
    "completed-text-mock": COMPLETED,
    "default-real": COMPLETED,
    "direct-agent-real": COMPLETED,
    # The guard was told to block a run in which nothing is observed; nothing was, and it did not.
    "effectiveness-block-mock": hollow("", of_run="nothing-observed"),
    "exported-real": COMPLETED,
    "failed-http-real": hollow("model-error", "03_execute"),
    "failed-mock": FAILED,
    "failed-nopi-real": FAILED,
    "failed-retry-mock": FAILED,
    "failed-then-retried-real": COMPLETED,
    "failed-timeout-real": FAILED,
    "group-join-partial-mock": COMPLETED,
    "implementation-mock": COMPLETED,
    "implementation-real": COMPLETED,
    "legacy-pi-teams-real": COMPLETED,
    "live-session-mock": COMPLETED,
    "mailbox-real": COMPLETED,
    "model-fallback-provider-real": COMPLETED,
    "model-fallback-real": COMPLETED,
    "mutation-guard-fail-real": FAILED,
    "orphan-async-real": interrupted("02_execute"),
    "orphan-foreground-real": interrupted("03_execute"),
    "parallel-action-real": Truth(RunStatus.COMPLETED, runs=3),
    "parallel-research-real": COMPLETED,
    "parallel-research-shards-mock": COMPLETED,
    # Its worker had answered when the session was closed; the record says both cancelled and completed.
    "pi-session-foreground-real": cancelled("01_explore"),
    "plan-approved-resumed-real": COMPLETED,
    "plan-cancelled-real": cancelled(),
    "research-real": COMPLETED,
    "review-real": COMPLETED,
    # A dry run: nothing was run, and every result is a placeholder.
    "scaffold": hollow("scaffold", "01_explore", "02_plan", "03_execute", "04_verify"),
    # The executor asks its supervisor for a decision in its answer, and pi-crew did not see it.
    "supervisor-real": hollow("unheard-question", "02_execute"),
    "waiting-blocked-real": BLOCKED,
    "waiting-crashed-real": interrupted("03_execute"),
    "waiting-resumed-real": COMPLETED,
    "worktree-real": COMPLETED,
}

#: Folders without a run.
WITHOUT_RUNS = {"imported", "init-project"}


def last_written(run: Path) -> float:
    """When the run was written last, by its own clock."""
    lines = (run / "events.jsonl").read_bytes().splitlines()
    return parse_iso(json.loads(lines[-1])["time"]).timestamp()


def read(run: Path, later: float) -> PicrewReading:
    now = last_written(run) + later
    return PicrewReader(run, ScriptedProcesses(), lambda: now).read()


def test_the_table_names_every_folder() -> None:
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} == TRUTHS.keys() | WITHOUT_RUNS


def test_all_of_them_are_found_at_once() -> None:
    found = [run for root in discover(CORPUS) for run in sorted(root.iterdir())]
    assert all(map(is_picrew_run, found))
    assert len(found) == sum(truth.runs for truth in TRUTHS.values())


@pytest.mark.parametrize("name", TRUTHS)
def test_the_verdict_is_right(name: str) -> None:
    truth, runs = TRUTHS[name], runs_of(CORPUS / name)
    assert len(runs) == truth.runs
    for run in runs:
        later = 2 * STILL_S
        reading = read(run, later)
        assert reading.run is not None
        assert (reading.run.status, reading.live) == (truth.status, truth.live)
        assert tuple(doubt.rule for doubt in reading.against) == truth.against
        assert {task_id: doubt.rule for task_id, doubt in reading.task_doubts.items()} == truth.tasks
        assert reading.problems == ()
        assert reading.evidence
        row = PicrewRow(run, ScriptedProcesses()).read(last_written(run) + later)
        assert (row.status, row.live, row.needs_you) == (truth.status, truth.live, truth.needs_you)
        assert bool(row.doubt) is bool(truth.against)


@pytest.mark.parametrize("name", [name for name, truth in TRUTHS.items() if truth.live is Liveness.INTERRUPTED])
def test_a_copy_of_a_run_that_just_moved_is_not_called_dead(name: str) -> None:
    """Its pids belong to another machine: as long as it may still move, nobody here can know."""
    run = runs_of(CORPUS / name)[0]
    assert read(run, 1).live is Liveness.LIVE
    assert read(run, 300).live is Liveness.UNKNOWN
    evidence = read(run, 2 * STILL_S).evidence
    assert (evidence[0].rule, evidence[0].path) == ("no-progress", run / "events.jsonl")
    assert evidence[0].seq is not None
    assert any(each.rule == "pid-elsewhere" for each in evidence)


@pytest.mark.parametrize("name", TRUTHS)
def test_every_event_is_shown_and_what_agents_said_is_understood(name: str) -> None:
    for run in runs_of(CORPUS / name):
        reading = read(run, 2 * STILL_S)
        assert reading.count == len((run / "events.jsonl").read_bytes().splitlines())
        for task in reading.tasks:
            for path in output_sources(run, task.id):
                stream = AgentStream(path)
                told = [event for line in path.read_bytes().split(b"\n") for event in stream.feed(line)]
                assert told, path
                starts = {event.id for event in told if event.kind is Kind.TOOL_START}
                assert {event.id for event in told if event.kind is Kind.TOOL_END} == starts
                assert not [event for event in told if event.kind is Kind.RAW]


def test_letters_plans_and_workers_of_real_runs() -> None:
    mail = read(runs_of(CORPUS / "mailbox-real")[0], 60).mail
    assert len(mail) == 8
    assert sum(not letter.open for letter in mail) == 2
    assert {letter.kind for letter in mail} == {"message", "group_join", "steer", "follow-up"}
    plan = read(runs_of(CORPUS / "blocked-plan-approval-real")[0], 60).plan
    assert [phase.name for phase in plan.phases] == ["workflow", "research", "build", "check"]
    assert plan.approval is not None
    assert plan.approval.status == "pending"
    retried = read(runs_of(CORPUS / "failed-then-retried-real")[0], 60).tasks[0]
    assert [str(attempt.outcome) for attempt in retried.attempts] == ["failed", "completed"]
    orphan = read(runs_of(CORPUS / "orphan-async-real")[0], 7200)
    assert [(worker.task_id, worker.alive) for worker in orphan.workers] == [("02_execute", None)]


def test_the_compacted_text_keeps_its_mark() -> None:
    run = runs_of(CORPUS / "bigoutput-real")[0]
    path = output_sources(run, "01_explore")[0]
    said = "".join(event.text for line in path.read_bytes().splitlines() for event in agent_events(line))
    assert "[pi-crew compacted 51968 chars]" in said


def test_looking_at_all_of_them_writes_nothing() -> None:
    before = tree_hash(CORPUS)
    for root in discover(CORPUS):
        for run in root.iterdir():
            reading = PicrewReader(run).read()
            PicrewRow(run).read(time.time())
            for task in reading.tasks:
                output_sources(run, task.id)
    assert tree_hash(CORPUS) == before
