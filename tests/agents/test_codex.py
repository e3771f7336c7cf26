"""The Codex adapter: how it is started, what it understands, what it sends, and that no failure is a success."""

from __future__ import annotations

import hashlib
import json
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.agents.codex import session
from crew_core.agents.protocol import Briefing, Launch, Place
from crew_core.agents.registry import abilities
from crew_core.model.attempt import SessionRef, StopRequest
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import Access, PermissionMode, StopCode, StopVerb
from crew_core.model.steering import Decision, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from tests.agents import recorded
from tests.agents.dialogue import Dialogue, Move, Recorded, golden, recorded_lines, spoiled
from tests.agents.recorded import BRIEFING

STOP = StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED)

LOGGED_IN = {"account/read": {"account": {"type": "apiKey"}, "requiresOpenaiAuth": True}}

MORE = Steer("s1", SteerKind.MESSAGE, "and then?")
SOONER = Steer("s2", SteerKind.STEER, "not that way")
BREAK = Steer("s3", SteerKind.INTERRUPT)
INSTEAD = Steer("s4", SteerKind.INTERRUPT, "do this instead")


def yes(decision: Decision = Decision.ALLOW) -> Steer:
    return Steer("yes", SteerKind.ANSWER, decision=decision)


NO = Steer("no", SteerKind.ANSWER, decision=Decision.DENY)


def method_of(message: dict[str, Any]) -> Recorded:
    """What a recorded response answers, by what is in it."""
    result = message.get("result", {})
    for key, method in (("userAgent", "initialize"), ("thread", "thread/start"), ("turn", "turn/start")):
        if key in result:
            return method, message
    return "turn/interrupt", message


def codex(
    moves: tuple[Move, ...] = (), places: tuple[int, ...] = (), told: Briefing = BRIEFING, **fields: Any
) -> Dialogue:
    return Dialogue(session(recorded.spec("codex", **fields), told), moves, places, answers=LOGGED_IN)


def at_work(**fields: Any) -> Dialogue:
    """In its first turn."""
    dialogue = codex(**fields).reply("initialize", {"userAgent": "crew/1.2 (x)"})
    thread = {"thread": {"id": "th", "cliVersion": "1.2"}, "model": "m", "cwd": "/repo"}
    dialogue.reply("thread/start", thread).reply("thread/resume", thread)
    return dialogue.reply("turn/start", {"turn": {"id": "tu"}})


def item(dialogue: Dialogue, what: str = "completed", **fields: Any) -> Dialogue:
    return dialogue.notice(f"item/{what}", threadId="th", turnId="tu", item=fields)


def says(dialogue: Dialogue, text: str = "done") -> Dialogue:
    return item(dialogue, type="agentMessage", id="m1", text=text)


def turn_ends(dialogue: Dialogue, status: str = "completed", error: Any = None, turn: str = "tu") -> Dialogue:
    return dialogue.notice("turn/completed", threadId="th", turn={"id": turn, "status": status, "error": error})


def params(dialogue: Dialogue, method: str) -> dict[str, Any]:
    return next(sent["params"] for sent in reversed(dialogue.sent) if sent.get("method") == method)


def ask(dialogue: Dialogue, number: int = 0, **fields: Any) -> Dialogue:
    given = {"threadId": "th", "turnId": "tu", "itemId": "c1", "command": "touch x"} | fields
    return dialogue.say({"method": "item/commandExecution/requestApproval", "id": number, "params": given})


# Recorded streams.

STREAMS: dict[str, tuple[tuple[Move, ...], dict[str, Any]]] = {
    "basic": (((Kind.TOOL_START, MORE),), {}),
    "err": ((), {}),
    "inttool": (((Kind.TOOL_START, BREAK),), {}),
    "perm": (
        ((Kind.PERMISSION, yes()), (Kind.PERMISSION, NO), (Kind.PERMISSION, NO)),
        {"permissions": PermissionMode.ASK},
    ),
    "eof": ((), {}),
}


def played(name: str, places: tuple[int, ...] = ()) -> Dialogue:
    moves, fields = STREAMS[name]
    dialogue = codex(moves, places, **fields).hear(*recorded_lines(f"codex/{name}", method_of))
    dialogue.end()
    return dialogue


@pytest.mark.parametrize("name", STREAMS)
def test_a_recorded_stream_is_told_event_for_event(name: str) -> None:
    golden(f"codex/{name}", played(name))


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("basic", None),
        ("err", "high demand"),
        ("inttool", "interrupted"),
        ("perm", "interrupted"),
        ("eof", "lost"),
    ],
)
def test_only_a_turn_that_completed_is_an_answer(name: str, error: str | None) -> None:
    finish = played(name).finish
    assert finish is not None
    assert finish.answer_seen is (error is None)
    assert (finish.program_error is None) is (error is None)
    assert error is None or error in str(finish.program_error)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(STREAMS)), st.lists(st.integers(0, 2_000), max_size=6).map(tuple))
def test_a_stream_is_told_the_same_in_any_cutting(name: str, places: tuple[int, ...]) -> None:
    assert played(name, places).told == played(name).told


@pytest.mark.parametrize("name", STREAMS)
def test_usage_is_the_sum_of_what_is_told(name: str) -> None:
    dialogue = played(name)
    told = [event.usage for event in dialogue.of_kind(Kind.USAGE) if event.usage is not None]
    assert dialogue.finish is not None
    total = dialogue.finish.usage
    assert (total is None) == (not told)
    if total is not None:
        assert total.input == sum(usage.input or 0 for usage in told)
        assert total.output == sum(usage.output or 0 for usage in told)


JUNK = st.binary(max_size=60).map(lambda data: data.replace(b"\n", b"") or b"?") | st.dictionaries(
    st.sampled_from(["id", "method", "params", "result", "error"]),
    st.sampled_from(
        ["item/started", "turn/completed", "error", 0, 1, None, {}, {"item": 3}, {"item": {"type": []}}, [1]]
    ),
    min_size=1,
).map(lambda message: json.dumps(message).encode())


@settings(max_examples=60, deadline=None)
@given(st.lists(JUNK, max_size=6), st.lists(st.integers(0, 60), max_size=6), st.integers(0, 20_000))
def test_junk_between_the_lines_and_a_cut_stream_break_nothing(junk: list[bytes], at: list[int], cut: int) -> None:
    lines = recorded_lines("codex/basic", method_of)
    clean, dialogue = codex(), codex()
    for number, said in enumerate(lines):
        for where, line in zip(at, junk, strict=False):
            if where == number:
                dialogue.feed(line + b"\n")
        dialogue.hear(said)
        clean.hear(said)
    told = [event for event in dialogue.events if event.kind is Kind.TEXT]
    if not any(b"turn/completed" in line or b'"id"' in line for line in junk):
        assert told == [event for event in clean.events if event.kind is Kind.TEXT]
    dialogue.feed(b'{"method": "item/agentMessage/delta", "params": {' + b"x" * cut)
    finish = dialogue.end(None, 9)
    assert any(event.kind is Kind.RAW for event in finish.events)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(STREAMS)), st.integers(0, 1 << 32).map(Random))
def test_whatever_a_field_holds_is_told_or_kept(name: str, chance: Random) -> None:
    moves, fields = STREAMS[name]
    dialogue = codex(moves, **fields)
    for method, message in recorded_lines(f"codex/{name}", method_of):
        dialogue.hear((method, spoiled(message, chance)))
    dialogue.end()
    assert all(msgspec.json.encode(event) for event in dialogue.events)


def test_an_answer_of_eight_megabytes_is_one_line_and_kept_by_head_and_tail() -> None:
    text = "word " * 1_700_000
    finish = turn_ends(says(at_work(), text)).end()
    assert finish.answer_bytes == len(text)
    assert len(finish.answer) < 2_000_000
    assert finish.answer_seen


def test_what_nobody_knows_is_kept_as_raw() -> None:
    dialogue = at_work().notice("thread/dreamt", threadId="th", of="sheep")
    item(dialogue, type="dream", id="d")
    dialogue.say({"method": "item/dream/request", "id": 5, "params": {}})
    assert [event.kind for event in dialogue.events[-3:]] == [Kind.RAW] * 3
    assert dialogue.sent[-1]["id"] == 5
    assert "error" in dialogue.sent[-1]


# How it is started.


def launched(**fields: Any) -> Launch:
    return session(recorded.spec("codex", **fields), BRIEFING).open()


def test_its_state_is_the_runs_with_the_persons_configuration_and_without_login() -> None:
    launch = launched(state_dir="/state")
    assert launch.argv == ("codex", "app-server")
    assert launch.env["CODEX_HOME"] == "/state"
    assert launch.own_state
    assert dict(launch.state_copies) == {"config.toml": Place("config.toml", "~/.codex", "CODEX_HOME")}
    assert "OPENAI_API_KEY" in (launch.keys or ())
    assert not launch.close_stdin


def test_a_shared_login_uses_the_persons_own_state() -> None:
    launch = launched(state_dir="/state", settings=ProgramSettings(share_login=True))
    assert "CODEX_HOME" not in launch.env
    assert not launch.own_state


def test_settings_replace_the_name_and_add_arguments() -> None:
    chosen = ProgramSettings(command=("my-codex", "serve"), args=("-c", "a=b"))
    assert launched(settings=chosen).argv == ("my-codex", "serve", "app-server", "-c", "a=b")


@pytest.mark.parametrize(
    ("access", "permissions", "sandbox", "policy"),
    [
        (Access.WRITE, PermissionMode.AUTO, "workspace-write", "on-request"),
        (Access.WRITE, PermissionMode.ASK, "workspace-write", "untrusted"),
        (Access.READ, PermissionMode.AUTO, "read-only", "never"),
        (Access.READ, PermissionMode.ASK, "read-only", "never"),
    ],
)
def test_access_becomes_a_sandbox(access: Access, permissions: PermissionMode, sandbox: str, policy: str) -> None:
    thread = params(at_work(access=access, permissions=permissions), "thread/start")
    assert (thread["sandbox"], thread["approvalPolicy"]) == (sandbox, policy)


@pytest.mark.parametrize(("level", "effort"), [("high", "high"), ("off", "none")])
def test_model_thinking_directory_and_system_text_go_to_the_thread(level: str, effort: str) -> None:
    dialogue = at_work(model="gpt-x", thinking=level, cwd="/elsewhere")
    thread = params(dialogue, "thread/start")
    assert thread["model"] == "gpt-x"
    assert thread["config"] == {"model_reasoning_effort": effort}
    assert thread["cwd"] == "/elsewhere"
    assert thread["developerInstructions"] == BRIEFING.system
    assert params(dialogue, "turn/start")["input"] == [{"type": "text", "text": BRIEFING.prompt}]


def test_without_a_login_the_key_of_the_environment_is_used() -> None:
    dialogue = Dialogue(session(recorded.spec("codex"), BRIEFING)).reply("initialize")
    dialogue.reply("account/read", {"account": None, "requiresOpenaiAuth": True})
    thread = params(dialogue, "thread/start")
    assert thread["config"][f"model_providers.{thread['modelProvider']}.env_key"] == "OPENAI_API_KEY"


@pytest.mark.parametrize("answer", [{"account": None, "requiresOpenaiAuth": False}, {"error": True}])
def test_another_provider_is_left_alone(answer: dict[str, Any]) -> None:
    dialogue = Dialogue(session(recorded.spec("codex"), BRIEFING)).reply("initialize")
    dialogue = (
        dialogue.reply("account/read", code=1, message="no")
        if "error" in answer
        else dialogue.reply("account/read", answer)
    )
    assert "modelProvider" not in params(dialogue, "thread/start")


# Going on with a conversation.

PAST = SessionRef("codex", "th", "/repo", hashlib.sha256(b"1").hexdigest())


def resumed(thread: dict[str, Any], ref: SessionRef = PAST) -> Dialogue:
    dialogue = codex(resume=ref).reply("initialize")
    return dialogue.reply("thread/resume", {"thread": thread, "model": "m", "cwd": "/repo"})


def beginning(prompt: str) -> dict[str, Any]:
    said = {"type": "userMessage", "id": "u", "content": [{"type": "text", "text": prompt}]}
    return {"id": "th", "turns": [{"id": "t0", "items": [said]}]}


def test_a_conversation_is_gone_on_with() -> None:
    dialogue = resumed(beginning("1"))
    assert params(dialogue, "thread/resume")["threadId"] == "th"
    assert params(dialogue, "turn/start")["threadId"] == "th"


@pytest.mark.parametrize("thread", [{"id": "other"}, {}, beginning("something else")])
def test_another_conversation_is_not_gone_on_with(thread: dict[str, Any]) -> None:
    dialogue = resumed(thread)
    assert all(sent.get("method") != "turn/start" for sent in dialogue.sent)
    assert dialogue.done
    assert dialogue.end().program_error


@pytest.mark.parametrize(
    "ref",
    [
        SessionRef("claude", "th", "/repo"),
        SessionRef("codex", "th", "/elsewhere"),
        SessionRef("codex", "", "/repo"),
    ],
)
def test_what_cannot_be_the_conversation_is_refused_before_the_start(ref: SessionRef) -> None:
    with pytest.raises(ValueError, match="conversation"):
        launched(resume=ref)


def tokens(total: int, last: int) -> dict[str, Any]:
    def numbers(count: int) -> dict[str, int]:
        return {"inputTokens": count, "cachedInputTokens": count // 2, "outputTokens": 1, "reasoningOutputTokens": 0}

    return {"total": numbers(total) | {"outputTokens": total // 100}, "last": numbers(last)}


def test_what_was_used_before_a_resume_is_not_counted_again() -> None:
    dialogue = at_work(resume=PAST)
    dialogue.notice("thread/tokenUsage/updated", threadId="th", tokenUsage=tokens(1000, 1000))
    item(dialogue, "started", type="userMessage", id="u")
    dialogue.notice("thread/tokenUsage/updated", threadId="th", tokenUsage=tokens(1600, 600))
    dialogue.notice("thread/tokenUsage/updated", threadId="th", tokenUsage=tokens(1600, 600))
    assert [event.usage for event in dialogue.of_kind(Kind.USAGE)] == [
        Usage(input=300, output=6, reasoning=0, cache_read=300, cache_write=0)
    ]


# What a person sends.


def test_a_message_waits_for_the_next_turn() -> None:
    dialogue = turn_ends(says(at_work().control(MORE)))
    assert not dialogue.done
    assert params(dialogue, "turn/start")["input"] == [{"type": "text", "text": MORE.text}]
    dialogue.reply("turn/start", {"turn": {"id": "tu2"}})
    assert dialogue.deliveries() == [("s1", "queued"), ("s1", "sent"), ("s1", "taken")]
    assert turn_ends(says(dialogue, "second"), turn="tu2").done
    assert dialogue.end().answer == b"second"


def test_a_steer_goes_into_the_turn() -> None:
    dialogue = at_work().control(SOONER)
    assert params(dialogue, "turn/steer") == {
        "threadId": "th",
        "expectedTurnId": "tu",
        "input": [{"type": "text", "text": SOONER.text}],
    }
    dialogue.reply("turn/steer", {"turnId": "tu"})
    assert dialogue.deliveries() == [("s2", "sent"), ("s2", "taken")]


def test_a_steer_that_comes_too_late_becomes_the_next_turn() -> None:
    dialogue = turn_ends(says(at_work().control(SOONER)))
    assert not dialogue.done
    dialogue.reply("turn/steer", code=-32600, message="no active turn")
    assert params(dialogue, "turn/start")["input"] == [{"type": "text", "text": SOONER.text}]
    assert dialogue.deliveries() == [("s2", "sent"), ("s2", "queued"), ("s2", "sent")]


def test_an_interrupt_ends_the_turn_and_is_no_answer() -> None:
    dialogue = says(at_work(), "half").control(BREAK)
    assert params(dialogue, "turn/interrupt") == {"threadId": "th", "turnId": "tu"}
    turn_ends(dialogue.reply("turn/interrupt"), "interrupted")
    assert dialogue.done
    assert dialogue.deliveries() == [("s3", "sent"), ("s3", "taken")]
    finish = dialogue.end()
    assert (finish.answer_seen, finish.program_error) == (False, "its turn was interrupted")


def test_an_interrupt_with_words_goes_on_with_them() -> None:
    dialogue = turn_ends(at_work().control(INSTEAD), "interrupted").reply("turn/start", {"turn": {"id": "tu2"}})
    assert params(dialogue, "turn/start")["input"] == [{"type": "text", "text": INSTEAD.text}]
    finish = turn_ends(says(dialogue), turn="tu2").end()
    assert (finish.answer, finish.program_error) == (b"done", None)
    assert dialogue.deliveries() == [("s4", "sent"), ("s4", "taken")]


def test_a_turn_that_has_no_name_yet_is_interrupted_as_soon_as_it_has_one() -> None:
    dialogue = codex().reply("initialize").reply("thread/start", {"thread": {"id": "th"}}).control(BREAK)
    assert all(sent.get("method") != "turn/interrupt" for sent in dialogue.sent)
    dialogue.reply("turn/start", {"turn": {"id": "tu"}})
    assert params(dialogue, "turn/interrupt")["turnId"] == "tu"


def test_nothing_is_taken_once_the_work_is_over() -> None:
    dialogue = turn_ends(says(at_work())).control(MORE)
    assert dialogue.deliveries() == [("s1", "refused")]


def test_a_stop_interrupts_the_turn_and_then_ends_its_stdin() -> None:
    dialogue = at_work().control(MORE)
    dialogue.react(dialogue.session.interrupt(STOP))
    assert params(dialogue, "turn/interrupt")["turnId"] == "tu"
    assert dialogue.deliveries() == [("s1", "queued"), ("s1", "refused")]
    assert turn_ends(dialogue, "interrupted").done
    assert not dialogue.end().answer_seen


def test_a_stop_without_a_turn_ends_its_stdin_at_once() -> None:
    dialogue = codex()
    dialogue.react(dialogue.session.interrupt(STOP))
    assert dialogue.told[-1] == {"stdin": "ends"}


# What it asks.


def answer_to(dialogue: Dialogue, number: int) -> Any:
    return next(sent["result"] for sent in dialogue.sent if sent.get("id") == number and "result" in sent)


@pytest.mark.parametrize(("access", "decision"), [(Access.WRITE, "accept"), (Access.READ, "decline")])
def test_access_answers_at_once_and_says_so(access: Access, decision: str) -> None:
    dialogue = ask(at_work(access=access))
    assert answer_to(dialogue, 0) == {"decision": decision}
    assert [event.kind for event in dialogue.events[-2:]] == [Kind.PERMISSION, Kind.ANSWERED]
    assert len({event.id for event in dialogue.events[-2:]}) == 1


@pytest.mark.parametrize(
    ("decision", "sent"), [(Decision.ALLOW, "accept"), (Decision.ALWAYS, "accept"), (Decision.DENY, "decline")]
)
def test_a_person_answers(decision: Decision, sent: str) -> None:
    dialogue = ask(at_work(permissions=PermissionMode.ASK), 3)
    assert dialogue.events[-1].kind is Kind.PERMISSION
    dialogue.control(Steer("a", SteerKind.ANSWER, asked=dialogue.events[-1].id, decision=decision))
    assert answer_to(dialogue, 3) == {"decision": sent}
    dialogue.notice("serverRequest/resolved", threadId="th", requestId=3)
    assert dialogue.deliveries() == [("a", "sent"), ("a", "taken")]
    ask(dialogue, 4)
    assert len(dialogue.of_kind(Kind.ANSWERED)) == (2 if decision is Decision.ALWAYS else 1)


@pytest.mark.parametrize("resolved", [False, True])
def test_words_beside_a_decision_are_kept_and_said_not_to_reach_codex(resolved: bool) -> None:
    dialogue = ask(at_work(permissions=PermissionMode.ASK), 3)
    dialogue.control(Steer("a", SteerKind.ANSWER, "use ruff", asked="ask-3", decision=Decision.DENY))
    if resolved:
        dialogue.notice("serverRequest/resolved", threadId="th", requestId=3)
    turn_ends(dialogue)
    assert [event.text for event in dialogue.of_kind(Kind.ANSWERED)] == ["deny: use ruff"]
    assert [(event.text, (event.data or {})["state"]) for event in dialogue.of_kind(Kind.DELIVERY)] == [
        ("codex takes no words with a decision", "sent"),
        ("codex takes no words with a decision", "taken"),
    ]


def test_reading_is_not_asked_about() -> None:
    dialogue = at_work(permissions=PermissionMode.ASK)
    assert answer_to(ask(dialogue, commandActions=[{"type": "read"}, {"type": "search"}]), 0) == {"decision": "accept"}
    ask(dialogue, 1, commandActions=[{"type": "read"}, {"type": "unknown"}])
    assert dialogue.events[-1].kind is Kind.PERMISSION


@pytest.mark.parametrize(
    ("method", "fields", "allowed", "denied"),
    [
        ("item/fileChange/requestApproval", {}, {"decision": "accept"}, {"decision": "decline"}),
        (
            "item/permissions/requestApproval",
            {"permissions": {"network": {"enabled": True}}},
            {"permissions": {"network": {"enabled": True}}, "scope": "turn"},
            {"permissions": {}, "scope": "turn"},
        ),
        (
            "mcpServer/elicitation/request",
            {"serverName": "s", "message": "may I?"},
            {"action": "accept", "content": {}},
            {"action": "decline", "content": None},
        ),
    ],
)
def test_other_requests_are_answered_in_their_own_words(
    method: str, fields: dict[str, Any], allowed: dict[str, Any], denied: dict[str, Any]
) -> None:
    request = {"method": method, "id": 0, "params": {"threadId": "th"} | fields}
    assert answer_to(at_work().say(request), 0) == allowed
    assert answer_to(at_work(access=Access.READ).say(request), 0) == denied


@pytest.mark.parametrize(
    "wrong",
    [
        Steer("a", SteerKind.ANSWER, asked="ask-9", decision=Decision.ALLOW),
        Steer("a", SteerKind.ANSWER, asked="ask-0"),
    ],
)
def test_an_answer_to_nothing_or_that_says_nothing_is_refused(wrong: Steer) -> None:
    dialogue = ask(at_work(permissions=PermissionMode.ASK)).control(wrong)
    assert dialogue.deliveries() == [("a", "refused")]
    dialogue.control(Steer("b", SteerKind.ANSWER, asked="ask-0", decision=Decision.DENY))
    assert answer_to(dialogue, 0) == {"decision": "decline"}


def test_no_question_stays_open_behind_the_end_of_its_turn() -> None:
    dialogue = turn_ends(ask(at_work(permissions=PermissionMode.ASK)), "interrupted")
    assert [event.id for event in dialogue.of_kind(Kind.ANSWERED)] == ["ask-0"]
    dialogue.end()
    assert len(dialogue.of_kind(Kind.ANSWERED)) == 1


# What it tells.


def test_a_message_without_deltas_is_told_whole_and_one_with_them_is_not_told_twice() -> None:
    dialogue = at_work()
    dialogue.notice("item/agentMessage/delta", threadId="th", turnId="tu", itemId="m0", delta="Hel")
    item(dialogue, type="agentMessage", id="m0", text="Hello")
    says(dialogue, "whole")
    assert [(event.id, event.text) for event in dialogue.of_kind(Kind.TEXT)] == [
        ("m0", "Hel"),
        ("m0", "lo"),
        ("m1", "whole"),
    ]


COMMAND: dict[str, Any] = {
    "type": "commandExecution",
    "id": "c",
    "command": "bash -lc 'ls x'",
    "cwd": "/w",
    "commandActions": [{"type": "listFiles", "command": "ls x"}],
}


@pytest.mark.parametrize(
    ("ending", "failed"),
    [
        ({"status": "completed", "exitCode": 0, "aggregatedOutput": "out", "durationMs": 7}, False),
        ({"status": "failed", "exitCode": 2, "aggregatedOutput": "out"}, True),
        ({"status": "completed", "exitCode": 2, "aggregatedOutput": ""}, True),
        ({"status": "declined", "exitCode": None, "aggregatedOutput": None}, True),
    ],
)
def test_a_command_is_told_with_its_output_and_whether_it_failed(ending: dict[str, Any], failed: bool) -> None:
    dialogue = item(item(at_work(), "started", **COMMAND), **COMMAND, **ending)
    start, end = dialogue.events[-2:]
    assert (start.kind, start.tool, start.text, start.id) == (Kind.TOOL_START, "shell", "ls x", "c")
    assert (end.kind, end.tool, end.id, end.failed) == (Kind.TOOL_END, "shell", "c", failed)
    assert end.duration_ms == ending.get("durationMs")


@pytest.mark.parametrize(
    ("fields", "tool", "text"),
    [
        (
            {"type": "fileChange", "changes": [{"path": "a.py", "diff": "+x", "kind": {"type": "add"}}]},
            "apply_patch",
            "a.py",
        ),
        ({"type": "mcpToolCall", "server": "s", "tool": "t", "arguments": {"query": "q"}}, "s.t", "q"),
        ({"type": "webSearch", "query": "cats"}, "web_search", "cats"),
        ({"type": "dynamicToolCall", "tool": "d", "arguments": {"path": "p"}, "success": False}, "d", "p"),
        ({"type": "imageView", "path": "i.png"}, "view_image", "i.png"),
    ],
)
def test_other_tools_are_told_by_their_names(fields: dict[str, Any], tool: str, text: str) -> None:
    start, end = item(at_work(), id="x", **fields).events[-2:]
    assert (start.kind, start.tool, start.text) == (Kind.TOOL_START, tool, text)
    assert (end.kind, end.failed) == (Kind.TOOL_END, fields.get("success") is False)


def test_what_is_open_when_the_turn_ends_is_closed() -> None:
    dialogue = turn_ends(item(at_work(), "started", **COMMAND), "interrupted")
    [end] = dialogue.of_kind(Kind.TOOL_END)
    assert (end.id, end.failed) == ("c", True)


def test_a_sub_agent_is_told_under_the_call_that_began_it_and_ends_nothing_of_ours() -> None:
    dialogue = item(
        at_work(), "started", type="collabAgentToolCall", id="call", tool="spawnAgent", receiverThreadIds=["sub"]
    )
    dialogue.notice(
        "item/completed", threadId="sub", turnId="x", item={"type": "agentMessage", "id": "s", "text": "mine"}
    )
    dialogue.notice("turn/completed", threadId="sub", turn={"id": "x", "status": "failed"})
    [text] = dialogue.of_kind(Kind.TEXT)
    assert (text.text, text.parent) == ("mine", "call")
    finish = turn_ends(says(dialogue)).end()
    assert (finish.answer, finish.program_error) == (b"done", None)


def test_warnings_are_notices_retries_are_retries_and_compaction_is_told() -> None:
    dialogue = at_work().notice("warning", threadId="th", message="look out")
    dialogue.notice("error", threadId="th", turnId="tu", willRetry=True, error={"message": "Reconnecting... 2/5"})
    item(dialogue, type="contextCompaction", id="z")
    assert [event.kind for event in dialogue.events[-3:]] == [Kind.NOTICE, Kind.RETRY, Kind.COMPACTION]
    assert dialogue.events[-2].data == {"attempt": 2, "delay_ms": None}


# How it fails.


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        ("failed", {"message": "bad request"}, "bad request"),
        (
            "failed",
            {"message": "no", "codexErrorInfo": {"responseStreamConnectionFailed": {"httpStatusCode": 401}}},
            "codex login",
        ),
        ("failed", None, "failed"),
        ("interrupted", None, "interrupted"),
        ("inProgress", None, "inProgress"),
    ],
)
def test_a_turn_that_did_not_complete_is_a_failure_whatever_was_said(status: str, error: Any, said: str) -> None:
    dialogue = turn_ends(says(at_work()), status, error)
    assert dialogue.done
    finish = dialogue.end(0)
    assert not finish.answer_seen
    assert said in str(finish.program_error)


@pytest.mark.parametrize("method", ["initialize", "thread/start", "turn/start"])
def test_a_request_that_fails_is_a_failure(method: str) -> None:
    dialogue = codex()
    for step, result in (("initialize", {}), ("thread/start", {"thread": {"id": "th"}}), ("turn/start", {})):
        if step == method:
            dialogue.reply(step, code=-32600, message="not so")
            break
        dialogue.reply(step, result)
    assert dialogue.done
    assert "not so" in str(dialogue.end().program_error)


@pytest.mark.parametrize("ending", [(0, None), (1, None), (None, 9)])
def test_a_stream_that_ends_in_a_turn_is_lost(ending: tuple[int | None, int | None]) -> None:
    finish = says(at_work()).end(*ending)
    assert not finish.answer_seen
    assert str(finish.program_error).startswith("lost")


def test_a_turn_that_says_nothing_has_no_answer() -> None:
    assert not turn_ends(at_work()).end().answer_seen
    assert not turn_ends(says(at_work(), " \n")).end().answer_seen


def test_it_declares_what_it_can() -> None:
    can = abilities("codex")
    assert can.steer_now
    assert can.steer_next_turn
    assert can.resume
    assert can.permissions
    assert can.usage
    assert not can.cost


def test_every_event_can_be_written() -> None:
    deep: dict[str, Any] = {}
    for _ in range(400):
        deep = {"x": deep}
    dialogue = item(at_work(), "started", type="mcpToolCall", id="x", server="s", tool="t", arguments=deep)
    start = dialogue.events[-1]
    assert isinstance(start, AgentEvent)
    assert start.data == {"args": "arguments that are too deeply nested"}
