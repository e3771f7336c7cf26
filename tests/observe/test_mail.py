"""Mail of our runs comes from the messages in their journal."""

from __future__ import annotations

from pathlib import Path

from crew_core.model import events as e
from crew_core.model.records import Message
from crew_core.observe.mail import mail_of
from crew_core.observe.own_run import OwnRun
from crew_core.observe.slices import SliceState
from crew_core.observe.tab_slices import Box
from crew_core.observe.watcher import NO_HINTS
from tests.engine.run_builders import AT, plan, task
from tests.observe.written_run import WrittenRun


def sent(id: str, kind: str, number: int) -> e.MessageReceived:
    message = Message(id=id, task_id="a", kind=kind, to="leader", text=f"text {id}", at=AT)
    return e.MessageReceived(received=message, messages=number)


def test_a_message_of_a_worker_is_a_letter_from_its_task(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    source = OwnRun(run.path)
    source.read(NO_HINTS)
    assert source.mail().state is SliceState.EMPTY
    run.record(sent("m1", "question", 1), "a")
    run.record(sent("m2", "progress", 2), "a")
    source.read(NO_HINTS)
    mail = source.mail()
    assert mail.state is SliceState.READY
    assert [(each.id, each.kind, each.box) for each in mail.letters] == [
        ("m1", "question", Box.OUTBOX),
        ("m2", "progress", Box.OUTBOX),
    ]
    assert (mail.letters[0].sender, mail.letters[0].to, mail.letters[0].task_id) == ("a", "leader", "a")


def test_nothing_known_of_the_run_is_no_mail() -> None:
    assert mail_of(None).state is SliceState.EMPTY
