"""The adapters of the Agent Client Protocol: gemini, opencode and any other by name."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.agents.acp import named
from crew_core.agents.as_words import BEFORE
from crew_core.agents.protocol import Briefing, Launch, Place
from crew_core.agents.registry import abilities, open_session
from crew_core.model.attempt import SessionRef, StopRequest
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import Access, PermissionMode, StopCode, StopVerb
from crew_core.model.steering import Decision, Steer, SteerKind
from crew_core.model.transcript import Kind
from crew_core.model.usage import Usage
from tests.agents import recorded
from tests.agents.dialogue import Dialogue, Move, Recorded, golden, recorded_lines, spoiled
from tests.agents.recorded import BRIEFING

STOP = StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED)

MORE = Steer("s1", SteerKind.MESSAGE, "and then?")
INSTEAD_LATER = Steer("s5", SteerKind.MESSAGE, "and that?")
SOONER = Steer("s2", SteerKind.STEER, "not that way")
BREAK = Steer("s3", SteerKind.INTERRUPT)
INSTEAD = Steer("s4", SteerKind.INTERRUPT, "do this instead")
YES = Steer("yes", SteerKind.ANSWER, decision=Decision.ALLOW)
NO = Steer("no", SteerKind.ANSWER, decision=Decision.DENY)

ASK: dict[str, Any] = {"permissions": PermissionMode.ASK}
ANY = ProgramSettings(command=("some-agent",))


def acp(
    program: str, moves: tuple[Move, ...] = (), places: tuple[int, ...] = (), told: Briefing = BRIEFING, **fields: Any
) -> Dialogue:
    if program == "acp:any":
        fields = {"settings": ANY} | fields
    return Dialogue(open_session(recorded.spec(program, **fields), told), moves, places)


MODES = {"availableModes": [{"id": "default"}, {"id": "plan"}], "currentModeId": "default"}


def opened(program: str = "acp:any", *, session: dict[str, Any] | None = None, **fields: Any) -> Dialogue:
    """Its session has begun, and nothing was changed in it yet. ``before`` is what its record holds by then."""
    steering = {"_meta": {"steering": {"supported": True}}} if fields.pop("steering", False) else {}
    can = fields.pop("can", {})
    before: list[bytes] = fields.pop("before", [])
    dialogue = acp(program, **fields)
    dialogue.record += before
    agent = {"agentInfo": {"version": "3"}, "agentCapabilities": can} | steering
    dialogue.reply("initialize", {"protocolVersion": 1} | agent)
    return dialogue.reply("session/new", {"sessionId": "s", "modes": MODES} | (session or {}))


def at_work(program: str = "acp:any", **fields: Any) -> Dialogue:
    """In its first turn."""
    dialogue = opened(program, **fields).reply("session/set_mode")
    assert methods(dialogue)[-1] == "session/prompt"
    return dialogue


def update(dialogue: Dialogue, what: str, /, **fields: Any) -> Dialogue:
    return dialogue.notice("session/update", sessionId="s", update={"sessionUpdate": what} | fields)


def says(dialogue: Dialogue, text: str = "done", **fields: Any) -> Dialogue:
    return update(dialogue, "agent_message_chunk", content={"type": "text", "text": text}, **fields)


def turn_ends(dialogue: Dialogue, reason: str = "end_turn", **fields: Any) -> Dialogue:
    return dialogue.reply("session/prompt", {"stopReason": reason} | fields)


OPTIONS = [
    {"optionId": "a", "name": "Always", "kind": "allow_always"},
    {"optionId": "o", "name": "Once", "kind": "allow_once"},
    {"optionId": "r", "name": "No", "kind": "reject_once"},
]


def ask(dialogue: Dialogue, number: int = 0, kind: str = "edit", options: Any = OPTIONS, call_id: str = "") -> Dialogue:
    call = {"toolCallId": call_id or f"c{number}", "title": "touch x", "kind": kind, "status": "pending"}
    params = {"sessionId": "s", "toolCall": call, "options": options}
    return dialogue.say({"method": "session/request_permission", "id": number, "params": params})


def methods(dialogue: Dialogue) -> list[str]:
    return [sent["method"] for sent in dialogue.sent if "method" in sent]


def params(dialogue: Dialogue, method: str) -> dict[str, Any]:
    return next(sent["params"] for sent in reversed(dialogue.sent) if sent.get("method") == method)


def texts(dialogue: Dialogue) -> list[str]:
    """What the last prompt said."""
    return [block["text"] for block in params(dialogue, "session/prompt")["prompt"]]


def notices(dialogue: Dialogue) -> str:
    return "\n".join(event.text for event in dialogue.of_kind(Kind.NOTICE))


def outcome(dialogue: Dialogue, number: int) -> dict[str, Any]:
    return next(s["result"]["outcome"] for s in dialogue.sent if s.get("id") == number and "result" in s)


# Recorded streams.


def goes_on_with(program: str, session: str) -> dict[str, Any]:
    return {"resume": SessionRef(program=program, id=session, cwd="/repo", prompt_hash="")}


STREAMS: dict[str, tuple[str, tuple[Move, ...], dict[str, Any]]] = {
    "gemini-plain": ("gemini", ((Kind.TEXT, MORE),), {}),
    "gemini-bash": ("gemini", (), {}),
    "gemini-fs": ("gemini", ((Kind.PERMISSION, YES),), ASK),
    "gemini-cancelperm": ("gemini", ((Kind.PERMISSION, BREAK),), ASK),
    "gemini-err": ("gemini", (), {}),
    "opencode-plain": ("opencode", ((Kind.TEXT, MORE),), {}),
    "opencode-bash": ("opencode", (), {}),
    "opencode-err": ("opencode", (), {}),
    "opencode-ask-bash": ("opencode", ((Kind.PERMISSION, YES),), ASK),
    "opencode-ask-cancelperm": ("opencode", ((Kind.PERMISSION, BREAK),), ASK),
    "opencode-ask-fs": ("opencode", ((Kind.PERMISSION, YES),), ASK),
    "claude-acp-plain": ("acp:claude", ((Kind.TEXT, MORE),), {}),
    "claude-acp-bash": ("acp:claude", ((Kind.PERMISSION, YES),), ASK),
    "claude-acp-fs": ("acp:claude", (), {}),
    "claude-acp-err": ("acp:claude", (), {}),
    "codex-acp-plain": ("acp:codex", ((Kind.TEXT, MORE),), {}),
    "codex-acp-bash": ("acp:codex", (), {}),
    "codex-acp-err": ("acp:codex", (), {}),
    "qwen-err": ("acp:qwen", (), {}),
    "gemini-load1": ("gemini", (), {}),
    "opencode-load1": ("opencode", (), {}),
    "claude-acp-load1": ("acp:claude", (), {}),
    "codex-acp-load1": ("acp:codex", (), {}),
    "qwen-load1": ("acp:qwen", (), {}),
    # What such a conversation goes on with, of our own recording; Gemini tells the past again, the others do not.
    "gemini-resumed": ("gemini", (), goes_on_with("gemini", "6b52e5a6-3f6b-4364-898f-eb48a98bcd85")),
    "opencode-resumed": ("opencode", (), goes_on_with("opencode", "ses_de7f0550effe1Viyk89yEVcIEV")),
    "claude-acp-resumed": ("acp:claude", (), goes_on_with("acp:claude", "caba376a-6277-49f9-beae-cbc7911884ad")),
    "codex-acp-resumed": ("acp:codex", (), goes_on_with("acp:codex", "01a21810-3eec-70c2-af75-ff20559effed")),
    "qwen-resumed": ("acp:qwen", (), goes_on_with("acp:qwen", "7e33b15d-2458-4706-9caa-a2901c72bd6b")),
}

FAILED = {name for name in STREAMS if name.endswith(("-err", "-cancelperm"))}


def heard(name: str) -> list[Recorded]:
    """What the agent said; the recording also holds what it was asked, and so which question an answer belongs to."""
    asked: dict[Any, str] = {}

    def said(line: dict[str, Any]) -> Recorded | None:
        message = line["m"]
        if line["dir"] == "outgoing":
            if "method" in message and "id" in message:
                asked[message["id"]] = message["method"]
            return None
        return (asked.get(message.get("id"), "") if "method" not in message else ""), message

    return recorded_lines(f"acp/{name}", said)


def played(name: str, places: tuple[int, ...] = ()) -> Dialogue:
    program, moves, fields = STREAMS[name]
    dialogue = acp(program, moves, places, **fields)
    said = heard(name)
    if not any(method == "session/set_mode" for method, _ in said):
        # It was recorded in a mode that is changed now.
        dialogue.answers["session/set_mode"] = {}
    dialogue.hear(*said)
    dialogue.end()
    return dialogue


@pytest.mark.parametrize("name", STREAMS)
def test_a_recorded_stream_is_told_event_for_event(name: str) -> None:
    golden(f"acp/{name}", played(name))


@pytest.mark.parametrize("name", STREAMS)
def test_only_a_turn_that_completed_is_an_answer(name: str) -> None:
    dialogue = played(name)
    assert dialogue.done
    assert dialogue.finish is not None
    assert dialogue.finish.answer_seen is (name not in FAILED)
    assert (dialogue.finish.program_error is None) is (name not in FAILED)


@pytest.mark.parametrize("name", STREAMS)
def test_every_tool_that_begins_ends_and_every_question_is_closed(name: str) -> None:
    dialogue = played(name)
    for begins, ends in ((Kind.TOOL_START, Kind.TOOL_END), (Kind.PERMISSION, Kind.ANSWERED)):
        assert sorted(e.id for e in dialogue.of_kind(begins)) == sorted(e.id for e in dialogue.of_kind(ends))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(STREAMS)), st.lists(st.integers(0, 2_000), max_size=6).map(tuple))
def test_a_stream_is_told_the_same_in_any_cutting(name: str, places: tuple[int, ...]) -> None:
    assert played(name, places).told == played(name).told


JUNK = st.binary(max_size=60).map(lambda data: data.replace(b"\n", b"") or b"?") | st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from([99, "x", None]),
        "method": st.sampled_from(["session/update", "session/request_permission", "session/dream", "_own/thing", 3]),
        "params": st.sampled_from([None, [], {}, {"update": 1}, {"update": {"sessionUpdate": "tool_call"}}]),
        "result": st.sampled_from([None, {}, []]),
    },
).map(lambda message: json.dumps(message).encode())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), JUNK), max_size=6), st.integers(0, 20_000))
def test_junk_between_the_lines_and_a_cut_stream_break_nothing(junk: list[tuple[int, bytes]], cut: int) -> None:
    dialogue = acp("opencode")
    lines = heard("opencode-bash")
    for number, said in enumerate(lines):
        for where, line in junk:
            if where == number:
                dialogue.feed(line + b"\n")
        dialogue.hear(said)
    told = "".join(event.text for event in dialogue.of_kind(Kind.TEXT))
    assert told.startswith("I will use bash.")
    assert "Done after 1 tool result(s)" in told
    dialogue.feed(b'{"method": "session/update", "params": {' + b"x" * cut)
    assert any(event.kind is Kind.RAW for event in dialogue.end(None, 9).events)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(STREAMS)), st.integers(0, 1 << 32).map(Random))
def test_whatever_a_field_holds_is_told_or_kept(name: str, chance: Random) -> None:
    program, moves, fields = STREAMS[name]
    dialogue = acp(program, moves, **fields)
    for method, message in heard(name):
        dialogue.hear((method, spoiled(message, chance)))
    dialogue.end()
    assert all(msgspec.json.encode(event) for event in dialogue.events)


def test_an_answer_of_eight_megabytes_is_one_line_and_kept_by_head_and_tail() -> None:
    text = "word " * 1_700_000
    finish = turn_ends(says(at_work(), text)).end()
    assert finish.answer_bytes == len(text)
    assert len(finish.answer) < 2_000_000


def test_what_nobody_knows_is_kept_as_raw() -> None:
    dialogue = update(at_work().notice("session/dreamt", of="sheep"), "dream")
    dialogue.say({"method": "session/dream", "id": 5, "params": {}})
    assert [event.kind for event in dialogue.events[-3:]] == [Kind.RAW] * 3
    assert dialogue.sent[-1]["id"] == 5
    assert "error" in dialogue.sent[-1]


@pytest.mark.parametrize("method", ["fs/write_text_file", "fs/read_text_file", "terminal/create"])
def test_files_and_terminals_are_neither_offered_nor_served(method: str) -> None:
    dialogue = at_work()
    assert params(dialogue, "initialize")["clientCapabilities"] == {}
    dialogue.say({"method": method, "id": 4, "params": {}})
    assert dialogue.sent[-1]["error"]["code"] == -32601
    assert dialogue.events[-1].kind is Kind.NOTICE


# How they are started.


def launched(program: str, **fields: Any) -> Launch:
    return open_session(recorded.spec(program, **fields), BRIEFING).open()


def test_gemini_has_the_runs_state_and_the_persons_settings() -> None:
    launch = launched("gemini", state_dir="/state", model="gemini-x")
    assert launch.argv == ("gemini", "--acp", "--model", "gemini-x")
    assert launch.env["GEMINI_CLI_HOME"] == "/state"
    assert launch.env["GEMINI_CLI_NO_RELAUNCH"] == launch.env["GEMINI_CLI_TRUST_WORKSPACE"] == "true"
    settings = ".gemini/settings.json"
    assert dict(launch.state_copies) == {settings: Place(settings, "~", "GEMINI_CLI_HOME")}
    assert "GEMINI_API_KEY" in (launch.keys or ())
    assert launch.keys_with == {"GOOGLE_GENAI_USE_VERTEXAI": ("GOOGLE_APPLICATION_CREDENTIALS",)}


@pytest.mark.parametrize("started_now", [True, False])
def test_gemini_is_not_resumed_in_the_minute_in_which_its_conversation_began(tmp_path: Path, started_now: bool) -> None:
    past = SessionRef("gemini", "12345678-9abc", "/repo")
    launch = launched("gemini", resume=past, state_dir=str(tmp_path), settings=ProgramSettings(command=("echo", "hi")))
    (tmp_path / "wait.sh").write_bytes(launch.files["wait.sh"])
    (tmp_path / "bin").mkdir()
    for program, prints in (("date", "echo 07"), ("sleep", "echo slept")):
        (tmp_path / "bin" / program).write_text(f"#!/bin/sh\n{prints}\n")
        (tmp_path / "bin" / program).chmod(0o755)
    chats = tmp_path / ".gemini" / "tmp" / "p" / "chats"
    chats.mkdir(parents=True)
    (chats / f"session-{'07' if started_now else '06'}-12345678.jsonl").touch()
    argv = [part.replace("{files}", str(tmp_path)) for part in launch.argv]
    environment = {**os.environ, **launch.env, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    ran = subprocess.run(argv, env=environment, capture_output=True, check=True, text=True)
    assert ran.stdout == ("slept\nhi --acp\n" if started_now else "hi --acp\n")


def test_opencode_has_the_runs_state_in_four_places() -> None:
    launch = launched("opencode", state_dir="/state")
    assert launch.argv == ("opencode", "acp")
    assert launch.env["XDG_CONFIG_HOME"] == "/state/config"
    assert launch.env["XDG_DATA_HOME"] == "/state/data"
    assert launch.env["OPENCODE_DISABLE_AUTOUPDATE"] == "1"
    assert "OPENCODE_CONFIG_CONTENT" not in launch.env
    copy = launch.state_copies["config/opencode/opencode.json"]
    assert copy == Place("opencode/opencode.json", "~/.config", "XDG_CONFIG_HOME")
    assert "GOOGLE_APPLICATION_CREDENTIALS" in (launch.keys or ())


@pytest.mark.parametrize(
    ("fields", "rest"), [({"access": Access.READ}, "deny"), (ASK, "ask"), (ASK | {"access": Access.READ}, "deny")]
)
def test_opencode_is_told_what_its_role_may_do(fields: dict[str, Any], rest: str) -> None:
    told = json.loads(launched("opencode", **fields).env["OPENCODE_CONFIG_CONTENT"])
    agent = told["agent"][told["default_agent"]]
    assert agent["permission"] == told["permission"]
    assert next(iter(agent["permission"].items())) == ("*", rest)
    assert agent["permission"]["read"] == "allow"
    assert not {"edit", "bash", "write", "task"} & set(agent["permission"])


def test_opencode_lets_no_variable_of_the_person_undo_what_its_role_may_not_do() -> None:
    told = ProgramSettings(env={"OPENCODE_CONFIG_CONTENT": "{}"})
    assert launched("opencode", settings=told).env.get("OPENCODE_CONFIG_CONTENT") is None
    with pytest.raises(ValueError, match="sets OPENCODE_CONFIG_CONTENT"):
        launched("opencode", settings=told, access=Access.READ)


def gemini_thinks(model: str | None, level: str, **fields: Any) -> dict[str, dict[str, Any]]:
    """What Gemini is told to think, by the name that it goes by."""
    launch = launched("gemini", **{"model": model, "thinking": level, "state_dir": "/state"} | fields)
    if not launch.state_made:
        return {}
    [(name, make)] = launch.state_made.items()
    assert launch.env["GEMINI_CLI_HOME"] == f"/state/thinking-{level}"
    assert name == f"thinking-{level}/.gemini/settings.json"
    assert launch.state_copies[name] == Place(".gemini/settings.json", "~", "GEMINI_CLI_HOME")
    overrides = json.loads(make(b""))["modelConfigs"]["customOverrides"]
    configs = {each["match"]["model"]: each["modelConfig"]["generateContentConfig"] for each in overrides}
    return {name: config["thinkingConfig"] for name, config in configs.items()}


def test_geminis_settings_stay_the_persons_and_the_level_comes_last() -> None:
    theirs = b"""{ // mine
        "theme": "a//b", /* and */ "modelConfigs": {"aliases": {"x": 1}, "customOverrides": [{"match": {}}]}}"""
    [make] = launched("gemini", thinking="high", state_dir="/state").state_made.values()
    told = json.loads(make(theirs))
    assert (told["theme"], told["modelConfigs"]["aliases"]) == ("a//b", {"x": 1})
    assert told["modelConfigs"]["customOverrides"][0] == {"match": {}}
    assert len(told["modelConfigs"]["customOverrides"]) == 3
    for broken in (b"{", b"[]", b"\xff"):
        assert make(broken) == broken


@pytest.mark.parametrize(
    ("level", "budget", "name"),
    [
        ("minimal", 1024, "LOW"),
        ("low", 1024, "LOW"),
        ("medium", 8192, "MEDIUM"),
        ("high", 24576, "HIGH"),
        ("xhigh", 24576, "HIGH"),
    ],
)
def test_gemini_thinks_by_a_budget_or_by_a_level_as_its_model_takes_it(level: str, budget: int, name: str) -> None:
    for model in (None, "auto", "pro", "gemini-2.5-pro", "gemini-3-flash-preview"):
        told = gemini_thinks(model, level)
        assert told["chat-base-2.5"] == {"thinkingBudget": budget}
        assert told["chat-base-3"] == {"thinkingLevel": name}
        assert told.get("gemini-3-pro-preview") == ({"thinkingLevel": "HIGH"} if level == "medium" else None)
    assert gemini_thinks("gemini-2.5-new", level) == {"gemini-2.5-new": {"thinkingBudget": budget}}
    assert gemini_thinks("gemini-4-new", level) == {"gemini-4-new": {"thinkingLevel": name}}
    assert "thinking level" not in notices(opened("gemini", model="gemini-2.5-pro", thinking=level, state_dir="/state"))


def test_gemini_stops_thinking_only_with_a_model_that_can() -> None:
    off = {"thinkingBudget": 0, "includeThoughts": False}
    assert gemini_thinks("gemini-2.5-flash", "off") == {"gemini-2.5-flash": off}
    for model in (None, "gemini-2.5-pro", "gemini-3-flash-preview"):
        assert not gemini_thinks(model, "off")
        dialogue = opened("gemini", model=model, thinking="off", state_dir="/state")
        assert "offers no thinking level off" in notices(dialogue)


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "mine"},
        {"settings": ProgramSettings(env={"GEMINI_CLI_HOME": "/theirs"})},
        {"settings": ProgramSettings(share_login=True)},
    ],
)
def test_gemini_cannot_think_otherwise_with_a_model_that_nobody_knows_nor_in_the_persons_own_state(
    fields: dict[str, Any],
) -> None:
    fields = {"model": "gemini-2.5-pro", "state_dir": "/state"} | fields
    assert not gemini_thinks(level="high", **fields)
    assert "offers no thinking level high" in notices(opened("gemini", thinking="high", **fields))


def opencode_told(**fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(launched("opencode", **fields).env.get("OPENCODE_CONFIG_CONTENT", "{}"))
    return told


@pytest.mark.parametrize(
    ("level", "effort"),
    [("minimal", "low"), ("low", "low"), ("medium", "medium"), ("high", "high"), ("xhigh", "high")],
)
def test_opencode_asks_a_model_that_it_does_not_know_for_an_effort(level: str, effort: str) -> None:
    told = opencode_told(model="mine/m", thinking=level)
    agent = told["agent"][told["default_agent"]]
    assert agent["reasoningEffort"] == effort
    assert "permission" not in agent
    assert opencode_told(model="mine/m", thinking=level, access=Access.READ)["agent"]["crew"].items() > {
        ("reasoningEffort", effort)
    }
    assert not notices(opened("opencode", model="mine/m", thinking=level, session=THEIRS))


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "mine/m", "thinking": "off"},
        {"model": "openai/gpt-4o", "thinking": "high"},
        {"thinking": "high"},
        {"model": "mine/m", "thinking": "high", "settings": ProgramSettings(env={"OPENCODE_CONFIG_CONTENT": "{}"})},
    ],
)
def test_opencode_is_told_no_effort_where_nobody_knows_what_comes_of_it(fields: dict[str, Any]) -> None:
    assert not opencode_told(**fields)
    session = {"models": {"currentModelId": fields.get("model", "x/y")}}
    assert "offers no thinking level" in notices(opened("opencode", session=session, **fields))


def test_opencode_offers_the_levels_of_a_model_that_it_knows() -> None:
    session = {"configOptions": [MODEL | {"currentValue": "mine/m"}, EFFORT]}
    dialogue = opened("opencode", model="mine/m", thinking="high", session=session)
    assert params(dialogue, "session/set_config_option")["value"] == "high"


OWN_HOMES = {
    "gemini": "GEMINI_CLI_HOME",
    "opencode": "XDG_DATA_HOME",
    "acp:claude": "CLAUDE_CONFIG_DIR",
    "acp:codex": "CODEX_HOME",
    "acp:qwen": "QWEN_HOME",
    "acp:copilot": "COPILOT_HOME",
    "acp:cline": "CLINE_DATA_DIR",
}


@pytest.mark.parametrize("program", OWN_HOMES)
def test_each_run_has_a_state_of_its_own(program: str) -> None:
    launch = launched(program, state_dir="/state")
    assert launch.own_state
    assert launch.env[OWN_HOMES[program]].startswith("/state")
    assert launch.state_copies
    assert abilities(program).own_state


def test_a_known_agent_has_the_settings_that_its_program_has() -> None:
    of = {name: launched(name, state_dir="/state").state_copies for name in ("claude", "codex")}
    assert launched("acp:claude", state_dir="/state").state_copies == of["claude"]
    assert launched("acp:codex", state_dir="/state").state_copies == of["codex"]


def test_an_agent_that_nobody_knows_has_the_persons_own_state_and_declares_that() -> None:
    launch = launched("acp:any", settings=ANY, state_dir="/state")
    assert not launch.own_state
    assert not launch.env
    assert not abilities("acp:any").own_state


@pytest.mark.parametrize("program", OWN_HOMES)
def test_a_shared_login_uses_the_persons_own_state(program: str) -> None:
    chosen = ProgramSettings(share_login=True)
    launch = launched(program, state_dir="/state", settings=chosen)
    assert not launch.own_state
    assert "/state" not in " ".join(launch.env.values())


@pytest.mark.parametrize(("name", "known"), named.KNOWN.items())
def test_known_agents_have_a_command(name: str, known: named.Known) -> None:
    assert launched(f"acp:{name}").argv == (*known.command, *known.arguments)


def test_codex_has_its_model_and_its_thinking_level_over_its_settings() -> None:
    env = launched("acp:codex", model="m", thinking="off").env
    assert json.loads(env["CODEX_CONFIG"]) == {"model": "m", "model_reasoning_effort": "none"}
    assert "CODEX_CONFIG" not in launched("acp:codex").env


def test_what_a_person_sets_over_codexs_settings_counts_and_a_thinking_level_is_then_not_theirs() -> None:
    chosen = ProgramSettings(env={"CODEX_CONFIG": "{}"})
    assert "thinking level high" in notices(opened("acp:codex", thinking="high", settings=chosen))
    assert not notices(opened("acp:codex", thinking="high"))


def test_copilot_has_its_model_and_no_right_to_write_where_it_may_only_read() -> None:
    argv = launched("acp:copilot", model="m", access=Access.READ).argv
    assert argv == ("copilot", "--acp", "--model", "m", "--deny-tool=write", "--deny-tool=shell")
    assert launched("acp:copilot").argv == ("copilot", "--acp")


@pytest.mark.parametrize("settings", [b"", b'{"memory": {"other": 1}, "ui": 2}'])
def test_qwen_asks_its_model_nothing_when_the_work_is_over(settings: bytes) -> None:
    made = json.loads(launched("acp:qwen", state_dir="/state").state_made["settings.json"](settings))
    theirs = json.loads(settings or b"{}")
    assert made["memory"] == theirs.get("memory", {}) | {
        "enableManagedAutoMemory": False,
        "enableManagedAutoDream": False,
    }
    assert {name: value for name, value in made.items() if name != "memory"} == {
        name: value for name, value in theirs.items() if name != "memory"
    }


@given(st.binary(max_size=60))
def test_whatever_the_settings_of_qwen_are_nothing_breaks(settings: bytes) -> None:
    made = launched("acp:qwen", state_dir="/state").state_made["settings.json"](settings)
    assert made == settings or json.loads(made)


def test_what_the_program_itself_says_is_no_answer() -> None:
    dialogue = says(at_work("acp:codex"), "Warning: of no use")
    assert turn_ends(says(dialogue, "mine", messageId="m1")).end().answer == b"mine"
    assert notices(dialogue) == "Warning: of no use"


def test_what_copilot_says_of_a_response_that_was_cut_parts_it_from_the_next() -> None:
    dialogue = says(at_work("acp:copilot"), "Some of")
    says(dialogue, "Info: Response was interrupted due to a server error. Retrying...")
    assert turn_ends(says(dialogue, "All of it")).end().answer == b"All of it"


def test_notices_of_qwens_own_are_nothing_that_nobody_understands() -> None:
    dialogue = at_work("acp:qwen").notice("qwen/notify/session/mode-update", currentModeId="default")
    assert not dialogue.of_kind(Kind.RAW)
    assert at_work("acp:any").notice("qwen/notify/session/mode-update").of_kind(Kind.RAW)


def test_any_other_agent_needs_a_command() -> None:
    with pytest.raises(ValueError, match=r"set `command` for it in \[programs\.\"acp:mine\"\]"):
        launched("acp:mine")
    chosen = ProgramSettings(command=("mine", "serve"), args=("-v",))
    assert launched("acp:mine", settings=chosen).argv == ("mine", "serve", "-v")


# From nothing to the first prompt.


def test_the_system_text_comes_before_the_prompt() -> None:
    dialogue = at_work()
    assert texts(dialogue) == [f"{BRIEFING.system}\n\n", BRIEFING.prompt]
    assert params(dialogue, "session/new") == {"cwd": "/repo", "mcpServers": []}
    [begun] = dialogue.of_kind(Kind.SESSION)
    assert (begun.id, begun.data) == ("s", {"cwd": "/repo", "model": None, "version": "3"})


MODEL = {"id": "model", "category": "model", "currentValue": "m1", "options": [{"value": "m1"}, {"value": "m2"}]}
EFFORT = {
    "id": "effort",
    "category": "thought_level",
    "currentValue": "low",
    "options": [{"group": "g", "options": [{"value": "low"}, {"value": "high"}]}, {"value": "none"}],
}
SETTINGS = {"configOptions": [MODEL, EFFORT]}
#: Of a program that knows the model and no levels of it.
THEIRS = {"configOptions": [MODEL | {"currentValue": "mine/m"}]}


def test_model_and_thinking_level_are_set_before_the_prompt() -> None:
    dialogue = opened(session=SETTINGS, model="m2", thinking="high")
    assert params(dialogue, "session/set_config_option") == {"sessionId": "s", "configId": "model", "value": "m2"}
    chosen = [MODEL | {"currentValue": "m2"}, EFFORT]
    dialogue.reply("session/set_config_option", {"configOptions": chosen})
    assert params(dialogue, "session/set_config_option") == {"sessionId": "s", "configId": "effort", "value": "high"}
    assert "session/prompt" not in methods(dialogue)
    dialogue.reply("session/set_config_option", {"configOptions": chosen})
    assert methods(dialogue)[-1] == "session/prompt"
    assert (dialogue.of_kind(Kind.SESSION)[0].data or {})["model"] == "m2"


def test_what_is_already_so_is_not_set() -> None:
    dialogue = opened(session=SETTINGS, model="m1", thinking="low")
    assert methods(dialogue)[-1] == "session/prompt"


@pytest.mark.parametrize(("level", "value"), [("off", "none"), ("xhigh", "high")])
def test_the_nearest_thinking_level_is_taken(level: str, value: str) -> None:
    assert params(opened(session=SETTINGS, thinking=level), "session/set_config_option")["value"] == value


def test_a_thinking_level_that_is_not_offered_is_told() -> None:
    dialogue = opened(session=SETTINGS, thinking="medium")
    assert methods(dialogue)[-1] == "session/prompt"
    assert "medium" in dialogue.of_kind(Kind.NOTICE)[0].text


def test_the_older_form_for_models() -> None:
    dialogue = opened(session={"models": {"currentModelId": "m1"}}, model="m2")
    assert params(dialogue, "session/set_model") == {"sessionId": "s", "modelId": "m2"}


def failed(dialogue: Dialogue) -> str:
    """It is over without a prompt; returns why."""
    assert "session/prompt" not in methods(dialogue)
    assert dialogue.done
    finish = dialogue.end(0)
    assert not finish.answer_seen
    return str(finish.program_error)


def test_another_model_than_the_wanted_one_is_not_used() -> None:
    assert "choose" in failed(opened(model="m2"))
    refused = opened(session=SETTINGS, model="m9").reply("session/set_config_option", code=-32602, message="unknown")
    assert "model m9" in failed(refused)


def test_a_model_may_be_named_as_it_is_shown() -> None:
    """Qwen Code makes the values itself; and its own word for the model is then what it is called."""
    options = [{"value": "$runtime|openai|big(openai)", "name": "big"}, {"value": "small", "name": "small"}]
    option = {"id": "model", "category": "model", "currentValue": "small", "options": options}
    dialogue = opened(session={"configOptions": [option]}, model="big")
    assert params(dialogue, "session/set_config_option")["value"] == options[0]["value"]
    chosen = option | {"currentValue": options[0]["value"]}
    dialogue.reply("session/set_config_option", {"configOptions": [chosen]})
    assert (dialogue.of_kind(Kind.SESSION)[0].data or {})["model"] == "big"


def test_a_choice_of_providers_among_the_models_is_not_taken_for_that_of_the_model() -> None:
    provider = {"id": "provider", "category": "model", "currentValue": "p", "options": [{"value": "p"}]}
    dialogue = opened(session={"configOptions": [provider, MODEL]}, model="m2")
    assert params(dialogue, "session/set_config_option") == {"sessionId": "s", "configId": "model", "value": "m2"}


@pytest.mark.parametrize(
    ("program", "present", "mode"), [("acp:qwen", "auto", "default"), ("acp:codex", "agent", "workspace-write")]
)
def test_no_other_model_says_what_a_role_may_do(program: str, present: str, mode: str) -> None:
    modes = {"availableModes": [{"id": present}, {"id": mode}], "currentModeId": present}
    assert params(opened(program, session={"modes": modes}), "session/set_mode")["modeId"] == mode


def test_a_thinking_level_that_is_refused_is_said_and_no_reason_to_stop() -> None:
    dialogue = opened(session=SETTINGS, thinking="high").reply("session/set_config_option", code=1, message="no")
    assert methods(dialogue)[-1] == "session/prompt"
    assert dialogue.of_kind(Kind.NOTICE)


@pytest.mark.parametrize(("program", "mode"), [("gemini", "plan"), ("acp:any", "plan"), ("acp:codex", "read-only")])
def test_a_reading_role_works_in_a_mode_that_cannot_write(program: str, mode: str) -> None:
    modes = {"availableModes": [{"id": "default"}, {"id": "plan"}, {"id": mode}], "currentModeId": "default"}
    dialogue = opened(program, session={"modes": modes}, access=Access.READ)
    assert params(dialogue, "session/set_mode") == {"sessionId": "s", "modeId": mode}
    assert "session/prompt" not in methods(dialogue)
    assert methods(dialogue.reply("session/set_mode"))[-1] == "session/prompt"


def test_a_reading_role_does_not_work_where_writing_cannot_be_kept_from_it() -> None:
    modes = {"availableModes": [{"id": "default"}], "currentModeId": "default"}
    assert "may only read" in failed(opened(session={"modes": modes}, access=Access.READ))
    refused = opened(access=Access.READ).reply("session/set_mode", code=1, message="no")
    assert "mode plan" in failed(refused)
    confined = opened("opencode", session={"modes": modes}, access=Access.READ)
    assert methods(confined)[-1] == "session/prompt"


def test_an_asking_role_works_in_a_mode_that_asks() -> None:
    modes = {"availableModes": [{"id": "default"}, {"id": "yolo"}], "currentModeId": "yolo"}
    assert params(opened(session={"modes": modes}, **ASK), "session/set_mode")["modeId"] == "default"


def test_a_mode_may_be_an_option() -> None:
    option = {
        "id": "mode",
        "category": "mode",
        "currentValue": "build",
        "options": [{"value": "build"}, {"value": "plan"}],
    }
    dialogue = opened(session={"modes": None, "configOptions": [option]}, access=Access.READ)
    assert params(dialogue, "session/set_config_option")["value"] == "plan"


def test_a_login_that_is_missing_is_explained() -> None:
    dialogue = acp("opencode").reply(
        "initialize", {"protocolVersion": 1, "authMethods": [{"id": "x", "name": "Log in"}]}
    )
    why = failed(dialogue.reply("session/new", code=-32000, message="Authentication required"))
    assert "opencode auth login" in why
    assert "Log in" in why


def test_gemini_logs_in_by_its_key_once() -> None:
    dialogue = acp("gemini").reply("initialize", {"protocolVersion": 1})
    dialogue.reply("session/new", code=-32000, message="Authentication required")
    assert params(dialogue, "authenticate") == {"methodId": "gemini-api-key"}
    dialogue.reply("authenticate")
    assert methods(dialogue)[-1] == "session/new"
    assert "GEMINI_API_KEY" in failed(dialogue.reply("session/new", code=-32000, message="Authentication required"))


@pytest.mark.parametrize(
    "replies",
    [
        [("initialize", {"protocolVersion": 2})],
        [("initialize", {"protocolVersion": 1}), ("session/new", {})],
    ],
)
def test_an_agent_that_cannot_be_worked_with_is_a_failure(replies: list[tuple[str, dict[str, Any]]]) -> None:
    dialogue = acp("acp:any")
    for method, result in replies:
        dialogue.reply(method, result)
    assert failed(dialogue)


# Going on with a conversation.

PAST = SessionRef("acp:any", "s", "/repo")


def test_a_session_is_resumed_without_its_system_text() -> None:
    dialogue = acp("acp:any", resume=PAST)
    can = {"loadSession": True, "sessionCapabilities": {"resume": {}}}
    dialogue.reply("initialize", {"protocolVersion": 1, "agentCapabilities": can})
    assert params(dialogue, "session/resume") == {"sessionId": "s", "cwd": "/repo", "mcpServers": []}
    assert texts(dialogue.reply("session/resume", {})) == [BRIEFING.prompt]


def test_what_is_told_again_of_a_loaded_session_is_not_told_again_by_us() -> None:
    dialogue = acp("acp:any", resume=PAST)
    dialogue.reply("initialize", {"protocolVersion": 1, "agentCapabilities": {"loadSession": True}})
    says(dialogue, "long ago")
    dialogue.reply("session/load", {"modes": MODES})
    says(dialogue, "still long ago")
    update(dialogue, "tool_call", toolCallId="old", title="old", status="completed")
    assert params(dialogue, "session/set_mode")["modeId"] == "default"
    dialogue.reply("session/set_mode")
    says(dialogue, "now")
    assert [event.text for event in dialogue.of_kind(Kind.TEXT)] == ["now"]
    assert not dialogue.of_kind(Kind.TOOL_START)


@pytest.mark.parametrize(
    ("can", "reply"),
    [
        ({}, None),
        ({"loadSession": True}, {"sessionId": "other"}),
    ],
)
def test_another_session_is_not_gone_on_with(can: dict[str, Any], reply: dict[str, Any] | None) -> None:
    dialogue = acp("acp:any", resume=PAST).reply("initialize", {"protocolVersion": 1, "agentCapabilities": can})
    assert failed(dialogue if reply is None else dialogue.reply("session/load", reply))


def test_what_cannot_be_the_conversation_is_refused_before_the_start() -> None:
    with pytest.raises(ValueError, match="conversation"):
        launched("acp:any", settings=ANY, resume=SessionRef("gemini", "s", "/repo"))


# What a person sends.


def test_a_message_waits_for_the_next_prompt() -> None:
    dialogue = turn_ends(says(at_work().control(MORE)))
    assert not dialogue.done
    assert texts(dialogue) == [MORE.text]
    assert dialogue.deliveries() == [("s1", "queued"), ("s1", "sent")]
    says(dialogue, "second")
    assert dialogue.deliveries()[-1] == ("s1", "taken")
    assert turn_ends(dialogue).done
    assert dialogue.end().answer == b"second"


def test_prompts_never_overlap_and_what_waits_goes_together() -> None:
    dialogue = at_work().control(MORE).control(INSTEAD_LATER)
    assert methods(dialogue).count("session/prompt") == 1
    assert texts(turn_ends(says(dialogue))) == [MORE.text, INSTEAD_LATER.text]


@pytest.mark.parametrize("program", ["acp:claude", "acp:any"])
def test_an_agent_that_does_not_announce_it_is_not_steered_and_that_is_told(program: str) -> None:
    dialogue = at_work(program).control(SOONER)
    assert dialogue.deliveries() == [("s2", "refused")]
    assert "listens only between turns" in dialogue.events[-1].text
    assert turn_ends(says(dialogue)).done


def test_a_steer_before_the_first_turn_waits_for_the_next() -> None:
    dialogue = acp("acp:claude").control(SOONER)
    assert dialogue.deliveries() == [("s2", "queued")]


@pytest.mark.parametrize("name", named.KNOWN)
def test_the_known_agents_that_announce_it_declare_that_they_can_be_steered(name: str) -> None:
    assert abilities(f"acp:{name}").steer_now is (name in ("claude", "codex"))


def test_an_agent_that_can_be_steered_is_steered() -> None:
    dialogue = at_work(steering=True).control(SOONER)
    assert params(dialogue, "_session/steering") == {
        "sessionId": "s",
        "prompt": [{"type": "text", "text": SOONER.text}],
        "_meta": {"steering": {"idleBehavior": "promptRequired"}},
    }
    dialogue.reply("_session/steering", {"outcome": "injected"})
    assert dialogue.deliveries() == [("s2", "sent"), ("s2", "taken")]


def test_what_begins_like_a_command_is_sent_as_words() -> None:
    dialogue = at_work(steering=True, told=Briefing(prompt="/cost"))
    assert texts(dialogue) == [f"{BEFORE}/cost"]
    dialogue.control(replace(SOONER, text="/clear"))
    assert params(dialogue, "_session/steering")["prompt"][0]["text"] == f"{BEFORE}/clear"
    dialogue.reply("_session/steering", {"outcome": "injected"})
    turn_ends(says(dialogue.control(replace(MORE, text="/compact")).control(INSTEAD_LATER)))
    assert texts(dialogue) == [f"{BEFORE}/compact", INSTEAD_LATER.text]


@pytest.mark.parametrize(
    "answer", [{"code": 1, "message": "no turn"}, {"result": {"outcome": "promptRequired", "reason": "noRunningTurn"}}]
)
def test_a_steer_that_comes_too_late_becomes_the_next_prompt(answer: dict[str, Any]) -> None:
    dialogue = turn_ends(says(at_work(steering=True).control(SOONER)))
    assert not dialogue.done
    dialogue.reply("_session/steering", **answer)
    assert texts(dialogue) == [SOONER.text]
    assert ("s2", "taken") not in dialogue.deliveries()


def test_an_interrupt_ends_the_turn_and_is_no_answer() -> None:
    dialogue = says(at_work(), "half").control(BREAK)
    assert params(dialogue, "session/cancel") == {"sessionId": "s"}
    assert turn_ends(dialogue, "cancelled").done
    assert dialogue.deliveries() == [("s3", "sent"), ("s3", "taken")]
    finish = dialogue.end()
    assert (finish.answer_seen, finish.program_error) == (False, "its turn was interrupted")


def test_an_interrupt_with_words_goes_on_with_them() -> None:
    dialogue = turn_ends(at_work().control(INSTEAD), "cancelled")
    assert texts(dialogue) == [INSTEAD.text]
    finish = turn_ends(says(dialogue)).end()
    assert (finish.answer, finish.program_error) == (b"done", None)
    assert dialogue.deliveries() == [("s4", "sent"), ("s4", "taken")]


def test_a_cancelled_turn_answers_what_is_asked_in_it() -> None:
    dialogue = ask(at_work(**ASK)).control(BREAK)
    assert outcome(dialogue, 0) == {"outcome": "cancelled"}
    assert dialogue.of_kind(Kind.ANSWERED)
    ask(dialogue, 1)
    assert outcome(dialogue, 1) == {"outcome": "cancelled"}


@pytest.mark.parametrize("steer", [BREAK, YES])
def test_what_has_nothing_to_act_on_is_refused(steer: Steer) -> None:
    assert opened(session=SETTINGS, model="m2").control(steer).deliveries() == [(steer.id, "refused")]


def test_nothing_is_taken_once_the_work_is_over() -> None:
    assert turn_ends(says(at_work())).control(MORE).deliveries() == [("s1", "refused")]


def test_a_stop_cancels_the_turn_and_then_ends_its_stdin() -> None:
    dialogue = at_work()
    dialogue.react(dialogue.session.interrupt(STOP))
    assert methods(dialogue)[-1] == "session/cancel"
    assert turn_ends(dialogue, "cancelled").done
    idle = acp("acp:any")
    idle.react(idle.session.interrupt(STOP))
    assert idle.told[-1] == {"stdin": "ends"}


# What it asks.


@pytest.mark.parametrize(
    ("access", "kind", "option"),
    [
        (Access.WRITE, "edit", "o"),
        (Access.READ, "edit", "r"),
        (Access.READ, "read", "o"),
        (Access.READ, "execute", "r"),
        (Access.READ, "switch_mode", "r"),
        (Access.READ, "other", "r"),
        (Access.READ, "fetch", "o"),
    ],
)
def test_access_answers_at_once_and_says_so(access: Access, kind: str, option: str) -> None:
    dialogue = ask(at_work(access=access), kind=kind)
    assert outcome(dialogue, 0) == {"outcome": "selected", "optionId": option}
    assert (
        [e.id for e in dialogue.of_kind(Kind.PERMISSION)]
        == [e.id for e in dialogue.of_kind(Kind.ANSWERED)]
        == ["ask-0"]
    )


@pytest.mark.parametrize(("decision", "option"), [(Decision.ALLOW, "o"), (Decision.ALWAYS, "o"), (Decision.DENY, "r")])
def test_a_person_answers(decision: Decision, option: str) -> None:
    dialogue = ask(at_work(**ASK))
    assert not dialogue.of_kind(Kind.ANSWERED)
    dialogue.control(Steer("a", SteerKind.ANSWER, asked="ask-0", decision=decision))
    assert outcome(dialogue, 0) == {"outcome": "selected", "optionId": option}
    update(dialogue, "tool_call_update", toolCallId="c0", status="completed")
    assert dialogue.deliveries() == [("a", "sent"), ("a", "taken")]
    ask(dialogue, 1)
    assert len(dialogue.of_kind(Kind.ANSWERED)) == (2 if decision is Decision.ALWAYS else 1)


def test_words_beside_a_decision_are_kept_and_said_not_to_reach_the_agent() -> None:
    dialogue = ask(at_work(**ASK))
    dialogue.control(Steer("a", SteerKind.ANSWER, "use ruff", asked="ask-0", decision=Decision.DENY))
    turn_ends(dialogue)
    assert [event.text for event in dialogue.of_kind(Kind.ANSWERED)] == ["deny: use ruff"]
    assert [event.text for event in dialogue.of_kind(Kind.DELIVERY)] == [
        "acp:any takes no words with a decision"
    ] * len(dialogue.deliveries())
    assert dialogue.deliveries() == [("a", "sent"), ("a", "taken")]


def test_what_is_asked_again_of_the_same_call_shows_that_the_first_answer_was_taken() -> None:
    dialogue = at_work(**ASK)
    for number, name in enumerate("ab"):
        ask(dialogue, number, call_id="c0")
        dialogue.control(Steer(name, SteerKind.ANSWER, asked=f"ask-{number}", decision=Decision.ALLOW))
    update(dialogue, "tool_call_update", toolCallId="c0", status="completed")
    assert dialogue.deliveries() == [("a", "sent"), ("a", "taken"), ("b", "sent"), ("b", "taken")]


@pytest.mark.parametrize(
    ("fields", "kind", "said"),
    [
        ({}, "edit", "allowed by the permission mode"),
        (ASK, "read", "allowed: it only reads"),
        ({"access": Access.READ}, "edit", "denied by the role's access"),
        ({"tools": ("read",)}, "edit", "denied by the role's tools"),
    ],
)
def test_what_is_decided_without_a_person_is_told_with_what_decided_it(
    fields: dict[str, Any], kind: str, said: str
) -> None:
    [answered] = ask(at_work(**fields), kind=kind).of_kind(Kind.ANSWERED)
    assert answered.text == said


def test_what_a_person_has_always_allowed_is_told_as_that() -> None:
    dialogue = ask(at_work(**ASK))
    dialogue.control(Steer("a", SteerKind.ANSWER, asked="ask-0", decision=Decision.ALWAYS))
    assert [event.text for event in ask(dialogue, 1).of_kind(Kind.ANSWERED)] == ["always", "allowed, as always"]


def test_an_answer_that_is_not_offered_is_a_cancellation() -> None:
    assert outcome(ask(at_work(access=Access.READ), options=OPTIONS[:2]), 0) == {"outcome": "cancelled"}


def test_a_call_that_only_the_request_told_of_is_told_once() -> None:
    dialogue = ask(at_work(**ASK))
    [start] = dialogue.of_kind(Kind.TOOL_START)
    assert (start.id, start.text) == ("c0", "touch x")
    dialogue.control(Steer("a", SteerKind.ANSWER, asked="ask-0", decision=Decision.DENY))
    [end] = dialogue.of_kind(Kind.TOOL_END)
    assert (end.id, end.failed, end.text) == ("c0", True, "denied")
    update(dialogue, "tool_call_update", toolCallId="c0", status="failed")
    assert len(dialogue.of_kind(Kind.TOOL_END)) == 1


def test_a_turn_that_ends_with_a_denial_is_no_answer() -> None:
    dialogue = turn_ends(ask(says(at_work(access=Access.READ), "I will write.")))
    assert "denied" in str(dialogue.end().program_error)
    finish = turn_ends(says(ask(at_work(access=Access.READ)), "I may not.")).end()
    assert (finish.answer, finish.program_error) == (b"I may not.", None)


# What it tells.


def test_a_call_is_told_when_its_arguments_are_known() -> None:
    dialogue = update(
        at_work(), "tool_call", toolCallId="c", title="bash", kind="execute", status="pending", rawInput={}
    )
    assert not dialogue.of_kind(Kind.TOOL_START)
    update(dialogue, "tool_call_update", toolCallId="c", title="ls", rawInput={"command": "ls"}, status="in_progress")
    [start] = dialogue.of_kind(Kind.TOOL_START)
    assert (start.text, start.data) == ("ls", {"args": {"command": "ls"}})


def test_a_call_whose_arguments_do_not_come_is_told_after_a_while() -> None:
    dialogue = update(at_work(), "tool_call", toolCallId="c", title="bash", kind="execute", status="pending")
    for second in range(5):
        dialogue.react(dialogue.session.tick(float(second)))
    assert not dialogue.of_kind(Kind.TOOL_START)
    for second in range(5):
        dialogue.react(dialogue.session.tick(5.0 + second))
    assert len(dialogue.of_kind(Kind.TOOL_START)) == 1


def content(text: str) -> list[dict[str, Any]]:
    return [{"type": "content", "content": {"type": "text", "text": text}}]


def test_output_is_told_as_it_grows_and_not_again() -> None:
    dialogue = update(at_work(), "tool_call", toolCallId="c", kind="execute", status="in_progress")
    for printed in ("a", "ab", "ab"):
        update(dialogue, "tool_call_update", toolCallId="c", status="in_progress", content=content(printed))
    update(dialogue, "tool_call_update", toolCallId="c", _meta={"terminal_output": {"data": "c"}})
    assert [event.text for event in dialogue.of_kind(Kind.TOOL_OUTPUT)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("fields", "failed", "text"),
    [
        ({"status": "completed", "content": content("out")}, False, "out"),
        ({"status": "failed", "rawOutput": {"error": "broke"}}, True, "broke"),
        ({"status": "completed", "_meta": {"terminal_exit": {"exit_code": 3}}}, True, "[exit status 3]"),
        ({"status": "completed", "rawOutput": {"output": "o", "metadata": {"exit": 1}}}, True, "o\n[exit status 1]"),
        ({"status": "completed", "content": [{"type": "diff", "path": "/a", "newText": "new"}]}, False, "/a:\nnew"),
    ],
)
def test_a_call_ends_with_its_result_and_whether_it_failed(fields: dict[str, Any], failed: bool, text: str) -> None:
    dialogue = update(at_work(), "tool_call_update", toolCallId="c", kind="execute", title="t", **fields)
    start, end = dialogue.events[-2:]
    assert (start.kind, start.tool) == (Kind.TOOL_START, "execute")
    assert (end.kind, end.failed, end.text) == (Kind.TOOL_END, failed, text)


def test_messages_without_ids_end_where_a_tool_begins() -> None:
    dialogue = says(says(at_work(), "I will "), "look.")
    update(dialogue, "tool_call", toolCallId="c", kind="read", status="completed")
    says(dialogue, "Seen.")
    ids = [event.id for event in dialogue.of_kind(Kind.TEXT)]
    assert ids[0] == ids[1] != ids[2]
    assert turn_ends(dialogue).end().answer == b"Seen."


def test_a_message_with_an_id_goes_on_behind_whatever_comes_between() -> None:
    dialogue = says(at_work(), "one ", messageId="m")
    update(dialogue, "session_info_update", title="t")
    update(dialogue, "tool_call", toolCallId="c", kind="read", status="completed")
    assert turn_ends(says(dialogue, "two", messageId="m")).end().answer == b"one two"


def test_a_sub_agent_says_nothing_of_the_answer() -> None:
    says(dialogue := at_work(), "theirs", _meta={"claudeCode": {"parentToolUseId": "call"}})
    assert dialogue.events[-1].parent == "call"
    assert turn_ends(says(dialogue, "ours")).end().answer == b"ours"


@pytest.mark.parametrize(
    ("result", "usage"),
    [
        (
            {
                "usage": {
                    "inputTokens": 10,
                    "outputTokens": 5,
                    "cachedReadTokens": 2,
                    "totalTokens": 17,
                    "thoughtTokens": 3,
                }
            },
            Usage(input=10, output=5, reasoning=3, cache_read=2),
        ),
        (
            # As Copilot tells it: what came from the cache is in the input.
            {"usage": {"inputTokens": 12, "outputTokens": 5, "cachedReadTokens": 2, "totalTokens": 17}},
            Usage(input=10, output=5, cache_read=2),
        ),
        (
            {"usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 18, "thoughtTokens": 3}},
            Usage(input=10, output=8, reasoning=3),
        ),
        ({"_meta": {"quota": {"token_count": {"input_tokens": 7, "output_tokens": 1}}}}, Usage(input=7, output=1)),
        ({"usage": {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}}, None),
        ({}, None),
    ],
)
def test_tokens_come_from_where_the_agent_tells_them(result: dict[str, Any], usage: Usage | None) -> None:
    dialogue = turn_ends(says(at_work()), **result)
    assert [event.usage for event in dialogue.of_kind(Kind.USAGE)] == ([] if usage is None else [usage])
    assert dialogue.end().usage == usage


def costs(dialogue: Dialogue, amount: float) -> Dialogue:
    return update(dialogue, "usage_update", used=1, size=2, cost={"amount": amount, "currency": "USD"})


def test_the_cost_of_a_session_is_told_by_turn() -> None:
    used: dict[str, Any] = {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}}
    dialogue = turn_ends(costs(says(at_work().control(MORE)), 0.25), **used)
    turn_ends(costs(says(dialogue), 0.75), **used)
    assert [event.usage.cost for event in dialogue.of_kind(Kind.USAGE) if event.usage] == [0.25, 0.5]
    assert dialogue.end().usage == Usage(input=2, output=2, cost=0.75)


def test_opencode_tells_only_the_last_step_of_a_turn_and_then_the_tokens_are_unknown() -> None:
    used: dict[str, Any] = {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}}
    dialogue = at_work("opencode")
    update(dialogue, "tool_call", toolCallId="c", kind="read", status="completed")
    assert turn_ends(costs(says(dialogue), 0.25), **used).end().usage == Usage(cost=0.25)
    dialogue = says(says(at_work("opencode"), "long", messageId="a"), "short", messageId="b")
    assert turn_ends(costs(dialogue, 0.25), **used).end().usage == Usage(cost=0.25)


# How it fails.


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("refusal", "refused"),
        ("max_tokens", "tokens"),
        ("max_turn_requests", "requests"),
        ("cancelled", "cancelled"),
        ("bored", "bored"),
    ],
)
def test_a_turn_that_did_not_end_well_is_a_failure_whatever_was_said(reason: str, said: str) -> None:
    dialogue = turn_ends(says(at_work()), reason)
    assert dialogue.done
    finish = dialogue.end(0)
    assert not finish.answer_seen
    assert said in str(finish.program_error)


def test_a_prompt_that_fails_is_a_failure() -> None:
    dialogue = says(at_work()).reply(
        "session/prompt", code=-32603, message="Internal error", data={"details": "400 mock"}
    )
    assert dialogue.done
    assert dialogue.end(0).program_error == "Internal error: 400 mock"


def test_an_error_that_is_told_as_an_answer_is_a_failure() -> None:
    dialogue = update(
        at_work("acp:codex", session={"modes": None}),
        "session_info_update",
        _meta={"codex": {"threadStatus": {"type": "systemError"}}},
    )
    finish = turn_ends(says(dialogue, "mock 400")).end(0)
    assert (finish.answer_seen, finish.program_error) == (False, "mock 400")


@pytest.mark.parametrize("ending", [(0, None), (1, None), (None, 9)])
def test_a_stream_that_ends_in_a_turn_is_lost(ending: tuple[int | None, int | None]) -> None:
    finish = says(at_work()).end(*ending)
    assert not finish.answer_seen
    assert str(finish.program_error).startswith("lost")


def test_a_turn_that_says_nothing_has_no_answer() -> None:
    assert not turn_ends(at_work()).end().answer_seen
    blank = turn_ends(says(says(at_work(), " \n"), "\t")).end()
    assert (blank.answer, blank.answer_bytes, blank.answer_seen) == (b"", 0, False)
    assert turn_ends(says(says(at_work(), " \n"), "x")).end().answer_seen


@pytest.mark.parametrize("program", ["gemini", "opencode", "acp:claude", "acp:mine"])
def test_they_declare_what_they_can(program: str) -> None:
    can = abilities(program)
    assert can.steer_now is (program == "acp:claude")
    assert can.steer_next_turn
    assert can.resume
    assert can.permissions
    assert can.usage
    assert can.cost is (program == "opencode")
