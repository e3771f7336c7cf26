"""The pi adapter: what it starts, what it understands (old versions too), what it sends; no failure is a success."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.agents.lines import LONGEST_LINE
from crew_core.agents.pi import session
from crew_core.agents.pi.session import PiSession
from crew_core.agents.protocol import Briefing, Launch, Place
from crew_core.agents.quiet import PATIENCE_S
from crew_core.model.attempt import AttemptSpec, SessionRef, StopRequest
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import Access, PermissionMode, StopCode, StopVerb
from crew_core.model.steering import Decision, Steer, SteerKind
from crew_core.model.transcript import Kind
from tests.agents import recorded
from tests.agents.recorded import BRIEFING, Stream, check_golden, fed, lines, streams
from tests.agents.said_and_told import after, kinds, line, said, states
from tests.agents.strange_lines import damage, damaged, junk, of_any_shape, with_junk

STREAMS = streams("pi")
STOP = StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED)

#: The recorded runs that ended with an answer; every other one failed.
COMPLETED = frozenset(
    {
        *("0.74-bash", "old-bash", "json-bash", "json-err500", "rpc-abort", "rpc-basic", "rpc-perm", "rpc-promptbusy"),
        *("own-ask", "own-redirect", "own-steer", "own-think"),
    }
)

#: Lines that say nothing which another line does not say, by type, or by kind of their piece or role.
SILENT = frozenset(
    {
        *("agent_start", "turn_start", "message_start", "agent_settled", "agent_end", "queue_update"),
        *("entry_appended", "response"),
        *("text_start", "thinking_start", "toolcall_start", "toolcall_delta", "toolcall_end"),
        *("text_end", "thinking_end"),
        *("system", "user", "toolResult"),
    }
)


def spec(**fields: Any) -> AttemptSpec:
    return recorded.spec("pi", **fields)


def opened(**fields: Any) -> PiSession:
    made = session(spec(**fields), BRIEFING)
    made.open()
    return made


def listening() -> PiSession:
    """A session whose questions nobody has answered yet."""
    return opened(permissions=PermissionMode.ASK)


def launched(**fields: Any) -> Launch:
    return session(spec(**fields), BRIEFING).open()


STATE = line(id="crew-state", type="response", success=True, data={"sessionId": "s-1", "model": {"id": "m"}})
STARTED = line(type="agent_start")
SETTLED = line(type="agent_end", messages=[], willRetry=False) + line(type="agent_settled")


def message(stop: str = "stop", text: str = "yes", **fields: Any) -> bytes:
    content = [{"type": "text", "text": text}] if text else []
    whole = {"role": "assistant", "content": content, "stopReason": stop, "model": "m", **fields}
    return line(type="message_start", message={"role": "assistant"}) + line(type="message_end", message=whole)


def user(text: str) -> bytes:
    return line(type="message_start", message={"role": "user", "content": [{"type": "text", "text": text}]})


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
        if found["type"] == "message_update":
            return found["assistantMessageEvent"]["type"] in SILENT
        if found["type"] == "message_end":
            role = found["message"]["role"]
            # Its text came in pieces, and a message that failed used nothing.
            return role in SILENT or (role == "assistant" and not found["message"]["usage"]["output"])
        if found["type"] == "tool_execution_update":
            return not found["partialResult"]["content"]
        if found["type"] == "auto_retry_end":
            return bool(found["success"])
        return found["type"] in SILENT

    assert recorded.silent_lines(listening(), stream.data, known) == []


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_all_text_is_told_once(stream: Stream) -> None:
    events, _ = fed(opened(), [stream.data], stream.ending)
    ends = [each["message"] for each in map(json.loads, lines(stream.data)) if each["type"] == "message_end"]
    texts = [
        "".join(block["text"] for block in each["content"] if block["type"] == "text")
        for each in ends
        if each["role"] == "assistant"
    ]
    told: dict[str, str] = {}
    for event in events:
        if event.kind is Kind.TEXT:
            told[event.id] = told.get(event.id, "") + event.text
    assert list(told.values())[: len([text for text in texts if text])] == [text for text in texts if text]


@pytest.mark.parametrize("name", ["old-bash", "0.74-bash"])
def test_a_version_that_never_says_that_it_has_settled_is_done_at_its_end(name: str) -> None:
    assert opened().feed(Stream("pi", name).data).done


CUT = Stream("pi", "own-ask").data
WHOLE = fed(listening(), [CUT], (0, None))


@given(st.lists(st.integers(0, 1 << 30), max_size=40))
def test_any_cutting_gives_the_same_events(places: list[int]) -> None:
    assert fed(listening(), recorded.cut(CUT, places), (0, None)) == WHOLE


@given(st.integers(0, len(CUT)))
def test_a_cut_stream_is_no_success_and_loses_no_complete_line(end: int) -> None:
    made = listening()
    events = made.feed(CUT[:end]).events
    assert list(events) == WHOLE[0][: len(events)]
    finish = made.finish(0, None)
    over = b'{"type":"agent_end"' in CUT[:end]
    assert over or finish.program_error is not None
    assert over or not finish.answer_seen


@given(junk)
def test_what_nobody_understands_is_told_raw_and_hides_nothing(strange: list[tuple[int, bytes]]) -> None:
    events, _ = fed(listening(), [with_junk(CUT, strange)], (0, None))
    assert len([event for event in events if event.kind is Kind.RAW]) == len(strange)
    assert [event for event in events if event.kind is not Kind.RAW] == WHOLE[0]


@given(damage)
def test_damaged_bytes_are_borne(bytes_instead: list[tuple[int, int]]) -> None:
    events, _ = fed(opened(), [damaged(CUT, bytes_instead)], (0, None))
    msgspec.json.encode(events)


WORDS = (
    *("type", "message", "role", "assistant", "user", "content", "text", "message_end"),
    *("message_update", "response", "tool_execution_start", "tool_execution_update"),
    *("tool_execution_end", "toolCallId", "args", "partialResult", "assistantMessageEvent"),
    *("text_delta", "text_end", "delta", "contentIndex", "usage", "cost", "agent_end", "id"),
    *("extension_ui_request", "method", "input", "title", "crew-permission", "placeholder"),
    *("success", "crew-state"),
)


@given(of_any_shape(*WORDS))
@settings(max_examples=200)
def test_lines_of_any_shape_are_borne(data: bytes) -> None:
    events, _ = fed(opened(), [data], (0, None))
    msgspec.json.encode(events)


def test_a_line_of_8_mb_is_told_and_so_is_what_follows_it() -> None:
    text = "long " * 1_600_000
    events, finish = fed(opened(), [STATE, STARTED, message(text=text), SETTLED], (0, None))
    assert kinds(events) == [Kind.SESSION, Kind.TEXT]
    assert events[1].text == text
    assert finish.answer_bytes == len(text)


def test_a_line_that_is_too_long_is_raw_and_the_next_one_is_read() -> None:
    events, finish = fed(opened(), [b"x" * (LONGEST_LINE + 2), b"\n", STATE + STARTED + message() + SETTLED], (0, None))
    assert kinds(events) == [Kind.RAW, Kind.SESSION, Kind.TEXT]
    assert finish.answer == b"yes"


def test_what_a_tool_prints_is_told_once() -> None:
    made = opened()
    made.feed(line(type="tool_execution_start", toolCallId="c", toolName="bash", args={"command": "x"}))

    def printed(text: str) -> list[str]:
        result = {"content": [{"type": "text", "text": text}]}
        events = made.feed(line(type="tool_execution_update", toolCallId="c", partialResult=result)).events
        return [event.text for event in events]

    assert printed("one\n") == ["one\n"]
    assert printed("one\n") == []
    assert printed("one\ntwo\n") == ["two\n"]
    assert printed("two\nthree\n") == ["two\nthree\n"]
    long = "".join(f"line {n}\n" for n in range(100))
    assert printed(long) == [long]
    assert printed(long[300:] + "more\n") == ["more\n"]


# --- failures


@pytest.mark.parametrize("stop", ["error", "aborted", "length", "toolUse", "pending", "deferred", ""])
def test_a_last_message_that_is_no_answer_is_a_failure(stop: str) -> None:
    events, finish = fed(opened(), [STATE, STARTED, message(stop, "half"), SETTLED], (0, None))
    assert finish.program_error
    assert not finish.answer_seen
    assert kinds(events)[-1] is Kind.ERROR


def test_an_error_that_is_tried_again_is_none() -> None:
    retry = line(type="auto_retry_start", attempt=1, maxAttempts=3, delayMs=2000, errorMessage="429")
    failed = message("error", "", errorMessage="429") + line(type="agent_end", willRetry=True)
    events, finish = fed(opened(), [STATE, STARTED, failed, retry, STARTED, message(), SETTLED], (0, None))
    assert kinds(events) == [Kind.SESSION, Kind.RETRY, Kind.TEXT]
    assert events[1].data == {"attempt": 1, "delay_ms": 2000, "most": 3}
    assert finish.program_error is None


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_answer_without_words_is_none(text: str) -> None:
    _, finish = fed(opened(), [STATE, STARTED, message(text=text), SETTLED], (0, None))
    assert (finish.program_error, finish.answer, finish.answer_seen) == (None, b"", False)


def test_a_refused_prompt_is_a_failure_and_the_end() -> None:
    made = opened()
    made.feed(STATE)
    assert made.feed(line(id="crew-prompt", type="response", command="prompt", success=False, error="no key")).done
    assert made.finish(0, None).program_error == "the prompt was refused: no key"


def test_an_old_version_that_failed_may_try_again_and_is_done_when_it_stays_silent() -> None:
    made = opened()
    made.feed(STATE + STARTED + message("error", "", errorMessage="400") + line(type="agent_end", messages=[]))
    assert not made.tick(10.0).done
    assert not made.tick(12.0).done
    reaction = made.tick(13.5)
    assert reaction.done
    assert kinds(reaction.events) == [Kind.ERROR]
    assert made.finish(0, None).program_error == "the model failed: 400"


# --- sessions


def test_the_prompt_is_told_only_when_the_session_is_known() -> None:
    launch = launched()
    assert launch.stdin is not None
    assert said(launch.stdin) == [{"id": "crew-state", "type": "get_state"}]
    reaction = opened().feed(STATE)
    (command,) = said(reaction.outgoing)
    assert (command["type"], command["message"]) == ("prompt", "do it")
    (event,) = reaction.events
    assert (event.kind, event.id, event.data) == (Kind.SESSION, "s-1", {"cwd": "/repo", "model": "m"})


def test_the_wrong_session_is_told_nothing() -> None:
    made = opened(resume=SessionRef("pi", "s-2", "/repo"))
    reaction = made.feed(STATE)
    assert (reaction.outgoing, reaction.done) == (b"", True)
    assert made.finish(0, None).program_error == "session s-2 was asked for, and s-1 came"


def test_a_session_that_is_not_found_is_a_failure_although_pi_ends_well() -> None:
    made = opened(resume=SessionRef("pi", "s-2", "/repo"))
    made.feed(b"Session found in different project: /else. Fork it? [y/N] ")
    assert made.finish(0, None).program_error == "session s-2 was asked for, and none came"


def test_the_session_that_was_asked_for_is_gone_on_with() -> None:
    made = opened(resume=SessionRef("pi", "s-1", "/repo"))
    assert b"do it" in made.feed(STATE).outgoing


# --- what it starts


def test_the_prompt_is_in_no_argument() -> None:
    launch = session(spec(), Briefing(system="secret system", prompt="secret prompt")).open()
    assert not any("secret" in part for part in launch.argv)
    assert launch.files["pi-system.md"] == b"secret system"
    assert after("--append-system-prompt", launch.argv) == "{files}/pi-system.md"
    assert not launch.close_stdin


def test_it_has_a_state_directory_of_the_run_and_no_login_in_it() -> None:
    launch = launched(state_dir="/run/pi")
    assert launch.own_state
    assert launch.env["PI_CODING_AGENT_DIR"] == "/run/pi"
    assert "auth.json" not in launch.state_copies
    assert launch.state_copies["models.json"] == Place("models.json", "~/.pi/agent", "PI_CODING_AGENT_DIR")
    assert launch.keys is not None
    assert {"OPENAI_API_KEY", "ANTHROPIC_API_KEY"} <= set(launch.keys)


def test_a_shared_login_is_the_persons_own_directory() -> None:
    launch = launched(state_dir="/run/pi", settings=ProgramSettings(share_login=True))
    assert not launch.own_state
    assert "PI_CODING_AGENT_DIR" not in launch.env


def test_a_person_may_replace_the_program_and_add_arguments() -> None:
    launch = launched(settings=ProgramSettings(command=("node", "pi.js"), args=("--verbose",)))
    assert launch.argv[:2] == ("node", "pi.js")
    assert launch.argv[-1] == "--verbose"


@pytest.mark.parametrize(
    ("wanted", "level", "told"),
    [
        ("high", "off", ["pi's model takes no thinking level high: it is off"]),
        ("xhigh", "high", ["pi's model takes no thinking level xhigh: it is high"]),
        ("high", "high", []),
        ("high", None, []),
        (None, "medium", []),
    ],
)
def test_a_thinking_level_that_its_model_does_not_take_is_told(
    wanted: str | None, level: str | None, told: list[str]
) -> None:
    made = session(spec(thinking=wanted), BRIEFING)
    made.open()
    state = line(id="crew-state", type="response", success=True, data={"sessionId": "s-1", "thinkingLevel": level})
    events = made.feed(state).events
    assert [event.text for event in events if event.kind is Kind.NOTICE] == told


def test_model_thinking_and_session_are_told() -> None:
    argv = launched(model="openai/gpt-x", thinking="high", resume=SessionRef("pi", "s-1", "/repo")).argv
    assert [after(option, argv) for option in ("--model", "--thinking", "--session")] == ["openai/gpt-x", "high", "s-1"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((), "read,grep,find,ls"),
        (("Read", "Write", "Edit", "Bash", "bash(git log:*)", "glob"), "read,find"),
    ],
)
def test_an_agent_that_reads_has_no_tool_that_writes(asked: tuple[str, ...], told: str) -> None:
    assert after("--tools", launched(access=Access.READ, tools=asked).argv) == told


def test_an_agent_that_reads_and_names_only_tools_that_write_has_none() -> None:
    argv = launched(access=Access.READ, tools=("write",)).argv
    assert "--no-tools" in argv
    assert "--tools" not in argv


def test_the_tools_of_the_agent_are_told_by_the_programs_names() -> None:
    assert after("--tools", launched(tools=("Read", "MultiEdit", "my_tool")).argv) == "read,edit,my_tool"
    assert "--tools" not in launched().argv


def test_it_asks_for_permission_only_where_a_person_decides() -> None:
    launch = launched(permissions=PermissionMode.ASK)
    assert after("--extension", launch.argv) == "{files}/pi-permissions.ts"
    assert b'"tool_call"' in launch.files["pi-permissions.ts"]
    assert "--extension" not in launched().argv


# --- permissions and questions


def wants(tool: str, request_id: str = "q", method: str = "input", **args: Any) -> bytes:
    wanted = json.dumps({"tool": tool, "id": "call-1", "input": args})
    about = {"message": wanted} if method == "confirm" else {"placeholder": wanted}
    return line(type="extension_ui_request", id=request_id, method=method, title="crew-permission", **about)


def answer(asked: str = "q", **fields: Any) -> Steer:
    return Steer(**({"id": "a", "kind": SteerKind.ANSWER, "asked": asked} | fields))


@pytest.mark.parametrize(
    ("fields", "tool", "value"),
    [
        ({}, "bash", "allowed"),
        ({"access": Access.READ}, "read", "allowed"),
        ({"access": Access.READ}, "bash", "refused: bash is not allowed here: this task may read and change nothing"),
        ({"permissions": PermissionMode.ASK}, "ls", "allowed"),
        ({"permissions": PermissionMode.ASK}, "bash", None),
    ],
)
def test_who_decides(fields: dict[str, Any], tool: str, value: str | None) -> None:
    reaction = opened(**fields).feed(wants(tool, command="x"))
    if value is None:
        assert (kinds(reaction.events), reaction.outgoing) == ([Kind.PERMISSION], b"")
        return
    assert kinds(reaction.events) == [Kind.PERMISSION, Kind.ANSWERED]
    assert said(reaction.outgoing) == [{"type": "extension_ui_response", "id": "q", "value": value}]


def test_a_person_allows_and_the_tool_that_ends_shows_that_it_was_taken() -> None:
    made = listening()
    (asked,) = made.feed(wants("bash", command="ls -l")).events
    assert (asked.id, asked.tool, asked.text) == ("q", "bash", "ls -l")
    reaction = made.control(answer(decision=Decision.ALLOW))
    assert said(reaction.outgoing)[0]["value"] == "allowed"
    assert states(reaction.events) == [("a", "sent")]
    ended = line(type="tool_execution_end", toolCallId="call-1", toolName="bash", result={}, isError=False)
    assert states(made.feed(ended).events) == [("a", "taken")]


def test_a_refusal_is_no_word_that_allows() -> None:
    made = listening()
    made.feed(wants("bash"))
    assert said(made.control(answer(decision=Decision.DENY, text="allowed")).outgoing)[0]["value"] == "refused: allowed"


def test_words_alone_allow_nothing() -> None:
    made = listening()
    made.feed(wants("bash"))
    assert said(made.control(answer(text="hm")).outgoing)[0]["value"] == "refused: hm"


def test_always_holds_for_the_same_tool() -> None:
    made = listening()
    made.feed(wants("bash"))
    made.control(answer(decision=Decision.ALWAYS))
    assert said(made.feed(wants("bash", "q2")).outgoing)[0]["value"] == "allowed"
    assert made.feed(wants("write", "q3")).outgoing == b""


def test_a_dialog_of_a_persons_own_extension_is_a_question() -> None:
    choice = line(type="extension_ui_request", id="d", method="select", title="Which?", options=["A", "B"])
    made = listening()
    (asked,) = made.feed(choice).events
    assert (asked.kind, asked.text, asked.data) == (Kind.QUESTION, "Which?", {"options": ["A", "B"]})
    reaction = made.control(answer("d", text="B"))
    assert said(reaction.outgoing) == [{"type": "extension_ui_response", "id": "d", "value": "B"}]
    assert states(reaction.events)[-1] == ("a", "taken")


@pytest.mark.parametrize(("text", "confirmed"), [("allow", True), (" Allow\n", True), ("deny", False), ("yes", False)])
def test_a_confirmation_of_a_persons_own_extension_is_decided_by_words(text: str, confirmed: bool) -> None:
    made = listening()
    made.feed(line(type="extension_ui_request", id="d", method="confirm", title="Sure?", message=""))
    reaction = made.control(answer("d", text=text))
    assert said(reaction.outgoing) == [{"type": "extension_ui_response", "id": "d", "confirmed": confirmed}]


def test_where_nobody_is_asked_a_dialog_does_not_wait() -> None:
    reaction = opened().feed(line(type="extension_ui_request", id="d", method="confirm", title="Sure?", message=""))
    assert kinds(reaction.events) == [Kind.QUESTION, Kind.ANSWERED]
    assert said(reaction.outgoing) == [{"type": "extension_ui_response", "id": "d", "cancelled": True}]


def test_what_is_not_asked_cannot_be_answered() -> None:
    reaction = opened().control(answer("nothing", decision=Decision.ALLOW))
    assert (states(reaction.events), reaction.outgoing) == ([("a", "refused")], b"")


# --- steering


def steer(kind: SteerKind, text: str = "", steer_id: str = "p") -> Steer:
    return Steer(id=steer_id, kind=kind, text=text)


def working(**fields: Any) -> PiSession:
    made = opened(**fields)
    made.feed(STATE + STARTED + user("do it"))
    return made


def accepted(command_id: str, command: str = "prompt", **fields: Any) -> bytes:
    return line(**({"id": command_id, "type": "response", "command": command, "success": True} | fields))


@pytest.mark.parametrize(
    ("kind", "behavior"), [(SteerKind.STEER, "steer"), (SteerKind.MESSAGE, "followUp")], ids=["now", "next turn"]
)
def test_what_pi_has_in_its_queue_is_not_taken_yet(kind: SteerKind, behavior: str) -> None:
    made = working()
    reaction = made.control(steer(kind, "BANANA"))
    command = {"id": "p", "type": "prompt", "message": "BANANA", "streamingBehavior": behavior}
    assert said(reaction.outgoing) == [command]
    assert states(reaction.events) == [("p", "sent")]
    assert states(made.feed(accepted("p")).events) == []
    assert states(made.feed(user("BANANA")).events) == [("p", "taken")]
    assert made.feed(message() + SETTLED).done


def test_what_pi_refuses_is_refused_in_its_words() -> None:
    made = working()
    made.control(steer(SteerKind.STEER, "BANANA"))
    (event,) = made.feed(accepted("p", success=False, error="no")).events
    assert (states([event]), event.text) == ([("p", "refused")], "no")


def test_the_work_is_not_over_while_something_sent_is_not_taken() -> None:
    made = working()
    made.control(steer(SteerKind.STEER, "BANANA"))
    assert not made.feed(message() + SETTLED).done
    assert not made.feed(accepted("p") + STARTED + user("BANANA")).done
    assert made.feed(message(text="banana") + SETTLED).done
    assert made.finish(0, None).answer == b"banana"


def test_what_never_begins_is_not_waited_for_for_ever() -> None:
    made = working()
    made.control(steer(SteerKind.STEER, "BANANA"))
    made.feed(message() + SETTLED)
    assert not made.tick(100.0).done
    assert made.tick(101.0 + PATIENCE_S).done


def test_an_interrupt_first_gives_up_what_is_asked() -> None:
    made = listening()
    made.feed(STATE + STARTED + user("do it") + wants("bash"))
    reaction = made.control(steer(SteerKind.INTERRUPT))
    assert [command["type"] for command in said(reaction.outgoing)] == ["extension_ui_response", "abort"]
    assert said(reaction.outgoing)[0]["cancelled"] is True
    assert kinds(reaction.events) == [Kind.ANSWERED, Kind.DELIVERY]


def test_an_interrupt_without_words_ends_the_work() -> None:
    made = working()
    made.control(steer(SteerKind.INTERRUPT))
    reaction = made.feed(message("aborted", "half", errorMessage="Request was aborted") + SETTLED)
    assert reaction.done
    assert states(made.feed(accepted("p", "abort")).events) == [("p", "taken")]
    finish = made.finish(0, None)
    assert (finish.program_error, finish.answer_seen) == ("its turn was interrupted", False)


def test_the_words_of_an_interrupt_follow_when_the_agent_is_idle() -> None:
    made = working()
    made.control(steer(SteerKind.INTERRUPT, "do this instead"))
    assert not made.feed(message("error", "", errorMessage="This operation was aborted") + SETTLED).done
    reaction = made.feed(accepted("p", "abort"))
    assert said(reaction.outgoing)[0]["message"] == "do this instead"
    assert states(made.feed(accepted("p") + STARTED + user("do this instead")).events) == [("p", "taken")]
    assert made.feed(message() + SETTLED).done
    assert made.finish(0, None).program_error is None


def test_nothing_is_sent_when_the_work_is_over() -> None:
    made = working()
    made.feed(message() + SETTLED)
    reaction = made.control(steer(SteerKind.STEER, "too late"))
    assert (states(reaction.events), reaction.outgoing) == ([("p", "refused")], b"")


def test_a_stop_aborts_and_leaves_stdin_open_until_pi_has_settled() -> None:
    made = listening()
    made.feed(STATE + STARTED + user("do it") + wants("bash"))
    reaction = made.interrupt(STOP)
    assert [command["type"] for command in said(reaction.outgoing)] == ["extension_ui_response", "abort"]
    assert not reaction.close_stdin
    assert not reaction.done
    assert made.feed(message("aborted", "half") + SETTLED).done


def test_a_stop_before_the_prompt_ends_it_at_once() -> None:
    assert opened().interrupt(STOP).done


# --- use


def test_use_is_added_up_and_a_message_that_failed_used_nothing_known() -> None:
    usage = {"input": 10, "output": 5, "cacheRead": 2, "cacheWrite": 0, "reasoning": 1, "cost": {"total": 0.25}}
    nothing = {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "cost": {"total": 0}}
    data = [message(usage=usage), message("error", "", usage=nothing), message(usage=usage), SETTLED]
    events, finish = fed(opened(), data, (0, None))
    assert len([event for event in events if event.kind is Kind.USAGE]) == 2
    assert finish.usage is not None
    total = finish.usage
    assert (total.input, total.output, total.reasoning, total.cache_read, total.cost) == (20, 10, 2, 4, 0.5)
    assert fed(opened(), [message("error", "", usage=nothing), SETTLED], (0, None))[1].usage is None


def test_compaction_is_told_with_what_it_used() -> None:
    result = {"summary": "short", "tokensBefore": 9, "usage": {"input": 3, "output": 1}}
    events = opened().feed(line(type="compaction_end", reason="threshold", result=result)).events
    assert [(event.kind, event.text) for event in events] == [
        (Kind.COMPACTION, "threshold, 9 tokens before"),
        (Kind.USAGE, ""),
    ]
