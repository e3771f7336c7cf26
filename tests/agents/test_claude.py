"""The Claude Code adapter: what it starts, what it understands, what it sends, and that no failure is a success."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.agents.as_words import BEFORE
from crew_core.agents.claude import session
from crew_core.agents.claude.session import ClaudeSession
from crew_core.agents.lines import LONGEST_LINE
from crew_core.agents.protocol import Briefing, Launch, Place
from crew_core.agents.quiet import PATIENCE_S
from crew_core.model.attempt import AttemptSpec, SessionRef, StopRequest
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import Access, PermissionMode, StopCode, StopVerb
from crew_core.model.steering import Decision, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from tests.agents import recorded
from tests.agents.recorded import BRIEFING, Stream, check_golden, fed, lines, streams
from tests.agents.said_and_told import after, kinds, line, said, states
from tests.agents.strange_lines import damage, damaged, junk, of_any_shape, with_junk

STREAMS = streams("claude")
STOP = StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED)

#: The recorded runs that ended with an answer; every other one failed.
COMPLETED = frozenset(
    {
        *("allowed", "bash", "bash-partial", "err500", "hugetool", "write", "wheel-bash"),
        *("duplex-eof", "duplex-perm", "duplex-setmode", "duplex-steerreplay", "duplex-two"),
        *("own-ask", "own-drop", "own-err429", "own-message", "own-redirect", "own-ro-read", "own-steer"),
    }
)

#: Lines that say nothing which another line does not say, by (type, subtype or kind of its event).
SILENT = {
    *(("system", name) for name in ("status", "init")),
    *(("stream_event", name) for name in ("message_start", "content_block_start", "content_block_stop", "ping")),
    *(("command_lifecycle", ""), ("control_response", ""), ("result", "success"), ("user", "replay")),
}


def spec(**fields: Any) -> AttemptSpec:
    return recorded.spec("claude", **fields)


def opened(**fields: Any) -> ClaudeSession:
    made = session(spec(**fields), BRIEFING)
    made.open()
    return made


def listening() -> ClaudeSession:
    """A session whose questions nobody has answered yet."""
    return opened(permissions=PermissionMode.ASK)


def launched(**fields: Any) -> Launch:
    return session(spec(**fields), BRIEFING).open()


INIT = line(type="system", subtype="init", session_id="s-1", cwd="/repo", model="m", claude_code_version="2.1")
DONE = {"type": "result", "subtype": "success", "is_error": False, "terminal_reason": "completed", "result": "yes"}


def wants(tool: str, request_id: str = "q", **args: Any) -> bytes:
    request = {"subtype": "can_use_tool", "tool_name": tool, "input": args, "tool_use_id": "use-1"}
    return line(type="control_request", request_id=request_id, request=request)


# --- recorded streams


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_a_recorded_stream_is_told_as_before(stream: Stream) -> None:
    check_golden(stream, *fed(listening(), [stream.data], stream.ending))


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_a_recorded_failure_is_no_success(stream: Stream) -> None:
    _, finish = fed(opened(), [stream.data], stream.ending)
    completed = finish.program_error is None and finish.answer_seen
    assert completed is (stream.name in COMPLETED)


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_no_complete_line_is_lost(stream: Stream) -> None:
    def known(found: dict[str, Any]) -> bool:
        kind = found["type"]
        about = found.get("subtype") or found.get("event", {}).get("type") or ""
        if kind == "user":
            about = "replay" if found.get("isReplay") else ""
        if kind == "stream_event" and about == "content_block_delta":
            return found["event"]["delta"]["type"] in ("input_json_delta", "signature_delta")
        if kind == "assistant":
            # Its text came in pieces before.
            return all(block["type"] in ("text", "thinking") for block in found["message"]["content"])
        if kind == "result" and found["is_error"]:
            return found.get("result") is not None
        return (kind, about) in SILENT

    assert recorded.silent_lines(listening(), stream.data, known) == []


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_all_text_is_told_once(stream: Stream) -> None:
    events, _ = fed(opened(), [stream.data], stream.ending)
    whole: dict[str, str] = {}
    for each in map(json.loads, lines(stream.data)):
        if each["type"] == "assistant" and each["message"]["model"] != "<synthetic>":
            texts = [block["text"] for block in each["message"]["content"] if block["type"] == "text"]
            whole[each["message"]["id"]] = whole.get(each["message"]["id"], "") + "".join(texts)
    told: dict[str, str] = {}
    for event in events:
        if event.kind is Kind.TEXT:
            told[event.id] = told.get(event.id, "") + event.text
    assert {key: text for key, text in told.items() if key in whole} == {k: v for k, v in whole.items() if v}


CUT = Stream("claude", "own-steer").data
WHOLE = fed(opened(), [CUT], (0, None))


@given(st.lists(st.integers(0, 1 << 30), max_size=40))
def test_any_cutting_gives_the_same_events(places: list[int]) -> None:
    assert fed(opened(), recorded.cut(CUT, places), (0, None)) == WHOLE


@given(st.integers(0, len(CUT)))
def test_a_cut_stream_is_no_success_and_loses_no_complete_line(end: int) -> None:
    made = opened()
    events = made.feed(CUT[:end]).events
    assert list(events) == WHOLE[0][: len(events)]
    finish = made.finish(0, None)
    over = b'"type":"result"' in CUT[:end]
    assert over or finish.program_error is not None
    assert over or not finish.answer_seen


@given(junk)
def test_what_nobody_understands_is_told_raw_and_hides_nothing(strange: list[tuple[int, bytes]]) -> None:
    events, _ = fed(opened(), [with_junk(CUT, strange)], (0, None))
    assert len([event for event in events if event.kind is Kind.RAW]) == len(strange)
    assert [event for event in events if event.kind is not Kind.RAW] == WHOLE[0]


@given(damage)
def test_damaged_bytes_are_borne(bytes_instead: list[tuple[int, int]]) -> None:
    events, _ = fed(opened(), [damaged(CUT, bytes_instead)], (0, None))
    msgspec.json.encode(events)


WORDS = (
    *("type", "system", "init", "result", "assistant", "user", "message", "content", "text"),
    *("tool_use", "id", "usage", "stream_event", "event", "delta", "content_block_delta"),
    *("subtype", "control_request", "request", "input", "modelUsage", "session_id", "can_use_tool"),
    *("tool_use_id", "tool_result", "is_error", "isReplay", "response"),
)


@given(of_any_shape(*WORDS))
@settings(max_examples=200)
def test_lines_of_any_shape_are_borne(data: bytes) -> None:
    events, _ = fed(opened(), [data], (0, None))
    msgspec.json.encode(events)


def test_a_line_of_8_mb_is_told_and_so_is_what_follows_it() -> None:
    text = "long " * 1_600_000
    message = {"id": "m", "model": "x", "content": [{"type": "text", "text": text}]}
    events, finish = fed(opened(), [INIT, line(type="assistant", message=message), line(**DONE)], (0, None))
    assert kinds(events) == [Kind.SESSION, Kind.TEXT]
    assert events[1].text == text
    assert finish.answer == b"yes"


def test_a_line_that_is_too_long_is_raw_and_the_next_one_is_read() -> None:
    events, finish = fed(opened(), [b"x" * (LONGEST_LINE + 2), b"\n", INIT, line(**DONE)], (0, None))
    assert kinds(events)[:2] == [Kind.RAW, Kind.SESSION]
    assert finish.answer_seen


def test_half_a_character_of_javascript_is_no_loss() -> None:
    broken = b'{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"a\\ud83d"}]}}\n'
    events = opened().feed(broken).events
    assert [(event.kind, event.text) for event in events] == [(Kind.TOOL_END, "a\ufffd")]


# --- failures


@pytest.mark.parametrize(
    "fields",
    [
        {"is_error": True, "terminal_reason": "api_error"},
        {"is_error": True, "terminal_reason": None},
        {"subtype": "error_max_turns", "terminal_reason": "max_turns"},
        {"subtype": "error_max_budget_usd"},
        {"subtype": "error_during_execution"},
        {"terminal_reason": "prompt_too_long"},
        {"terminal_reason": "something_new"},
        {"stop_reason": "refusal"},
        {"stop_reason": "max_tokens"},
        {"terminal_reason": "aborted_streaming"},
    ],
)
def test_a_result_with_any_sign_of_failure_is_none(fields: dict[str, Any]) -> None:
    events, finish = fed(opened(), [INIT, line(**{**DONE, **fields})], (0, None))
    assert finish.program_error
    assert not finish.answer_seen
    assert Kind.ERROR in kinds(events)


def test_a_result_without_words_is_no_answer() -> None:
    _, finish = fed(opened(), [INIT, line(**{**DONE, "result": " \n"})], (0, None))
    assert (finish.program_error, finish.answer_seen) == (None, False)


def test_words_that_come_only_with_the_result_are_told_with_it() -> None:
    events, _ = fed(opened(), [INIT, line(**DONE)], (0, None))
    assert [(event.kind, event.text) for event in events[1:]] == [(Kind.RESULT, "yes")]


def test_the_wrong_session_is_no_success() -> None:
    made = opened(resume=SessionRef("claude", "s-2", "/repo"))
    reaction = made.feed(INIT)
    assert reaction.done
    made.feed(line(**DONE))
    assert made.finish(0, None).program_error == "session s-2 was asked for, and s-1 came"


def test_the_session_that_was_asked_for_is_gone_on_with() -> None:
    made = opened(resume=SessionRef("claude", "s-1", "/repo"))
    assert made.feed(INIT + line(**DONE)).done
    assert made.finish(0, None).program_error is None


def test_open_tools_and_questions_are_closed_with_the_program() -> None:
    use = {"id": "m", "content": [{"type": "tool_use", "id": "use-1", "name": "Bash", "input": {"command": "ls"}}]}
    data = [INIT, line(type="assistant", message=use), wants("Bash", command="ls")]
    events, finish = fed(opened(permissions=PermissionMode.ASK), data, (None, 9))
    assert kinds(events[-2:]) == [Kind.ANSWERED, Kind.TOOL_END]
    assert events[-1].failed
    assert finish.program_error == "the stream ended without a result"


# --- use


def test_use_is_told_by_message_and_what_is_left_with_the_result() -> None:
    start = {"type": "message_start", "message": {"id": "m", "model": "big[1m]", "usage": {"input_tokens": 10}}}
    end = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 5}}
    main = {"inputTokens": 10, "outputTokens": 5, "costUSD": 0.5, "costBasis": "list"}
    side = {"inputTokens": 2, "outputTokens": 1, "costUSD": 0.1, "costBasis": "unknown"}
    data = [
        *(INIT, line(type="stream_event", event=start), line(type="stream_event", event=end)),
        line(**DONE, modelUsage={"big": main, "side": side}),
    ]
    events, finish = fed(opened(), data, (0, None))
    told = [(event.data, event.usage) for event in events if event.kind is Kind.USAGE]
    assert [(data, u.input, u.output, u.cost) for data, u in told if data and u] == [
        ({"model": "big[1m]"}, 10, 5, None),
        ({"model": "big"}, 0, 0, 0.5),
        ({"model": "side"}, 2, 1, None),
    ]
    assert finish.usage is not None
    assert (finish.usage.input, finish.usage.output, finish.usage.cost) == (12, 6, 0.5)


@pytest.mark.parametrize("name", ["modelUsage", "model_usage_since_last_result"])
def test_use_of_a_model_that_is_named_with_and_without_its_window_is_added_up(name: str) -> None:
    used = {"x[1m]": {"inputTokens": 10, "costUSD": 0.5}, "x": {"inputTokens": 2, "costUSD": 0.25}}
    events, finish = fed(opened(), [INIT, line(**DONE, **{name: used})], (0, None))
    assert [event.data for event in events if event.kind is Kind.USAGE] == [{"model": "x"}]
    assert finish.usage == Usage(input=12, cost=0.75)


def test_cumulative_use_of_older_versions_is_told_by_its_growth() -> None:
    def result(tokens: int) -> bytes:
        return line(**DONE, modelUsage={"m": {"inputTokens": tokens, "costUSD": tokens / 10}}, queued_turn_count=1)

    events, _ = fed(opened(), [INIT, result(3), INIT, result(8)], (0, None))
    assert [event.usage.input for event in events if event.usage] == [3, 5]


# --- what it starts


def test_the_prompt_goes_to_stdin_and_into_no_argument() -> None:
    told = Briefing(system="secret system", prompt="secret prompt \u2028 \ud800")
    launch = session(spec(), told).open()
    assert launch.stdin is not None
    assert launch.stdin.count(b"\n") == 1
    assert "\u2028".encode() not in launch.stdin
    (message,) = said(launch.stdin)
    assert message["message"]["content"] == [{"type": "text", "text": "secret prompt \u2028 ?"}]
    assert not any("secret" in part for part in launch.argv)
    assert launch.files["claude-system.md"] == b"secret system"
    assert after("--append-system-prompt-file", launch.argv) == "{files}/claude-system.md"
    assert not launch.close_stdin


def test_it_has_a_state_directory_of_the_run_and_no_login_in_it() -> None:
    launch = launched(state_dir="/run/claude")
    assert launch.own_state
    assert launch.env["CLAUDE_CONFIG_DIR"] == "/run/claude"
    assert dict(launch.state_copies) == {
        name: Place(name, "~/.claude", "CLAUDE_CONFIG_DIR") for name in ("settings.json", "CLAUDE.md")
    }
    assert launch.keys is not None
    assert "ANTHROPIC_API_KEY" in launch.keys
    assert not {"OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY"} & set(launch.keys)
    assert "AWS_SECRET_ACCESS_KEY" in launch.keys_with["CLAUDE_CODE_USE_BEDROCK"]
    assert "GOOGLE_APPLICATION_CREDENTIALS" in launch.keys_with["CLAUDE_CODE_USE_VERTEX"]


def test_a_shared_login_is_the_persons_own_directory() -> None:
    launch = launched(state_dir="/run/claude", settings=ProgramSettings(share_login=True))
    assert not launch.own_state
    assert "CLAUDE_CONFIG_DIR" not in launch.env


def test_a_person_may_replace_the_program_and_add_arguments() -> None:
    launch = launched(settings=ProgramSettings(command=("npx", "claude"), args=("--debug",)))
    assert launch.argv[:2] == ("npx", "claude")
    assert launch.argv[-1] == "--debug"


@pytest.mark.parametrize(
    ("level", "arguments"),
    [("off", ("--thinking", "disabled")), ("minimal", ("--effort", "low")), ("xhigh", ("--effort", "xhigh"))],
)
def test_the_level_of_thinking_is_told(level: str, arguments: tuple[str, str]) -> None:
    assert after(arguments[0], launched(thinking=level).argv) == arguments[1]


def test_model_and_session_are_told() -> None:
    argv = launched(model="anthropic/claude-x", resume=SessionRef("claude", "s-1", "/repo")).argv
    assert after("--model", argv) == "claude-x"
    assert after("--resume", argv) == "s-1"


@pytest.mark.parametrize("asked", [(), ("read", "write", "Edit", "bash", "Bash(git log:*)", "grep", "mcp__x__y")])
def test_an_agent_that_reads_has_no_tool_that_writes(asked: tuple[str, ...]) -> None:
    argv = launched(access=Access.READ, tools=asked).argv
    tools = set(after("--tools", argv).split(","))
    assert tools
    assert not tools & {"Bash", "Edit", "Write", "NotebookEdit", "Task", "mcp__x__y"}
    assert "--strict-mcp-config" in argv
    assert "--allowedTools" not in argv
    assert after("--permission-mode", argv) == "default"


def test_the_tools_of_the_agent_are_told_by_the_programs_names() -> None:
    argv = launched(tools=("read", "BASH(git log:*)", "find")).argv
    assert after("--tools", argv) == "Read,Bash,Glob"
    assert after("--allowedTools", argv) == "Bash(git log:*)"
    assert after("--permission-mode", argv) == "default"


def test_edits_are_asked_for_only_where_somebody_decides() -> None:
    assert after("--permission-mode", launched().argv) == "acceptEdits"
    assert after("--permission-mode", launched(permissions=PermissionMode.ASK).argv) == "default"


# --- permissions


@pytest.mark.parametrize(
    ("fields", "tool", "behavior"),
    [
        ({}, "Bash", "allow"),
        ({}, "AskUserQuestion", "deny"),
        ({"tools": ("Bash(git log:*)",)}, "Bash", "deny"),
        ({"access": Access.READ}, "Read", "allow"),
        ({"access": Access.READ}, "WebFetch", "allow"),
        ({"access": Access.READ}, "Bash", "deny"),
        ({"access": Access.READ}, "mcp__x__y", "deny"),
        ({"access": Access.READ, "permissions": PermissionMode.ASK}, "Write", "deny"),
        ({"permissions": PermissionMode.ASK}, "Read", "allow"),
        ({"permissions": PermissionMode.ASK}, "Bash", None),
        ({"permissions": PermissionMode.ASK}, "WebFetch", None),
    ],
)
def test_who_decides(fields: dict[str, Any], tool: str, behavior: str | None) -> None:
    reaction = opened(**fields).feed(wants(tool, command="x"))
    answers = said(reaction.outgoing)
    if behavior is None:
        assert kinds(reaction.events) == [Kind.PERMISSION]
        assert answers == []
        return
    assert kinds(reaction.events)[1:] == [Kind.ANSWERED]
    assert answers[0]["response"]["request_id"] == "q"
    response = answers[0]["response"]["response"]
    assert response["behavior"] == behavior
    assert response.get("updatedInput") == ({"command": "x"} if behavior == "allow" else None)


def answer(asked: str = "q", **fields: Any) -> Steer:
    return Steer(**({"id": "a", "kind": SteerKind.ANSWER, "asked": asked} | fields))


def test_a_person_allows_and_the_tool_that_ends_shows_that_it_was_taken() -> None:
    made = opened(permissions=PermissionMode.ASK)
    (asked,) = made.feed(wants("Bash", command="ls")).events
    assert (asked.id, asked.tool, asked.text) == ("q", "Bash", "ls")
    assert asked.data is not None
    assert asked.data["options"] == ["allow", "always", "deny"]
    reaction = made.control(answer(decision=Decision.ALLOW))
    assert said(reaction.outgoing)[0]["response"]["response"] == {
        "behavior": "allow",
        "updatedInput": {"command": "ls"},
    }
    assert states(reaction.events) == [("a", "sent")]
    result = {"content": [{"type": "tool_result", "tool_use_id": "use-1", "content": "x"}]}
    assert states(made.feed(line(type="user", message=result)).events) == [("a", "taken")]


def test_a_refusal_tells_the_model_why() -> None:
    made = opened(permissions=PermissionMode.ASK)
    made.feed(wants("Bash"))
    reaction = made.control(answer(decision=Decision.DENY, text="not on a friday"))
    assert said(reaction.outgoing)[0]["response"]["response"] == {"behavior": "deny", "message": "not on a friday"}


def test_words_alone_allow_nothing() -> None:
    made = opened(permissions=PermissionMode.ASK)
    made.feed(wants("Bash"))
    assert b'"deny"' in made.control(answer(text="hm")).outgoing


def test_always_holds_for_the_same_tool() -> None:
    made = opened(permissions=PermissionMode.ASK)
    made.feed(wants("Bash"))
    made.control(answer(decision=Decision.ALWAYS))
    assert b'"allow"' in made.feed(wants("Bash", "q2")).outgoing
    assert made.feed(wants("Write", "q3")).outgoing == b""


def test_always_holds_for_a_tool_of_which_the_role_has_only_some_uses() -> None:
    made = opened(permissions=PermissionMode.ASK, tools=("Bash(git log:*)",))
    assert made.feed(wants("Bash")).outgoing == b""
    made.control(answer(decision=Decision.ALWAYS))
    assert b'"allow"' in made.feed(wants("Bash", "q2")).outgoing


def test_a_question_is_put_to_a_person_and_answered_in_words() -> None:
    made = opened(permissions=PermissionMode.ASK)
    questions = [{"question": "Which?", "options": [{"label": "A"}, {"label": "B"}]}]
    (asked,) = made.feed(wants("AskUserQuestion", questions=questions)).events
    assert (asked.kind, asked.text) == (Kind.QUESTION, "Which?")
    assert asked.data is not None
    assert asked.data["options"] == ["A", "B"]
    assert asked.said == "Which? (A, B)"
    response = said(made.control(answer(text="B")).outgoing)[0]["response"]["response"]
    assert response["updatedInput"] == {"questions": questions, "answers": {"Which?": "B"}}


def test_each_of_several_questions_has_its_own_answers_in_its_line() -> None:
    made = opened(permissions=PermissionMode.ASK)
    questions = [
        {"question": "Which?", "options": [{"label": "A"}, {"label": "B"}]},
        {"question": "Why?", "options": []},
        {"question": "When?", "options": [{"label": "now"}]},
    ]
    (asked,) = made.feed(wants("AskUserQuestion", questions=questions)).events
    assert asked.said.split("\n") == ["Which? (A, B)", "Why?", "When? (now)"]


def test_what_is_withdrawn_is_answered_and_cannot_be_answered_again() -> None:
    made = opened(permissions=PermissionMode.ASK)
    made.feed(wants("Bash"))
    assert kinds(made.feed(line(type="control_cancel_request", request_id="q")).events) == [Kind.ANSWERED]
    reaction = made.control(answer(decision=Decision.ALLOW))
    assert (states(reaction.events), reaction.outgoing) == ([("a", "refused")], b"")


def test_a_request_that_nobody_can_answer_does_not_wait_for_ever() -> None:
    reaction = opened().feed(line(type="control_request", request_id="h", request={"subtype": "hook_callback"}))
    assert kinds(reaction.events) == [Kind.RAW]
    assert said(reaction.outgoing)[0]["response"]["subtype"] == "error"


# --- steering


def steer(kind: SteerKind, text: str = "", steer_id: str = "p") -> Steer:
    return Steer(id=steer_id, kind=kind, text=text)


def replay(outgoing: bytes) -> bytes:
    (message,) = said(outgoing)
    return line(**message, isReplay=True, session_id="s-1")


def test_what_is_said_now_is_sent_at_once_and_taken_when_it_is_said_again() -> None:
    made = opened()
    made.feed(INIT)
    reaction = made.control(steer(SteerKind.STEER, "BANANA"))
    assert states(reaction.events) == [("p", "sent")]
    assert said(reaction.outgoing)[0]["message"]["content"][0]["text"] == "BANANA"
    assert states(made.feed(replay(reaction.outgoing)).events) == [("p", "taken")]
    assert made.feed(line(**DONE)).done


@pytest.mark.parametrize("kind", [SteerKind.STEER, SteerKind.MESSAGE, SteerKind.INTERRUPT])
def test_what_begins_like_a_command_is_sent_as_words(kind: SteerKind) -> None:
    made = opened()
    made.feed(INIT)
    sent = made.control(steer(kind, "/clear")).outgoing + made.feed(line(**DONE)).outgoing
    (words,) = [each["message"]["content"][0]["text"] for each in said(sent) if each["type"] == "user"]
    assert words == f"{BEFORE}/clear"
    # An older version says it again without the name under which it was sent.
    told = made.feed(line(type="user", message={"content": words}, isReplay=True, session_id="s-1")).events
    assert states(told) == [("p", "taken")]


def test_a_prompt_that_begins_like_a_command_is_sent_as_words() -> None:
    (message,) = said(session(spec(), Briefing(prompt="/cost")).open().stdin or b"")
    assert message["message"]["content"][0]["text"] == f"{BEFORE}/cost"


def test_the_work_is_not_over_while_something_sent_is_not_taken() -> None:
    made = opened()
    made.feed(INIT)
    sent = made.control(steer(SteerKind.STEER, "BANANA")).outgoing
    assert not made.feed(line(**DONE)).done
    made.feed(INIT + replay(sent))
    assert made.feed(line(**{**DONE, "result": "banana"})).done
    assert made.finish(0, None).answer == b"banana"


def test_what_never_begins_is_not_waited_for_for_ever() -> None:
    made = opened()
    made.feed(INIT)
    made.control(steer(SteerKind.STEER, "BANANA"))
    made.feed(line(**DONE))
    assert not made.tick(100.0).done
    assert not made.tick(100.0 + PATIENCE_S).done
    assert made.tick(101.0 + PATIENCE_S).done


def test_a_message_waits_for_the_next_turn() -> None:
    made = opened()
    made.feed(INIT)
    reaction = made.control(steer(SteerKind.MESSAGE, "then this"))
    assert (states(reaction.events), reaction.outgoing) == ([("p", "queued")], b"")
    over = made.feed(line(**DONE))
    assert (states(over.events), over.done) == ([("p", "sent")], False)
    assert states(made.feed(INIT + replay(over.outgoing)).events) == [("p", "taken")]
    assert made.feed(line(**DONE)).done


def test_a_turn_that_begins_and_is_cut_is_lost_whatever_came_before() -> None:
    made = opened()
    made.feed(INIT)
    made.control(steer(SteerKind.MESSAGE, "then this"))
    made.feed(line(**DONE))
    made.feed(INIT)
    finish = made.finish(0, None)
    assert (finish.program_error, finish.answer_seen) == ("the stream ended without a result", False)


def test_an_interrupt_ends_the_turn_and_the_words_of_it_begin_the_next() -> None:
    made = opened()
    made.feed(INIT)
    reaction = made.control(steer(SteerKind.INTERRUPT, "do this instead"))
    (request,) = said(reaction.outgoing)
    assert request["request"] == {"subtype": "interrupt"}
    made.feed(line(type="control_response", response={"subtype": "success", "request_id": request["request_id"]}))
    over = made.feed(line(**{**DONE, "is_error": True, "terminal_reason": "aborted_tools"}))
    assert not over.done
    assert states(made.feed(INIT + replay(over.outgoing)).events) == [("p", "taken")]
    assert made.feed(line(**DONE)).done
    assert made.finish(0, None).program_error is None


def test_an_interrupt_without_words_ends_the_work() -> None:
    made = opened()
    made.feed(INIT)
    made.control(steer(SteerKind.INTERRUPT))
    response = line(type="control_response", response={"subtype": "success", "request_id": "p"})
    assert states(made.feed(response).events) == [("p", "taken")]
    assert made.feed(line(**{**DONE, "is_error": True, "terminal_reason": "aborted_streaming"})).done
    assert made.finish(1, None).program_error == "its turn was interrupted"


def test_nothing_is_sent_when_the_work_is_over() -> None:
    made = opened()
    made.feed(INIT + line(**DONE))
    reaction = made.control(steer(SteerKind.STEER, "too late"))
    assert (states(reaction.events), reaction.outgoing) == ([("p", "refused")], b"")


def test_a_stop_interrupts_and_the_stdin_ends_with_the_turn() -> None:
    made = opened()
    made.feed(INIT)
    reaction = made.interrupt(STOP)
    assert said(reaction.outgoing)[0]["request"] == {"subtype": "interrupt"}
    assert not reaction.done
    assert made.feed(line(**{**DONE, "is_error": True, "terminal_reason": "aborted_streaming"})).done


# --- details


def test_a_sub_agent_is_told_as_one() -> None:
    use = {"id": "m", "content": [{"type": "tool_use", "id": "t2", "name": "Read", "input": {"file_path": "a"}}]}
    result = {"content": [{"type": "tool_result", "tool_use_id": "t2", "content": "x"}]}
    made = opened()
    events: list[AgentEvent] = [
        *made.feed(line(type="assistant", message=use, parent_tool_use_id="task-1")).events,
        *made.feed(line(type="user", message=result, parent_tool_use_id="task-1")).events,
    ]
    assert [(event.kind, event.parent) for event in events] == [
        (Kind.TOOL_START, "task-1"),
        (Kind.TOOL_END, "task-1"),
    ]


def test_compaction_and_retries_are_told() -> None:
    made = opened()
    compact = line(type="system", subtype="compact_boundary", compact_metadata={"trigger": "auto", "pre_tokens": 9})
    retry = line(type="system", subtype="api_retry", attempt=2, retry_delay_ms=500, error_status=429, error="rate")
    events = [*made.feed(compact).events, *made.feed(retry).events]
    assert [(event.kind, event.text) for event in events] == [
        (Kind.COMPACTION, "auto, 9 tokens before"),
        (Kind.RETRY, "rate (HTTP 429)"),
    ]
    assert events[1].data == {"attempt": 2, "delay_ms": 500, "most": None}


def test_long_arguments_and_results_are_told_head_and_tail() -> None:
    use = {"id": "m", "content": [{"type": "tool_use", "id": "t", "name": "Write", "input": {"content": "y" * 90_000}}]}
    result = {"content": [{"type": "tool_result", "tool_use_id": "t", "content": "x" * 90_000}]}
    made = opened()
    (start,) = made.feed(line(type="assistant", message=use)).events
    (end,) = made.feed(line(type="user", message=result)).events
    assert len(msgspec.json.encode(start)) < 20_000
    assert "bytes left out" in json.dumps(start.data)
    assert len(end.text) < 17_000
    assert "bytes left out" in end.text
