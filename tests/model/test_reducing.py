"""Laws of the reducer: twice equals once, batches equal singles, what is not named keeps its identity."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from crew_core.model import events as e
from crew_core.model.asks import Ask, AskKind
from crew_core.model.attempt import StopRequest
from crew_core.model.events import Event, EventMetadata, Payload, make_event
from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import Edge, TaskPlan
from crew_core.model.progress import Progress
from crew_core.model.records import Artifact, Message
from crew_core.model.reduce import reduce, reduce_all
from crew_core.model.state import Hold, HoldCause
from crew_core.model.status import Access, AttemptCause, AttemptOutcome, EdgePolicy, StopCode, StopVerb, TaskStatus
from crew_core.model.steering import DeliveryState, Steer, SteerKind

AT = "2026-01-02T03:04:05.000Z"
WHO = ProcessIdentity(boot_id="b", pid_namespace="n", pid=1, start_ticks=2)
STOP = StopRequest(verb=StopVerb.CANCEL, code=StopCode.CALLER_CANCELLED)

ADDED = TaskPlan(
    id="t0-1", step_id="t0-1", role="r", agent="a", text="more", cwd="/", edges=(Edge("t0"),), added_by="t0"
)

TASK_PAYLOADS: list[Payload] = [
    e.TaskHeld(hold=Hold(cause=HoldCause.RUN_LIMIT)),
    e.TaskStarted(),
    e.TaskStopping(stop=STOP),
    e.TaskParked(until=AT, delay_ms=5, code="x", error="y"),
    e.TaskCompleted(result=Artifact("result", "results/t.txt", AT, "t", 3, "00")),
    e.TaskFailed(code="exit_code(1)", error="no"),
    e.TaskDeadLettered(attempts=2, last_error="no"),
    e.TaskCancelled(code="caller_cancelled"),
    e.TaskSkipped(because="t0"),
    e.TaskRequeued(cause="retry"),
    e.TaskProgress(progress=Progress(tool_count=3)),
    e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w1", program="shell", retries_spent=0),
    e.AttemptStarting(n=2, cause=AttemptCause.RETRY, worker_id="w2", program="shell", retries_spent=1),
    e.AttemptStarted(n=1, supervisor=WHO, started_at=AT),
    e.AttemptRevoked(n=2, reason="gone", retries_spent=0),
    e.AttemptPaused(n=1, pause=None),
    e.AttemptEnded(n=1, outcome=AttemptOutcome.FAILED, code="lost"),
    e.AttemptEnded(n=2, outcome=AttemptOutcome.COMPLETED, code="completed"),
    e.MessageReceived(received=Message("m1", "t0", "note", "t1", "hello", AT), messages=1),
    e.MessageSent(n=1, steer=Steer(id="m1", kind=SteerKind.MESSAGE, text="hello")),
    e.MessageDelivery(n=1, id="m1", state=DeliveryState.TAKEN),
    e.TaskAsked(ask=Ask(id="p1", kind=AskKind.PERMISSION, text="ls")),
    e.TaskAsked(ask=Ask(id="q1", kind=AskKind.QUESTION, text="which")),
    e.TaskAnswered(id="p1"),
    e.AnswerRefused(n=1, faults=("no verdict",)),
    e.TasksAdded(
        tasks=(e.AddedTask(plan=ADDED, program="shell", access=Access.READ),),
        edges={"t1": (Edge("t0"), Edge("t0-1", EdgePolicy.ANY))},
    ),
]
RUN_PAYLOADS: list[Payload] = [
    e.CoordinatorStarted(identity=WHO),
    e.CoordinatorDetached(reason="SIGTERM"),
    e.RunRunning(clock_spent_s=4.0),
    e.RunStopping(stop=STOP),
    e.RunCompleted(code="completed"),
    e.RunFailed(code="task_failed"),
    e.ArtifactRecorded(artifact=Artifact("summary", "summary.md", AT, "coordinator", 1, "11")),
]


def created() -> e.RunCreated:
    seeds = tuple(
        e.TaskSeed(
            id=f"t{i}",
            step_id=f"t{i}",
            role="r",
            agent="a",
            program="shell",
            cwd="/",
            access=Access.READ,
            max_retries=1,
        )
        for i in range(3)
    )
    return e.RunCreated(goal="g", team="t", workflow="w", cwd="/", created_at=AT, tasks=seeds)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    events = [_event(1, created(), None)]
    for seq in range(2, draw(st.integers(2, 25))):
        if draw(st.booleans()):
            task = draw(st.sampled_from(["t0", "t1", "t2"]))
            events.append(_event(seq, draw(st.sampled_from(TASK_PAYLOADS)), task))
        else:
            events.append(_event(seq, draw(st.sampled_from(RUN_PAYLOADS)), None))
    return events


def _event(seq: int, payload: Payload, task: str | None) -> Event:
    metadata = EventMetadata(seq=seq, epoch=1)
    return make_event(payload, time=AT, run_id="run", task_id=task, metadata=metadata)


@given(histories())
def test_applying_the_last_event_twice_equals_once(history: list[Event]) -> None:
    once = reduce_all(None, history)
    assert reduce(once, history[-1]) == once


@given(histories(), st.data())
def test_a_batch_equals_its_events_one_by_one(history: list[Event], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(history)))
    assert reduce_all(reduce_all(None, history[:cut]), history[cut:]) == reduce_all(None, history)


@given(histories())
def test_a_task_that_no_event_names_stays_the_same_object(history: list[Event]) -> None:
    before = reduce_all(None, history)
    after = reduce(before, _event(99, e.TaskProgress(progress=Progress(tool_count=9)), "t1"))
    assert before is not None
    assert after is not None
    assert after.tasks["t0"] is before.tasks["t0"]
    assert after.tasks["t2"] is before.tasks["t2"]
    assert after.tasks["t1"] is not before.tasks["t1"]


@given(histories())
def test_events_survive_the_journal_line(history: list[Event]) -> None:
    for event in history:
        again = msgspec.json.decode(msgspec.json.encode(event), type=Event)
        assert e.payload_of(again) == e.payload_of(event)


def test_an_event_of_an_unknown_type_changes_nothing_but_the_sequence_number() -> None:
    state = reduce_all(None, [_event(1, created(), None)])
    unknown = Event(time=AT, type="task.sang", run_id="run", task_id="t0", metadata=EventMetadata(seq=2))
    after = reduce(state, unknown)
    assert state is not None
    assert after is not None
    assert after.run.seq == 2
    assert after.tasks == state.tasks


def test_what_comes_before_the_creation_of_the_run_is_passed_over() -> None:
    assert reduce_all(None, [_event(1, e.RunRunning(), None)]) is None


def test_a_retry_starts_the_spent_retries_anew_and_keeps_the_attempts() -> None:
    events = [
        created(),
        e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="", retries_spent=0),
        e.AttemptEnded(n=1, outcome=AttemptOutcome.FAILED, code="x"),
        e.TaskFailed(code="x", error="y"),
        e.TaskRequeued(cause="retry"),
    ]
    state = reduce_all(None, [_event(i + 1, p, None if i == 0 else "t0") for i, p in enumerate(events)])
    assert state is not None
    task = state.tasks["t0"]
    assert (task.status, task.retries_spent, len(task.attempts), task.error) == (TaskStatus.QUEUED, 0, 1, None)


def test_added_tasks_stand_behind_what_brought_them_and_dependants_wait_for_them() -> None:
    added = TASK_PAYLOADS[-1]
    before = reduce_all(None, [_event(1, created(), None)])
    after = reduce(before, _event(2, added, "t0"))
    assert before is not None
    assert after is not None
    assert list(after.tasks) == ["t0", "t0-1", "t1", "t2"]
    assert after.tasks["t1"].depends_on == ("t0", "t0-1")
    assert after.tasks["t1"].policy("t0-1") is EdgePolicy.ANY
    assert after.tasks["t2"] is before.tasks["t2"]
    assert [plan.id for plan in after.added] == ["t0-1"]


def test_every_payload_has_a_reducer() -> None:
    covered = {type(p) for p in (*TASK_PAYLOADS, *RUN_PAYLOADS)}
    for payload in (*TASK_PAYLOADS, *RUN_PAYLOADS):
        state = reduce_all(None, [_event(1, created(), None)])
        reduce(state, _event(2, payload, "t0"))
    missing = {cls.__name__ for cls in e.PAYLOADS.values() if cls not in covered} - {
        "RunCreated",
        "RunCancelled",
        "CommandAccepted",
        "CommandDone",
    }
    assert not missing
