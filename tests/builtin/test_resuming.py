"""Going on with a conversation of the built-in agent: the right one, whole, or not at all."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.agents.builtin import BuiltinSession
from crew_core.agents.protocol import Briefing
from crew_core.model.attempt import SessionRef
from crew_core.model.transcript import Kind
from tests.builtin.model_script import call, hangs_after, says, served
from tests.builtin.run import Run, ran, spec

pytestmark = pytest.mark.usefixtures("no_process_left")


def kept(directory: Path) -> str:
    state = directory / "state"
    state.mkdir(exist_ok=True)
    return str(state)


def test_a_resumed_conversation_has_everything_that_was_said(tmp_path: Path) -> None:
    state = kept(tmp_path)
    with served(says("Writing.", calls=[call("write", path="x", content="1")]), says("first"), says("second")) as model:
        before = ran(tmp_path, model.url, "remember 7", state_dir=state)
        after = ran(tmp_path, model.url, "what was it", state_dir=state, resume=before.ref())
    assert after.of_kind(Kind.SESSION)[0].id == before.of_kind(Kind.SESSION)[0].id
    assert model.told(2, "user") == ["remember 7", "what was it"]
    assert model.told(2, "assistant") == ["Writing.", "first"]
    assert model.told(2, "tool") == ["x created: 1 bytes"]
    assert after.finish is not None
    assert after.finish.answer == b"second"


def test_a_conversation_that_was_cut_anywhere_can_be_gone_on_with(tmp_path: Path) -> None:
    state = kept(tmp_path)
    with served(says(calls=[call("shell", command="echo up; sleep 300"), call("list")]), says("on")) as model:
        run = Run.begin(tmp_path, model.url, state_dir=state)
        run.until_kind(Kind.TOOL_OUTPUT)
        os.killpg(run.process.pid, signal.SIGTERM)
        run.end()
        (file,) = Path(state).iterdir()
        with file.open("ab") as torn:
            torn.write(b'{"role": "us')
        after = ran(tmp_path, model.url, "go on", state_dir=state, resume=run.ref())
    assert after.finish is not None
    assert after.finish.answer == b"on"
    assert model.told(1, "tool") == ["there is no result: the agent ended before the tool did"] * 2
    assert all(json.loads(line) for line in file.read_bytes().splitlines())


def test_an_interrupted_answer_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    state = kept(tmp_path)
    with served(hangs_after("I was about to"), says("on")) as model:
        run = Run.begin(tmp_path, model.url, state_dir=state)
        run.until_kind(Kind.TEXT)
        run.stop()
        run.end()
        ran(tmp_path, model.url, "go on", state_dir=state, resume=run.ref())
    assert model.told(1, "assistant") == ["I was about to"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "0123456789abcdef"}, "there is no session 0123456789abcdef"),
        ({"id": "../../etc/passwd"}, "there is no session '../../etc/passwd'"),
        ({"prompt_hash": "0" * 64}, "is another one: its promptHash differs"),
    ],
)
def test_another_conversation_is_refused(tmp_path: Path, change: dict[str, str], said: str) -> None:
    state = kept(tmp_path)
    with served(says("first"), says("never")) as model:
        before = ran(tmp_path, model.url, state_dir=state)
        after = ran(tmp_path, model.url, state_dir=state, resume=replace(before.ref(), **change))
    assert len(model.requests) == 1
    assert after.finish is not None
    assert said in (after.finish.program_error or "")


def test_a_damaged_conversation_is_refused(tmp_path: Path) -> None:
    state = kept(tmp_path)
    with served(says("first")) as model:
        before = ran(tmp_path, model.url, state_dir=state)
        (file,) = Path(state).iterdir()
        file.write_bytes(file.read_bytes().replace(b'{"role": "user"', b'{"role": "user', 1))
        after = ran(tmp_path, model.url, state_dir=state, resume=before.ref())
    assert after.finish is not None
    assert "is damaged" in (after.finish.program_error or "")


def test_a_conversation_of_another_program_or_directory_starts_nothing(tmp_path: Path) -> None:
    for ref in (SessionRef("pi", "0123456789abcdef", str(tmp_path)), SessionRef("builtin", "0123456789abcdef", "/x")):
        with pytest.raises(ValueError, match="conversation"):
            BuiltinSession(spec(tmp_path, resume=ref), Briefing()).open()
