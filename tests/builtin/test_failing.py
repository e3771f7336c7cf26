"""No failure of a model server becomes an answer; some are worth another try."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from crew_core.model.transcript import Kind
from tests.builtin.model_script import Handler, Turn, answers, call, cut_after, failed, hangs_after, says, served
from tests.builtin.run import ran

pytestmark = pytest.mark.usefixtures("no_process_left")

QUICK = {"CREW_BUILTIN_READ_TIMEOUT_S": "0.3"}


def error_event(handler: Handler) -> None:
    handler.begin()
    handler.chunk({"content": "part"})
    handler.event('{"error": {"message": "upstream is overloaded", "code": 503}}')
    handler.end()


def tells(event: bytes) -> Turn:
    """Of a stream that goes on as if nothing had happened."""

    def turn(handler: Handler) -> None:
        handler.begin()
        handler.chunk({"content": "part"})
        handler.piece(event)
        handler.chunk({}, "stop")
        handler.event("[DONE]")
        handler.end()

    return turn


def ends_without_a_reason(handler: Handler) -> None:
    handler.begin()
    handler.chunk({"content": "part"})
    handler.event("[DONE]")
    handler.end()


@pytest.mark.parametrize(
    "fault",
    [
        failed(429, "slow down"),
        failed(429, "slow down", headers={"retry-after": "0"}),
        failed(500, "oh"),
        failed(503, "oh"),
        failed(529, "overloaded"),
        cut_after("part of"),
        cut_after("part of", clean=True),
        lambda handler: handler.cut(),
        error_event,
        ends_without_a_reason,
        hangs_after(),
        hangs_after("part of"),
    ],
    ids=[
        *("429", "retry-after", "500", "503", "529", "cut", "clean-cut", "no-answer", "error-event"),
        *("no-reason", "hang", "stall"),
    ],
)
def test_what_may_pass_is_tried_again(tmp_path: Path, fault: Turn) -> None:
    with served(fault, says("whole")) as model:
        run = ran(tmp_path, model.url, env=QUICK)
    assert run.finish is not None
    assert (run.finish.answer, run.finish.program_error) == (b"whole", None)
    retry = run.of_kind(Kind.RETRY)
    assert [(event.data or {})["attempt"] for event in retry] == [1]
    assert len(model.requests) == 2


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (failed(429, "slow down"), "the model server said 429: slow down"),
        (cut_after("part of"), "the connection was cut"),
        (cut_after("part of", clean=True), "the model's answer was cut: the stream ended early"),
        (hangs_after(), "no answer for 0.3 s"),
    ],
    ids=["429", "cut", "clean-cut", "hang"],
)
def test_tries_are_bounded_and_then_it_has_failed(tmp_path: Path, fault: Turn, said: str) -> None:
    with served(*[fault] * 9) as model:
        run = ran(tmp_path, model.url, env=QUICK | {"CREW_BUILTIN_RETRIES": "2"})
    assert run.finish is not None
    assert (run.finish.answer_seen, run.finish.program_error) == (False, said)
    assert len(run.of_kind(Kind.RETRY)) == 2
    assert len(model.requests) == 3
    assert run.process.returncode == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (failed(400, "no such model"), "the model server said 400: no such model"),
        (failed(401, "bad key"), "the model server said 401: bad key"),
        (failed(404, "nothing here"), "the model server said 404: nothing here"),
        (failed(429, "You exceeded your quota", "insufficient_quota"), "the model server said 429: You exceeded"),
        (failed(429, "later", headers={"retry-after": "9000"}), "the model server said 429: later (not before 9000 s)"),
        (says("part", end="length"), "the model's answer was cut: it reached the limit of tokens"),
        (says(calls=[call("list")], end="length"), "the model's answer was cut"),
        (says("part", end="content_filter"), "the model's answer was stopped by a content filter"),
        (says("part", end="strange"), "the model stopped for another reason: strange"),
        (answers({"error": {"message": "oh", "code": "bad"}}), "the model server broke off: oh"),
        (answers({"choices": [{"message": {"refusal": "no"}, "finish_reason": "stop"}]}), "the model refused: no"),
        (tells(b'event: error\ndata: {"message": "boom"}\n\n'), "the model server broke off: boom"),
        (tells(b"event: error\ndata: out of memory\n\n"), "the model server broke off: out of memory"),
        (tells(b"event: error\ndata: 1\n\n"), "the model server broke off: it did not say why"),
        (tells(b'data: {"object": "error", "message": "no room"}\n\n'), "the model server broke off: no room"),
    ],
    ids=[
        *("400", "401", "404", "no-money", "too-late", "length", "length-in-call", "filter", "strange", "error-as-200"),
        *("refusal", "error-event", "error-event-of-words", "error-event-of-nothing", "error-object"),
    ],
)
def test_what_will_not_pass_fails_at_once(tmp_path: Path, fault: Turn, said: str) -> None:
    with served(fault, says("never")) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert not run.finish.answer_seen
    assert (run.finish.program_error or "").startswith(said)
    assert run.texts(Kind.ERROR) == [run.finish.program_error]
    assert (len(model.requests), run.of_kind(Kind.RETRY)) == (1, [])


def test_what_was_told_of_a_cut_answer_is_no_part_of_the_next(tmp_path: Path) -> None:
    with served(cut_after("part of"), says("whole")) as model:
        run = ran(tmp_path, model.url)
    assert [(event.id, event.text) for event in run.of_kind(Kind.TEXT)] == [("m1", "part of"), ("m2", "whole")]


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with served() as model:
        url = model.url
    run = ran(tmp_path, url, env={"CREW_BUILTIN_RETRIES": "1"})
    assert run.finish is not None
    assert run.finish.program_error == f"no connection to {url}: Connection refused"


def test_without_an_endpoint_it_says_in_one_line_what_to_set(tmp_path: Path) -> None:
    run = ran(tmp_path, "")
    assert run.finish is not None
    assert (run.finish.program_error or "").startswith("no model endpoint is set: set OPENAI_BASE_URL")
    assert "\n" not in (run.finish.program_error or "")


def test_a_bound_that_is_no_number_is_named(tmp_path: Path) -> None:
    run = ran(tmp_path, "http://127.0.0.1:1/v1", env={"CREW_BUILTIN_MAX_TURNS": "many"})
    assert run.finish is not None
    assert run.finish.program_error == "CREW_BUILTIN_MAX_TURNS is no positive number: many"


def test_a_stream_that_ends_without_done_but_with_a_reason_is_whole(tmp_path: Path) -> None:
    with served(says("x", done=False)) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.answer == b"x"


def test_a_server_that_never_closes_is_left_after_done(tmp_path: Path) -> None:
    held = threading.Event()

    def never_ends(handler: Handler) -> None:
        handler.begin()
        handler.chunk({"content": "x"}, "stop")
        handler.event("[DONE]")
        held.wait(30)

    with served(never_ends) as model:
        run = ran(tmp_path, model.url)
        held.set()
    assert run.finish is not None
    assert run.finish.answer == b"x"
