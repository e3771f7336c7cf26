"""Any moment of a run is what the coordinator's own fold says, and no jump is far."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.model import events as e
from crew_core.model.events import Event, EventMetadata, Payload, make_event
from crew_core.model.progress import Progress
from crew_core.model.reduce import reduce_all
from crew_core.model.state import RunState
from crew_core.model.status import Access, TaskStatus
from crew_core.observe.replay import EVERY, Replay, replay_of
from crew_core.observe.slices import AppendLog


def journal(count: int, tasks: int = 3) -> AppendLog[Event]:
    """A run that was created, its tasks started, and then told of their progress."""
    log: AppendLog[Event] = AppendLog()

    def add(payload: Payload, task_id: str | None = None) -> None:
        seq = len(log) + 1
        time = f"2026-05-15T14:{seq // 60 % 60:02}:{seq % 60:02}.000Z"
        log.append(make_event(payload, time=time, run_id="r", metadata=EventMetadata(seq=seq), task_id=task_id))

    seeds = tuple(
        e.TaskSeed(
            id=f"t{number}",
            step_id="s",
            role="r",
            agent="a",
            program="shell",
            cwd="/",
            access=Access.READ,
            max_retries=0,
        )
        for number in range(tasks)
    )
    created = "2026-05-15T14:00:00Z"
    add(e.RunCreated(goal="g", team="t", workflow="w", cwd="/", created_at=created, tasks=seeds))
    for number in range(tasks):
        add(e.TaskStarted(), f"t{number}")
    while len(log) < count:
        add(e.TaskProgress(progress=Progress(tokens=len(log))), f"t{len(log) % tasks}")
    return log


@given(st.lists(st.integers(0, 59), max_size=12), st.integers(1, 20))
def test_every_jump_gives_what_the_fold_from_the_beginning_gives(jumps: list[int], every: int) -> None:
    log = journal(60)
    replay = Replay(log, 60, every)
    for number in jumps:
        assert replay.state_at(number) == reduce_all(None, log.first(number + 1))


def test_later_events_of_the_log_do_not_belong_to_it() -> None:
    log = journal(10)
    replay = Replay(log, 4)
    assert len(replay) == 4
    with pytest.raises(IndexError):
        replay.state_at(4)


def test_no_jump_folds_more_than_the_events_between_two_kept_states() -> None:
    folded: list[int] = []

    def counting(state: RunState | None, events: Sequence[Event]) -> RunState | None:
        folded.append(len(events))
        return reduce_all(state, events)

    replay = Replay(journal(10_000), 10_000, fold=counting)
    assert sum(folded) == 10_000
    folded.clear()
    for number in (9_999, 0, 5_000, 127, 128, 4_999, 9_998):
        replay.state_at(number)
    assert max(folded) <= EVERY
    folded.clear()
    for number in range(1000, 1100):
        replay.state_at(number)
    assert max(folded[1:]) == 1, "playing folds each event once"


def test_an_event_that_is_not_understood_changes_nothing() -> None:
    log = journal(6)
    strange = Event(
        time="2026-05-15T14:01:00Z",
        type="task.held",
        run_id="r",
        metadata=EventMetadata(seq=7),
        task_id="t0",
        data={"hold": "not a record"},
    )
    log.append(strange)
    log.append(
        make_event(
            e.TaskCancelled(code="x"),
            time="2026-05-15T14:01:01Z",
            run_id="r",
            metadata=EventMetadata(seq=8),
            task_id="t1",
        )
    )
    replay = Replay(log, 8, 3)
    assert replay.unknown == {6}
    assert replay.state_at(6) == replay.state_at(5)
    last = replay.state_at(7)
    assert last is not None
    assert last.tasks["t1"].status is TaskStatus.CANCELLED


def test_before_the_run_was_created_there_is_no_state() -> None:
    log: AppendLog[Event] = AppendLog()
    log.append(Event(time="", type="task.started", run_id="r", metadata=EventMetadata(seq=1), task_id="t0"))
    assert Replay(log, 1).state_at(0) is None


def test_a_run_without_a_journal_is_an_empty_replay(tmp_path: Path) -> None:
    assert len(replay_of(tmp_path / "nothing")) == 0
