"""JSON-RPC framing: what comes in any cutting is the same, and no complete line is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.json_rpc import METHOD_NOT_FOUND, Message, Notification, Peer, Request, Response
from crew_core.agents.lines import LONGEST_LINE, Line
from tests.agents.recorded import cut

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
#: Objects that look like messages, with anything in their fields.
ALMOST = st.dictionaries(st.sampled_from(["jsonrpc", "id", "method", "params", "result", "error"]), JSON)
LINES = st.lists(
    ALMOST.map(lambda message: json.dumps(message).encode())
    | st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")),
    max_size=8,
)


def asked(*methods: str, versioned: bool = True) -> Peer:
    peer = Peer(versioned=versioned)
    for method in methods:
        peer.request(method, {})
    return peer


def only(data: bytes, peer: Peer | None = None) -> Message:
    [message] = (peer or Peer()).feed(data + b"\n")
    return message


def sent(data: bytes) -> dict[str, Any]:
    assert data.endswith(b"\n")
    assert data.count(b"\n") == 1
    message: dict[str, Any] = json.loads(data)
    return message


@given(LINES, st.lists(st.integers(0, 1_000)))
def test_every_line_is_one_message_whatever_it_holds_and_however_it_is_cut(
    lines: list[bytes], places: list[int]
) -> None:
    data = b"".join(line + b"\n" for line in lines)
    whole = asked("a", "b").feed(data)
    peer = asked("a", "b")
    assert repr([message for piece in cut(data, places) for message in peer.feed(piece)]) == repr(whole)
    assert len(whole) == len([line for line in lines if line])


def test_a_request_a_notification_and_a_response_are_told_apart() -> None:
    peer = asked("initialize")
    asks = b'{"id": 0, "method": "m", "params": {"a": 1}}'
    assert only(asks) == Request(0, "m", {"a": 1}, Line(asks))
    notice = only(b'{"method": "m"}')
    assert isinstance(notice, Notification)
    assert (notice.method, notice.params) == ("m", {})
    answers = b'{"id": 1, "result": {"b": 2}}'
    assert only(answers, peer) == Response(1, "initialize", {"b": 2}, Line(answers))


def test_ids_belong_to_the_side_that_asks() -> None:
    peer = asked("ours")
    theirs, ours = b'{"id": 1, "method": "theirs"}', b'{"id": 1, "result": {}}'
    assert only(theirs, peer) == Request(1, "theirs", {}, Line(theirs))
    assert only(ours, peer) == Response(1, "ours", {}, Line(ours))


@pytest.mark.parametrize(
    "line", [b'{"id": 7, "result": {}}', b'{"id": "1", "result": {}}', b'{"id": true, "result": {}}']
)
def test_an_answer_to_nothing_is_kept_as_a_line(line: bytes) -> None:
    assert only(line, asked("ours")) == Line(line)


def test_a_question_is_answered_once() -> None:
    peer = asked("ours")
    assert isinstance(only(b'{"id": 1, "result": {}}', peer), Response)
    assert isinstance(only(b'{"id": 1, "result": {}}', peer), Line)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"code": -32603, "message": "Internal error", "data": {"details": "400 mock"}}, "Internal error: 400 mock"),
        ({"code": 400, "message": "no"}, "no"),
        ({"code": 1, "message": "Internal error: why", "data": "why"}, "Internal error: why"),
        ("broken", "an error without words"),
    ],
)
def test_an_error_says_what_it_has_to_say(error: object, text: str) -> None:
    message = only(json.dumps({"id": 1, "error": error}).encode(), asked("ours"))
    assert isinstance(message, Response)
    assert message.error is not None
    assert message.error.text == text


def test_what_is_no_text_is_replaced_and_the_message_stays() -> None:
    notice = only(b'{"method": "m", "params": {"a": "\xff", "b": "\\ud83d"}}')
    assert isinstance(notice, Notification)
    assert notice.params == {"a": "\ufffd", "b": "\ufffd"}


def test_a_long_line_is_a_message_and_one_that_is_too_long_is_told_by_its_beginning() -> None:
    text = "x" * 8_000_000
    notice = only(json.dumps({"method": "m", "params": {"text": text}}).encode())
    assert isinstance(notice, Notification)
    assert notice.params["text"] == text
    peer = Peer()
    told = peer.feed(b'{"method": "' + b"x" * LONGEST_LINE) + peer.feed(b'"}\n{"method": "next"}\n')
    assert [type(message) for message in told] == [Line, Notification]


def test_a_last_line_without_its_end_counts() -> None:
    peer = Peer()
    assert peer.feed(b'{"method": "m"}') == []
    [notice] = peer.end()
    assert isinstance(notice, Notification)


def test_what_is_sent_is_one_line_each_with_the_version_or_without() -> None:
    assert sent(Peer().notify("m", {"a": "b\nc\u2028"})) == {
        "jsonrpc": "2.0",
        "method": "m",
        "params": {"a": "b\nc\u2028"},
    }
    bare = Peer(versioned=False)
    number, data = bare.request("m", {})
    assert sent(data) == {"id": number, "method": "m", "params": {}}
    assert sent(bare.answer("x", {"ok": True})) == {"id": "x", "result": {"ok": True}}
    refused = sent(bare.refuse(0, METHOD_NOT_FOUND, "no"))
    assert refused == {"id": 0, "error": {"code": METHOD_NOT_FOUND, "message": "no"}}
