"""What tools print becomes a work list: each tool's own words, with place and name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.offline_program.checks.check import Failure
from crew_core.agents.offline_program.checks.failures import read_failures
from crew_core.agents.offline_program.plain_text import output_lines
from crew_core.agents.offline_program.survey.listing import Listing

FILES = Listing(("a.py", "cart_test.go", "src/a.rs", "src/a.ts", "src/b.js", "t/a.test.js", "t/test_a.py"), 7, "test")

OUTPUTS = {
    "pytest": (
        "____ TestA.test_add ____\n\n>   assert 1 == 2\nE   assert 1 == 2\n\nt/test_a.py:5: AssertionError\n"
        "=== short test summary info ===\nFAILED t/test_a.py::TestA::test_add - assert 1 == 2\n",
        [Failure("t/test_a.py", 5, "t/test_a.py::TestA::test_add", "assert 1 == 2")],
    ),
    "pytest, quiet": (
        "FAILED t/test_a.py::test_x[a b] - ValueError: no\n",
        [Failure("t/test_a.py", 0, "t/test_a.py::test_x[a b]", "ValueError: no")],
    ),
    "unittest": (
        'FAIL: test_x (t.test_a.T.test_x)\nTraceback:\n  File "/p/t/test_a.py", line 7, in test_x\n',
        [Failure("t/test_a.py", 7, "t.test_a.T.test_x")],
    ),
    "ruff": ("a.py:1:8: F401 [*] `os` imported\n", [Failure("a.py", 1, what="F401 [*] `os` imported")]),
    "flake8": ("./a.py:2:1: E302 expected 2 lines\n", [Failure("a.py", 2, what="E302 expected 2 lines")]),
    "mypy": ("a.py:3: error: Bad [arg-type]\n", [Failure("a.py", 3, what="Bad [arg-type]")]),
    "tsc": ("src/a.ts(4,2): error TS2322: No.\n", [Failure("src/a.ts", 4, what="TS2322: No.")]),
    "eslint": (
        "/p/src/b.js\n  3:1  error  'x' is not defined  no-undef\n  4:1  warning  y  z\n",
        [Failure("src/b.js", 3, what="'x' is not defined  no-undef")],
    ),
    "tap": (
        "not ok 1 - adds\n  ---\n  location: '/p/t/a.test.js:5:1'\n  error: 'no'\n",
        [Failure("t/a.test.js", 5, "adds", "no")],
    ),
    "node spec": (
        "✖ failing tests:\n\ntest at t/a.test.js:5:1\n✖ adds (1.2ms)\n",
        [Failure("t/a.test.js", 5, "adds")],
    ),
    "jest": (
        "  ● cart › adds\n\n    expect(1).toBe(2)\n\n      at Object.<anonymous> (t/a.test.js:6:3)\n",
        [Failure("t/a.test.js", 6, "cart › adds")],
    ),
    "go test": (
        "--- FAIL: TestAdd (0.00s)\n    cart_test.go:9: got 1\n",
        [Failure("cart_test.go", 9, "TestAdd", "got 1")],
    ),
    "cargo": (
        "thread 'tests::adds' panicked at src/a.rs:8:9:\n\ntest tests::adds ... FAILED\n",
        [Failure("src/a.rs", 8, "tests::adds")],
    ),
    "rustc": (
        "error[E0308]: mismatched types\n --> src/a.rs:2:5\n",
        [Failure("src/a.rs", 2, "error[E0308]: mismatched types")],
    ),
    "anything": ("oops in a.py:12: broken\n", [Failure("a.py", 12, what="broken")]),
    "not ours": ("/usr/lib/x.py:3: error: no\nx.py:4:1: E1 no\n", []),
}


@pytest.mark.parametrize("tool", OUTPUTS)
def test_the_words_of_a_tool_are_understood(tool: str) -> None:
    output, failures = OUTPUTS[tool]
    assert list(read_failures(Path("/p"), FILES, output.split("\n"))) == failures


@given(st.lists(st.sampled_from([line for output, _ in OUTPUTS.values() for line in output.split("\n")]) | st.text()))
def test_any_mixture_of_lines_is_survived_and_only_names_files_of_the_project(lines: list[str]) -> None:
    for failure in read_failures(Path("/p"), FILES, lines):
        assert failure.path == "" or failure.path in FILES


@given(st.binary())
def test_any_output_becomes_lines_that_can_be_printed(output: bytes) -> None:
    for line in output_lines(output):
        assert "\x1b" not in line
        assert "\n" not in line
