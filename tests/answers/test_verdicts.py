"""The verdict is the last line that states one; what is not clear is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.engine.answers import StatedVerdict, verdict_of
from crew_core.engine.answers.verdict import REASON_CHARS
from crew_core.model.status import Verdict

PASS, FAIL, NOT_VERIFIED = Verdict.PASS, Verdict.FAIL, Verdict.NOT_VERIFIED

reasons = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="*_`"), min_size=1
).map(lambda text: text[:REASON_CHARS])


@pytest.mark.parametrize(
    ("line", "verdict", "reason"),
    [
        ("VERDICT: PASS", PASS, ""),
        ("VERDICT: FAIL: tests/test_x.py::test_y", FAIL, "tests/test_x.py::test_y"),
        ("VERDICT: NOT VERIFIED: no checks", NOT_VERIFIED, "no checks"),
        ("**VERDICT: PASS**", PASS, ""),
        ("**VERDICT:** PASS.", PASS, ""),
        ("VERDICT: **FAIL**: it does not build", FAIL, "it does not build"),
        ("### Verdict: pass", PASS, ""),
        ("- `VERDICT: FAIL — 2 tests`", FAIL, "2 tests"),
        ("  verdict : not_verified (no network)", NOT_VERIFIED, "no network"),
        ("VERDICT: Not-Verified - nothing may be run", NOT_VERIFIED, "nothing may be run"),
        ("VERDICT: PASSED!", PASS, ""),
        ("VERDICT: FAIL. Two tests fail.", FAIL, "Two tests fail."),
        ("VERDICT: FAIL: pass rate is 50 %", FAIL, "pass rate is 50 %"),
        ("VERDICT: PASS: 41 tests\r", PASS, "41 tests"),
    ],
)
def test_a_verdict_is_read_in_whatever_dress_it_comes(line: str, verdict: Verdict, reason: str) -> None:
    assert verdict_of(f"Evidence.\n\n{line}\n\nThat is all.") == StatedVerdict(verdict, reason)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PASS",
        "The verdict is: PASS",
        "VERDICT:",
        "VERDICT: PASS or FAIL",
        "VERDICT: PASS / FAIL / NOT VERIFIED",
        "VERDICT: PASS: FAIL: NOT VERIFIED",
        "VERDICT: PASS, FAIL",
        "VERDICT: PASS, but not on Linux",
        "VERDICT: PASS with reservations",
        "VERDICT: not PASS",
        "VERDICT: PASSWORD",
        "VERDICT: failing",
        "VERDICT: MAYBE",
        "> VERDICT: PASS",
        "```\nVERDICT: PASS\n```",
        "~~~ text\nVERDICT: PASS",
        "VERDICT: PASS\nVERDICT: unclear",
    ],
)
def test_what_is_not_clear_is_no_verdict(text: str) -> None:
    assert verdict_of(text) is None


def test_the_last_verdict_counts_and_those_in_code_do_not() -> None:
    text = "VERDICT: PASS\n\nNo: see\n```\nVERDICT: PASS\n```\nVERDICT: FAIL: it\n\n~~~\nVERDICT: PASS\n~~~\n"
    assert verdict_of(text) == StatedVerdict(FAIL, "it")


@given(st.sampled_from(list(Verdict)), reasons, st.text())
def test_what_a_task_states_as_it_was_told_is_read_back(verdict: Verdict, reason: str, before: str) -> None:
    before = before.replace("`", "").replace("~", "")
    assert verdict_of(f"{before}\nVERDICT: {verdict}") == StatedVerdict(verdict)
    if reason not in ("PASS", "FAIL"):
        assert verdict_of(f"{before}\nVERDICT: {verdict}: {reason}") == StatedVerdict(verdict, reason)


@given(
    st.lists(
        st.sampled_from(["VERDICT", ":", " ", "PASS", "FAIL", "NOT", "**", "```", "\n", "(", ")", "- "]) | st.text()
    )
)
def test_any_text_has_one_verdict_or_none(pieces: list[str]) -> None:
    stated = verdict_of("".join(pieces))
    assert stated is None or (len(stated.reason) <= REASON_CHARS and "\n" not in stated.reason)
