"""The scripted agent does what its documentation says, word for word."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crew_core.model.transcript import Kind
from tests.fake_agent.__main__ import SPEAKERS, read
from tests.fake_agent.vocabulary import WORDS
from tests.worker.real_attempt import ROOT, RealAttempt

DOCUMENTATION = (ROOT / "docs" / "writing-adapters.md").read_text()


def documented() -> dict[str, str]:
    """Word → its fields, from the table."""
    table = DOCUMENTATION.split("| Word |")[1]
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.MULTILINE))


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-S", "-m", "tests.fake_agent", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, stdin=subprocess.DEVNULL)


def test_every_word_is_documented_and_no_other() -> None:
    assert len(SPEAKERS) == 5
    assert set(documented()) == set(WORDS)


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_field_is_documented_and_no_other(word: str) -> None:
    fields = set(re.findall(r"`(\w+)`", documented()[word]))
    assert fields == set(inspect.signature(WORDS[word]).parameters)


def test_a_scenario_may_be_json_toml_or_the_steps_themselves(tmp_path: Path) -> None:
    steps = [{"do": "print", "text": "hi"}]
    (tmp_path / "a.json").write_text(json.dumps(steps))
    (tmp_path / "b.toml").write_text('[[steps]]\ndo = "print"\ntext = "hi"\n')
    for scenario in (
        str(tmp_path / "a.json"),
        str(tmp_path / "b.toml"),
        json.dumps(steps),
        json.dumps({"steps": steps}),
    ):
        assert read(scenario) == steps
    assert run(json.dumps(steps)).stdout == b"hi\n"


@pytest.mark.parametrize("step", [{"do": "dance"}, {"do": "print", "colour": "red"}])
def test_what_it_does_not_know_ends_it_loudly(step: dict[str, str]) -> None:
    ended = run(json.dumps([step]))
    assert ended.returncode == 1
    assert b"Error" in ended.stderr


@pytest.mark.usefixtures("no_process_left")
def test_the_example_of_the_documentation_does_what_is_said_there(tmp_path: Path) -> None:
    example = DOCUMENTATION.split("<!-- example -->\n```json\n")[1].split("```")[0]
    attempt = RealAttempt.make(tmp_path, json.loads(example))
    result = attempt.finish()
    (size,) = map(int, re.findall(r"leaves (\d+) bytes", DOCUMENTATION))
    assert attempt.files.transcript.stat().st_size == result.output_bytes == size
    assert [event.to for event in attempt.of_kind(Kind.MESSAGE)] == ["reviewer"]
    assert (result.messages, result.ended_processes, result.survivors) == (1, 1, 0)
    assert attempt.verdict().code == "exit_code(3)"
