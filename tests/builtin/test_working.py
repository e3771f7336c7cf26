"""The built-in agent against a scripted model: what it asks, what it does, what it tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crew_core.model.transcript import Kind
from crew_core.model.usage import Usage
from tests.builtin.model_script import USAGE, answers, call, failed, says, served
from tests.builtin.run import READ, Run, ran

pytestmark = pytest.mark.usefixtures("no_process_left")


def test_an_answer_comes_as_text_and_is_the_answer(tmp_path: Path) -> None:
    with served(says("It is ", "42.", thinks="hm")) as model:
        run = ran(tmp_path, model.url, "what is it", system="be brief")
    assert run.finish is not None
    assert (run.finish.answer, run.finish.answer_seen, run.finish.program_error) == (b"It is 42.", True, None)
    assert run.kinds()[0] is Kind.SESSION
    assert "".join(run.texts(Kind.TEXT)) == "It is 42."
    assert {event.id for event in run.of_kind(Kind.TEXT)} == {"m1"}
    assert "".join(run.texts(Kind.THINKING)) == "hm"
    assert run.done
    assert model.told(0, "user") == ["what is it"]
    assert model.told(0, "system")[0].endswith("be brief")


def test_a_session_tells_directory_and_model(tmp_path: Path) -> None:
    with served(says("x")) as model:
        run = ran(tmp_path, model.url, model="gpt-9")
    session = run.of_kind(Kind.SESSION)[0]
    assert session.data == {"cwd": str(run.work), "model": "gpt-9"}
    assert len(session.id) == 16


def test_a_tool_is_run_and_its_result_goes_to_the_model(tmp_path: Path) -> None:
    with served(says("Looking.", calls=[call("shell", command="echo $((6*7))")]), says("42")) as model:
        run = ran(tmp_path, model.url)
    assert model.told(1, "tool") == ["42"]
    start, end = run.of_kind(Kind.TOOL_START)[0], run.of_kind(Kind.TOOL_END)[0]
    assert (start.tool, start.text, start.data) == ("shell", "echo $((6*7))", {"args": {"command": "echo $((6*7))"}})
    assert (end.id, end.tool, end.text, end.failed) == (start.id, "shell", "42", False)
    assert end.duration_ms is not None
    assert run.texts(Kind.TOOL_OUTPUT) == ["42\n"]
    assert run.finish is not None
    assert run.finish.answer == b"42"


def test_an_edit_is_on_the_disk(tmp_path: Path) -> None:
    edit = call("edit", path="a.txt", old_string="alpha", new_string="ALPHA")
    with served(says(calls=[call("read", path="a.txt")]), says(calls=[edit]), says("done")) as model:
        run = Run.begin(tmp_path, model.url)
        (run.work / "a.txt").write_text("alpha\nbeta\n")
        run.end()
    assert (run.work / "a.txt").read_text() == "ALPHA\nbeta\n"
    assert model.told(1, "tool") == ["1\talpha\n2\tbeta"]
    assert model.told(2, "tool")[1] == "a.txt changed on line 1"


def test_several_calls_at_once_all_get_their_results_in_order(tmp_path: Path) -> None:
    calls = [call("write", path="x", content="1"), call("shell", command="cat x"), call("read", path="nothing")]
    with served(says(calls=calls), says("done")) as model:
        run = ran(tmp_path, model.url)
    assert model.told(1, "tool") == ["x created: 1 bytes", "1", "error: nothing: No such file or directory"]
    assert [event.failed for event in run.of_kind(Kind.TOOL_END)] == [False, False, True]
    sent = model.requests[1]["messages"]
    made = next(message["tool_calls"] for message in sent if message["role"] == "assistant")
    assert [each["id"] for each in made] == [m["tool_call_id"] for m in sent if m["role"] == "tool"]


def test_use_is_what_the_server_billed(tmp_path: Path) -> None:
    with served(says(calls=[call("list")]), says("done")) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.usage == Usage(input=140, output=40, reasoning=10, cache_read=60, turns=2)
    assert [event.usage for event in run.of_kind(Kind.USAGE)] == [Usage(70, 20, 5, 30)] * 2
    assert model.requests[0]["stream_options"] == {"include_usage": True}


def test_what_is_not_reported_is_unknown(tmp_path: Path) -> None:
    with served(says("x", usage=None)) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.usage == Usage(turns=1)


def test_five_megabytes_of_answer_arrive(tmp_path: Path) -> None:
    piece = "0123456789abcdef" * 512
    with served(says(*[piece] * 640)) as model:
        run = ran(tmp_path, model.url, answer_bytes=10_000_000)
    assert run.finish is not None
    assert run.finish.answer == piece.encode() * 640
    assert "".join(run.texts(Kind.TEXT)) == piece * 640


def test_five_megabytes_of_tool_output_become_head_and_tail(tmp_path: Path) -> None:
    command = "echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo last"
    with served(says(calls=[call("shell", command=command)]), says("done")) as model:
        run = ran(tmp_path, model.url)
    told = model.told(1, "tool")[0]
    assert told.startswith("first\n")
    assert told.endswith("last")
    assert "bytes left out" in told
    assert len(told) < 31_000
    assert len(run.of_kind(Kind.TOOL_END)[0].text) < 17_000
    assert sum(map(len, run.texts(Kind.TOOL_OUTPUT))) <= 16_384


def test_a_child_in_the_background_that_holds_the_output_holds_nobody_up(tmp_path: Path) -> None:
    with served(says(calls=[call("shell", command="sleep 300 & echo started")]), says("done")) as model:
        ran(tmp_path, model.url)
    assert model.told(1, "tool")[0].startswith("started\n[something goes on in the background")


def test_a_server_in_the_background_lives_until_the_work_is_done(tmp_path: Path) -> None:
    start, look = "sleep 300 >log 2>&1 & echo $! > pid", "kill -0 $(cat pid) && echo lives"
    with served(says(calls=[call("shell", command=start)]), says(calls=[call("shell", command=look)]), says("x")) as m:
        ran(tmp_path, m.url)
    assert m.told(2, "tool")[1] == "lives"


def test_a_command_has_a_limit_of_time(tmp_path: Path) -> None:
    command = "echo begun; sleep 300 & setsid sleep 300; echo never"
    with served(says(calls=[call("shell", command=command, timeout_s=1)]), says("done")) as model:
        run = ran(tmp_path, model.url)
    assert model.told(1, "tool") == ["begun\n\n[ended after 1 s: set timeout_s for more]"]
    assert run.of_kind(Kind.TOOL_END)[0].failed


def test_a_command_that_fails_says_how(tmp_path: Path) -> None:
    calls = [call("shell", command="echo oh >&2; exit 3"), call("shell", command="kill -9 $$")]
    with served(says(calls=calls), says("done")) as model:
        run = ran(tmp_path, model.url)
    assert model.told(1, "tool") == ["oh\n[exit status 3]", "[killed by signal 9]"]
    assert all(event.failed for event in run.of_kind(Kind.TOOL_END))


def test_keys_are_neither_in_the_tools_environment_nor_in_the_output(tmp_path: Path) -> None:
    env = {"OPENAI_API_KEY": "sk-0123456789", "GROQ_API_KEY": "other"}
    look = call("shell", command="env | grep -c API_KEY; tr '\\0' '\\n' </proc/$PPID/environ | grep OPENAI_API")
    with served(says(calls=[look]), says("it is sk-0123456789.")) as model:
        run = ran(tmp_path, model.url, env=env)
    assert model.keys == ["Bearer sk-0123456789"] * 2
    assert model.told(1, "tool")[0].startswith("0\n")
    assert b"sk-0123456789" not in run.output
    assert run.finish is not None
    assert run.finish.answer == b"it is *************."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense", "{}"), "error: there is no tool 'nonsense'; there is: read, grep, list, edit, write, shell"),
        (("read", "{"), "error: the arguments are no JSON object"),
        (("read", "[]"), "error: the arguments are no JSON object"),
        (("read", "{}"), "error: path is missing"),
        (("read", '{"path": 1}'), "error: path must be a text"),
        (("read", '{"path": "a\\u0000b"}'), "error: a path has no zero byte"),
        (("shell", '{"command": "x", "timeout_s": "soon"}'), "error: timeout_s must be a number"),
        (("grep", '{"pattern": "("}'), "error: the pattern is no regular expression: missing )"),
    ],
)
def test_what_a_tool_cannot_do_is_told_to_the_model(tmp_path: Path, arguments: tuple[str, str], said: str) -> None:
    with served(says(calls=[arguments]), says("done")) as model:
        run = ran(tmp_path, model.url)
    assert model.told(1, "tool")[0].startswith(said)
    assert run.of_kind(Kind.TOOL_END)[0].failed
    made = model.requests[1]["messages"][2]["tool_calls"][0]["function"]["arguments"]
    assert isinstance(json.loads(made), dict)


def test_an_empty_answer_is_asked_for_once_more(tmp_path: Path) -> None:
    with served(says(""), says("there")) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.answer == b"there"
    with served(says(""), says(" \n")) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.program_error == "the model's last message was empty"


def test_a_server_that_does_not_stream_is_understood(tmp_path: Path) -> None:
    function = {"name": "list", "arguments": {"path": "."}}
    first = {"choices": [{"message": {"tool_calls": [{"id": "", "function": function}]}, "finish_reason": "stop"}]}
    second = {"choices": [{"message": {"content": "done"}, "finish_reason": "stop"}], "usage": USAGE}
    with served(answers(first), answers(second)) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.answer == b"done"
    assert model.told(1, "tool") == ["the directory is empty"]


def test_without_a_model_the_first_of_the_server_is_taken(tmp_path: Path) -> None:
    with served(says("x")) as model:
        run = ran(tmp_path, model.url, model=None)
    assert model.requests[0]["model"] == "first-model"
    assert (run.of_kind(Kind.SESSION)[-1].data or {})["model"] == "first-model"
    assert len({event.id for event in run.of_kind(Kind.SESSION)}) == 1


def test_a_thinking_level_is_passed_on_only_when_it_is_set(tmp_path: Path) -> None:
    with served(says("x"), says("y"), says("z")) as model:
        ran(tmp_path, model.url, thinking="high")
        ran(tmp_path, model.url, thinking="off")
        ran(tmp_path, model.url)
    assert [request.get("reasoning_effort") for request in model.requests] == ["high", "none", None]


@pytest.mark.parametrize(
    "words",
    [
        "Unsupported value: 'reasoning_effort' does not support 'none' with this model.",
        '"llama3" does not support thinking',
    ],
)
def test_a_server_that_refuses_a_thinking_level_is_asked_without_it_from_then_on(tmp_path: Path, words: str) -> None:
    turns = (failed(400, words), says(calls=[call("list")]), says("done"))
    with served(*turns) as model:
        run = ran(tmp_path, model.url, thinking="off")
    assert [request.get("reasoning_effort") for request in model.requests] == ["none", None, None]
    assert run.texts(Kind.NOTICE) == ["the model server refuses reasoning_effort none: it thinks as it does by itself"]
    assert run.finish is not None
    assert run.finish.answer == b"done"


def test_what_a_server_says_of_thinking_that_nobody_asked_for_is_a_failure(tmp_path: Path) -> None:
    with served(failed(400, "thinking is required")) as model:
        run = ran(tmp_path, model.url)
    assert len(model.requests) == 1
    assert run.finish is not None
    assert "thinking is required" in str(run.finish.program_error)


def test_a_model_that_repeats_itself_is_told_and_then_stopped(tmp_path: Path) -> None:
    with served(*[says(f"again {n}", calls=[call("list")]) for n in range(9)]) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.program_error == "the model repeats itself: 6 times the same call of list with the same result"
    assert "This is the 3. time" in model.told(3, "tool")[2]
    assert "This is" not in model.told(2, "tool")[1]


def test_turns_have_a_bound(tmp_path: Path) -> None:
    with served(*[says(calls=[call("shell", command=f"echo {n}")]) for n in range(5)]) as model:
        run = ran(tmp_path, model.url, env={"CREW_BUILTIN_MAX_TURNS": "3"})
    assert run.finish is not None
    assert run.finish.program_error == "no answer after 3 turns"
    assert len(model.requests) == 3


def test_a_conversation_that_becomes_too_long_is_shortened(tmp_path: Path) -> None:
    reads = [says(calls=[call("shell", command=f"head -c 20000 /dev/zero | tr '\\0' {n}")]) for n in "abcdefghij"]
    with served(*reads, says("done")) as model:
        run = ran(tmp_path, model.url, env={"CREW_BUILTIN_CONTEXT_TOKENS": "20000"})
    assert run.of_kind(Kind.COMPACTION)
    assert "left out later" in model.told(10, "tool")[0]
    assert len(model.told(10, "tool")[9]) == 20_000
    assert run.finish is not None
    assert run.finish.answer == b"done"


def test_a_server_that_says_too_long_is_asked_with_less(tmp_path: Path) -> None:
    much = says(calls=[call("shell", command="head -c 20000 /dev/zero | tr '\\0' x")])
    full = failed(400, "This model's maximum context length is 4096 tokens", "context_length_exceeded")
    with served(much, full, says("done")) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert run.finish.answer == b"done"
    assert len(model.told(2, "tool")[0]) < 5_000
    with served(full) as model:
        run = ran(tmp_path, model.url)
    assert run.finish is not None
    assert "maximum context length" in (run.finish.program_error or "")


def test_a_reading_agent_has_no_tool_that_changes_anything(tmp_path: Path) -> None:
    calls = [
        call("write", path="x", content="1"),
        call("edit", path="a", old_string="a", new_string="b"),
        call("shell", command="touch x"),
    ]
    with served(says(calls=calls), says("done")) as model:
        run = Run.begin(tmp_path, model.url, access=READ, tools=("read", "write", "bash"))
        (run.work / "a").write_text("a")
        run.end()
    assert model.tools() == ["read"]
    assert all(said.startswith("error: there is no tool") for said in model.told(1, "tool"))
    assert [(path.name, path.read_text()) for path in run.work.iterdir()] == [("a", "a")]


def test_an_agents_file_narrows_its_tools(tmp_path: Path) -> None:
    calls = [call("shell", command=c) for c in ("git --version", "git --version; touch x", "touch x")]
    with served(says(calls=calls), says("done")) as model:
        run = ran(tmp_path, model.url, tools=("Read", "Bash(git *)", "web_fetch"))
    assert model.tools() == ["read", "shell"]
    assert run.texts(Kind.NOTICE) == ["tools that this agent does not have: web_fetch"]
    first, *others = model.told(1, "tool")
    assert first.startswith("git version")
    assert others == ["error: not allowed: shell may be used for git * only"] * 2
    assert not (run.work / "x").exists()


def test_a_writing_agent_writes_in_its_directory_only(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("kept")
    paths = ["../outside/file", str(outside / "new"), "link/file", "link/../outside/file", "straight", "dangling"]
    paths += [".git/hooks/pre-commit", "sub/.git/config", "."]
    calls = [call("write", path=path, content="bad") for path in paths]
    calls += [call("edit", path=path, old_string="kept", new_string="bad") for path in paths]
    with served(says(calls=calls), says("done")) as model:
        run = Run.begin(tmp_path, model.url)
        (run.work / "link").symlink_to(outside)
        (run.work / "straight").symlink_to(outside / "file")
        (run.work / "dangling").symlink_to(outside / "new")
        run.end()
    assert [path.name for path in outside.iterdir()] == ["file"]
    assert (outside / "file").read_text() == "kept"
    assert not (run.work / ".git").exists()
    assert all("nothing may be written" in said for said in model.told(1, "tool"))


def test_a_symlink_inside_leads_to_its_file(tmp_path: Path) -> None:
    with served(says(calls=[call("write", path="link", content="new")]), says("done")) as model:
        run = Run.begin(tmp_path, model.url)
        (run.work / "file").write_text("old")
        (run.work / "file").chmod(0o751)
        (run.work / "link").symlink_to("file")
        run.end()
    assert (run.work / "file").read_text() == "new"
    assert (run.work / "file").stat().st_mode & 0o777 == 0o751
    assert (run.work / "link").is_symlink()


def test_a_proxy_is_asked_instead_of_the_server(tmp_path: Path) -> None:
    with served(says("by the proxy")) as proxy:
        run = ran(tmp_path, "http://model.invalid/v1", env={"http_proxy": proxy.url.removesuffix("/v1")})
    assert run.finish is not None
    assert run.finish.answer == b"by the proxy"
