"""Secrets are covered in whatever cutting they come, and nothing else is changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crew_core.worker.redaction import Redaction, known_secrets
from tests.worker.real_attempt import ROOT, RealAttempt

#: Few letters, so that secrets overlap each other and begin where others end.
small = st.text("ab*", max_size=60).map(str.encode)
secrets = st.lists(st.text("ab", min_size=1, max_size=7).map(str.encode), max_size=4)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in pairwise(at)]


def fed(redaction: Redaction, parts: list[bytes]) -> bytes:
    return b"".join([redaction.feed(part) for part in parts] + [redaction.end()])


def covered(data: bytes, hidden: list[bytes]) -> bytes:
    """The law, byte by byte: what lies in any occurrence becomes an asterisk."""
    places = {
        at + offset
        for secret in hidden
        for at in range(len(data) - len(secret) + 1)
        if data[at : at + len(secret)] == secret
        for offset in range(len(secret))
    }
    return bytes(ord("*") if at in places else byte for at, byte in enumerate(data))


@given(small, secrets, st.lists(st.integers(0, 60)))
@example(b"aabb", [b"ab", b"bba"], [3])
def test_any_cutting_covers_what_the_law_says(data: bytes, hidden: list[bytes], cuts: list[int]) -> None:
    assert fed(Redaction(hidden), pieces(data, cuts)) == covered(data, hidden)
    assert Redaction(hidden).whole(data) == covered(data, hidden)


@given(
    st.binary(max_size=80), st.binary(min_size=1, max_size=20), st.binary(max_size=80), st.lists(st.integers(0, 200))
)
def test_no_secret_comes_out_and_the_length_stays(before: bytes, secret: bytes, after: bytes, cuts: list[int]) -> None:
    data = before + secret + after
    out = fed(Redaction([secret]), pieces(data, cuts))
    assert len(out) == len(data)
    assert secret not in out or set(secret) == {ord("*")}


@given(secrets.filter(bool), st.lists(small, max_size=20))
def test_no_more_is_held_back_than_the_longest_secret(hidden: list[bytes], parts: list[bytes]) -> None:
    redaction, fed_bytes, passed_bytes = Redaction(hidden), 0, 0
    for part in parts:
        fed_bytes += len(part)
        passed_bytes += len(redaction.feed(part))
        assert fed_bytes - passed_bytes < max(map(len, hidden))


def test_what_begins_no_secret_is_not_held_back() -> None:
    assert Redaction([b"sk-secret"]).feed(b'{"type":"text"}\n') == b'{"type":"text"}\n'


def test_secret_variables_are_known_and_others_are_not() -> None:
    environment = {
        "MODEL_API_KEY": " sk-12345678\n",
        "SHORT_TOKEN": "abc",
        "HOME": "/home/somebody",
        "KEYBOARD": "qwertyuiop",
        "HTTPS_PROXY": "http://me:password1@proxy",
    }
    assert known_secrets(environment) == {b"sk-12345678", b"password1"}


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_secret_is_covered_as_it_stands_in_json(ascii_only: bool) -> None:
    secret = 'päss"wörd\\with\nlines'
    line = json.dumps({"said": f"it is {secret}."}, ensure_ascii=ascii_only).encode()
    out = json.loads(Redaction(known_secrets({"A_PASSWORD": secret})).whole(line))["said"]
    assert out.startswith("it is ***")
    assert out.endswith("*.")


def test_a_supervisor_keeps_no_secret_of_its_agent(tmp_path: Path) -> None:
    secret = "sk-not-to-be-kept-1234"
    script = 'printf %s "${THE_API_KEY%%kept*}"; sleep 0.1; echo kept-1234; echo "$THE_API_KEY!" >&2; printf sk-'
    attempt = RealAttempt.make(tmp_path, script)
    attempt.environment = {"THE_API_KEY": secret}
    result = attempt.finish()
    assert attempt.files.transcript.read_bytes() == b"*" * len(secret) + b"\nsk-"
    assert attempt.answer() == b"*" * len(secret) + b"\nsk-"
    assert attempt.files.stderr.read_bytes() == b"*" * len(secret) + b"!\n"
    assert result.stderr_tail == "*" * len(secret) + "!\n"
    for file in attempt.files.root.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file


def test_the_memory_of_a_supervisor_does_not_grow_with_the_output() -> None:
    """A process of its own, so that nothing else counts."""
    code = (
        "import tracemalloc\n"
        "from crew_core.worker.redaction import Redaction\n"
        "redaction, data = Redaction([b'sk-' + b'x' * 61]), (b'sk-' + b'x' * 60 + b'y') * 1024\n"
        "redaction.feed(data)\n"
        "tracemalloc.start()\n"
        "for _ in range(200): redaction.feed(data[:-7])\n"
        "print(tracemalloc.get_traced_memory()[0])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    assert int(told.stdout) < 10_000
