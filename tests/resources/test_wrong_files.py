"""A wrong file is refused with its line, what is wrong there, and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.resources.resource_files import READERS, faults_of, put, told

WRONG = {
    "agent: unknown key": (
        "a.md",
        "---\nname: a\nacces: read\n---\n",
        ["3: unknown key 'acces'; did you mean 'access'?"],
    ),
    "agent: access": ("a.md", "---\naccess: Read\n---\n", ["2: access is 'Read'; it must be read or write"]),
    "agent: access without a value": ("a.md", "---\naccess:\n---\n", ["2: access is ''; it must be read or write"]),
    "agent: disabled": ("a.md", "---\ndisabled: yes\n---\n", ["2: disabled is 'yes'; it must be true or false"]),
    "agent: name": (
        "a.md",
        "---\nname: my agent\n---\n",
        ["2: name 'my agent' is no id; letters, digits, - and _ only, at most 128"],
    ),
    "agent: stem is no id": (
        "my agent.md",
        "hello",
        ["1: name 'my agent' is no id; letters, digits, - and _ only, at most 128"],
    ),
    "not closed": ("a.md", "---\nname: a\n", ["1: the front matter is not closed; add a line --- below it"]),
    "begun late": (
        "a.md",
        "\n\n---\nname: a\n---\n",
        ["3: front matter must begin on line 1; remove what is above it"],
    ),
    "a list": (
        "a.md",
        "---\ntools:\n  - read\n  - bash: x\n---\n",
        [
            "3: '- read' is no key: value; one key: value a line; lists are written with commas",
            "4: '- bash: x' is no key: value; one key: value a line; lists are written with commas",
        ],
    ),
    "line numbers with CRLF": ("a.md", "---\r\nname: a\r\nfoo: b\r\n---\r\n", ["3: unknown key 'foo'; there is: "]),
    "line numbers with CR": ("a.md", "---\rname: a\raccess: x\r---\r", ["3: access is 'x'; it must be read or write"]),
    "several": (
        "a.md",
        "---\nenabled: 1\naccess: all\nmodell: x\n---\n",
        [
            "2: enabled is '1'; it must be true or false",
            "3: access is 'all'; it must be read or write",
            "4: unknown key 'modell'; did you mean 'model'?",
        ],
    ),
    "team: no role": (
        "a.team.md",
        "---\nname: a\n---\nWe are many.\n",
        ["1: the team has no role; add a line like: - tester: agent=tester"],
    ),
    "team: empty": ("a.team.md", "", ["1: the team has no role; add a line like: - tester: agent=tester"]),
    "team: a rule is no role": (
        "a.team.md",
        "text\n\n---\n",
        ["1: the team has no role; add a line like: - tester: agent=tester"],
    ),
    "team: role twice": (
        "a.team.md",
        "- a: agent=x\n- b\n- a: agent=y\n",
        ["3: role 'a' is there already, on line 1; remove one of them"],
    ),
    "team: no agent": ("a.team.md", "- a: agent= foo\n", ["1: role 'a' names no agent; write agent=NAME"]),
    "team: token": ("a.team.md", "- a: agnet=x\n", ["1: role 'a': unknown key 'agnet'; did you mean 'agent'?"]),
    "team: workers": (
        "a.team.md",
        "- a: maxConcurrency=²\n",
        ["1: maxConcurrency of role 'a' is '²'; it must be a whole number from 1 to 1024"],
    ),
    "team: all workers": (
        "a.team.md",
        "---\nmaxConcurrency: 0\n---\n- a\n",
        ["2: maxConcurrency is '0'; it must be a whole number from 1 to 1024"],
    ),
    "team: too many workers": (
        "a.team.md",
        f"---\nmaxConcurrency: {'9' * 5000}\n---\n- a\n",
        ["2: maxConcurrency is '999"],
    ),
    "team: nested role": (
        "a.team.md",
        "- a\n  - b: agent=b\n* c: agent=c\n- my role: agent=d\n",
        [f"{n}: looks like a role, but does not begin with - and a name" for n in (2, 3, 4)],
    ),
    "team: code does not end": (
        "a.team.md",
        "- a\n```\n- b\n",
        ["2: the code block that begins here does not end; close it"],
    ),
    "workflow: no step": (
        "a.workflow.md",
        "# Plan\n\n### step\n",
        ["1: the workflow has no step; add a heading like: ## explore"],
    ),
    "workflow: step is no id": (
        "a.workflow.md",
        "## Map it\nrole: a\n",
        ["1: step 'Map it' is no id; letters, digits, - and _ only, at most 120"],
    ),
    "workflow: step is too long": ("a.workflow.md", f"## {'a' * 121}\n", ["1: step 'aaa"]),
    "workflow: step twice": (
        "a.workflow.md",
        "## a\n\nx\n\n## a\n",
        ["5: step 'a' is there already, on line 1; give each step a name of its own"],
    ),
    "workflow: unknown step": (
        "a.workflow.md",
        "## build\n\n## test\nrole: t\ndependsOn: biuld\n",
        ["5: step 'test' depends on unknown step 'biuld'; did you mean 'build'?"],
    ),
    "workflow: itself": (
        "a.workflow.md",
        "## a\ndependsOn: a\n",
        ["2: step 'a' depends on itself; remove this dependency"],
    ),
    "workflow: a circle": (
        "a.workflow.md",
        "## a\n\n## b\ndependsOn: d\n\n## c\ndependsOn: b, a\n\n## d\ndependsOn: c:any\n",
        ["4: steps depend on each other in a circle: b → d → c → b; remove one of these dependencies"],
    ),
    "workflow: edge policy": (
        "a.workflow.md",
        "## a\n\n## b\ndependsOn: a:optinal\n",
        ["4: step 'b': unknown edge policy 'optinal'; did you mean 'optional'?"],
    ),
    "workflow: edge policy is empty": (
        "a.workflow.md",
        "## a\n\n## b\ndependsOn: a:\n",
        ["4: step 'b': unknown edge policy ''; there is: success, any, optional"],
    ),
    "workflow: two policies": (
        "a.workflow.md",
        "## a\n\n## b\ndependsOn: a:any, a\n",
        ["4: step 'b': depends on 'a' in two ways; keep one of them"],
    ),
    "workflow: key of a step": (
        "a.workflow.md",
        "## a\nrole: x\nretry: 3\n",
        ["3: step 'a': unknown key 'retry'; did you mean 'retries'?"],
    ),
    "workflow: first key of a step that is no kebab": (
        "a.workflow.md",
        "## a\nrole: x\n\n## B\nroel: x\n",
        ["5: step 'B': unknown key 'roel'; did you mean 'role'?"],
    ),
    "workflow: key twice": (
        "a.workflow.md",
        "## a\n\n## b\n\n## c\ndependsOn: a\ndependsOn: b\n",
        ["7: step 'c': dependsOn is there already, on line 6; keep one of them"],
    ),
    "workflow: retries": (
        "a.workflow.md",
        "## a\nretries: -1\n",
        ["2: step 'a': retries is '-1'; it must be a whole number from 0 to 100"],
    ),
    "workflow: timeout": (
        "a.workflow.md",
        "## a\ntimeout: 5 days\n",
        ["2: step 'a': timeout is '5 days'; write a time like 90s, 10m or 2h, at most 8760h"],
    ),
    "workflow: timeout is endless": (
        "a.workflow.md",
        f"## a\ntimeout: {'9' * 400}\n",
        ["2: step 'a': timeout is '999"],
    ),
    "workflow: timeout is nothing": ("a.workflow.md", "## a\ntimeout: 0\n", ["2: step 'a': timeout is '0'; write"]),
    "workflow: flag": (
        "a.workflow.md",
        "## a\nkeepProcesses: yes\n",
        ["2: step 'a': keepProcesses is 'yes'; it must be true or false"],
    ),
    "workflow: cwd": (
        "a.workflow.md",
        "## a\ncwd: ../b\n",
        ["2: step 'a': cwd is '../b'; it must lie in the directory of the run"],
    ),
    "workflow: code does not end": (
        "a.workflow.md",
        "## a\n\n````sh\n```\n\n## b\n\n```sh\n```\n",
        ["3: the code block that begins here does not end; close it"],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, name: str) -> None:
    file, content, expected = WRONG[name]
    found = told(put(tmp_path / file, content.encode()))
    assert len(found) == len(expected), found
    for message, beginning in zip(found, expected, strict=True):
        assert message.startswith(f"{file}:{beginning}")


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_text_file_is_refused_without_waiting(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir()
    assert told(path) == [f"{name}:1: is no regular file"]
    path.rmdir()
    assert told(path) == [f"{name}:1: cannot be read: No such file or directory"]
    path.symlink_to(name)
    assert told(path) == [f"{name}:1: cannot be read: Too many levels of symbolic links"]
    path.unlink()
    os.mkfifo(path)
    assert told(path) == [f"{name}:1: is no regular file"]
    path.unlink()
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert told(path) == [f"{name}:1: is larger than 1048576 bytes"]
    put(path, b"one\r\ntwo \xff\xfe\n")
    assert told(path) == [f"{name}:2: is not UTF-8"]
    put(path, b"one\rtwo\nthree\0\n")
    assert told(path) == [f"{name}:3: has a NUL byte: this is no text"]


def test_a_message_is_one_printable_line_of_bounded_length(tmp_path: Path) -> None:
    path = put(tmp_path / "evil\x1b[2J\nname.md", f"---\nname: a\naccess: \x1b]0;{'a' * 100_000}\n---\n")
    (fault,) = faults_of(path)
    assert str(fault).isprintable()
    assert "evil\\x1b[2J\\nname.md:3: access is" in str(fault)
    assert len(str(fault)) < 1000


def test_a_file_with_very_many_faults_tells_the_first_and_is_read_quickly(tmp_path: Path) -> None:
    steps = "".join(f"## step-{n}\ndependsOn: stepp-{n}\n\n" for n in range(9_000))
    found = faults_of(put(tmp_path / "a.workflow.md", steps))
    assert [fault.line for fault in found] == [3 * n + 2 for n in range(20)]


def test_more_steps_than_a_run_may_have_are_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(put(tmp_path / "a.workflow.md", "".join(f"## s{n}\n" for n in range(10_001))))
    assert (fault.line, fault.what) == (10_001, "the workflow has 10001 steps")


def test_a_long_chain_of_steps_has_its_circle_found(tmp_path: Path) -> None:
    steps = "".join(f"## s{n}\ndependsOn: s{(n + 1) % 5_000}\n\n" for n in range(5_000))
    (fault,) = faults_of(put(tmp_path / "a.workflow.md", steps))
    assert fault.what.startswith("steps depend on each other in a circle: s0 → s1 → s2")
