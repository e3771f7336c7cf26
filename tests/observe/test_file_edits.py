"""What a call of a tool changes in files: of every program's arguments, as far as they say it, and of any others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.file_edits import FileEdit, How, file_edits
from crew_core.observe.transcript_entries import Entry, Role, text_entry, tool_entry
from crew_core.observe.transcripts import event_of
from crew_core.observe.unified_diff import Part, parts_of
from tests.observe.transcript_files import end, start

STREAMS = Path(__file__).parents[1] / "agents" / "streams"


def call(tool: str, args: dict[str, Any], answer: str = "done") -> Entry:
    return tool_entry(start(tool, "x", data={"args": args}), end(tool, answer))


def told(edit: FileEdit) -> tuple[str, str, list[str]]:
    return edit.path, edit.how.value, [line.text for line in edit.lines]


OLD_NEW = ["-b", "+B"]


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("Edit", {"file_path": "p", "old_string": "b", "new_string": "B", "replace_all": False}),
        ("MultiEdit", {"file_path": "p", "edits": [{"old_string": "b", "new_string": "B"}]}),
        ("edit", {"path": "p", "old_string": "b", "new_string": "B"}),
        ("edit", {"path": "p", "edits": [{"oldText": "b\n", "newText": "B\n"}]}),
        ("edit", {"path": "p", "oldText": "b", "newText": "B"}),
        ("edit", {"filePath": "p", "oldString": "b", "newString": "B"}),
        ("replace", {"paths": ["p"], "changes": [{"type": "diff", "path": "p", "oldText": "b", "newText": "B"}]}),
        ("apply_patch", {"changes": [{"path": "p", "diff": "-b\n+B\n", "kind": {"type": "update"}}]}),
        ("apply_patch", {"changes": {"p": {"type": "update", "unified_diff": "-b\n+B\n"}}}),
        ("apply_patch", {"changes": {"p": {"update": {"unified_diff": "-b\n+B\n"}}}}),
        ("apply_patch", {"input": "*** Begin Patch\n*** Update File: p\n-b\n+B\n*** End Patch\n"}),
        ("patch", {"patchText": "*** Begin Patch\r\n*** Update File: p\r\n-b\r\n+B\r\n*** End Patch"}),
        ("shell", {"command": "apply_patch <<'E'\n*** Begin Patch\n*** Update File: p\n-b\n+B\n*** End Patch\nE"}),
        ("shell", {"command": ["apply_patch", "*** Begin Patch\n*** Update File: p\n-b\n+B\n*** End Patch"]}),
    ],
)  # fmt: skip
def test_one_text_by_another_is_the_same_whatever_it_is_called(tool: str, args: dict[str, Any]) -> None:
    assert [told(edit) for edit in file_edits(call(tool, args))] == [("p", "changed", OLD_NEW)]


@pytest.mark.parametrize(
    ("tool", "args", "how", "lines"),
    [
        ("Write", {"file_path": "p", "content": "a\nb\n"}, How.WRITTEN, ["+a", "+b"]),
        ("write", {"path": "p", "content": ""}, How.WRITTEN, []),
        ("NotebookEdit", {"notebook_path": "p", "new_source": "a"}, How.WRITTEN, ["+a"]),
        ("apply_patch", {"changes": [{"path": "p", "diff": "a\n", "kind": {"type": "add"}}]}, How.ADDED, ["+a"]),
        ("apply_patch", {"changes": [{"path": "p", "diff": "a", "kind": {"type": "delete"}}]}, How.DELETED, ["-a"]),
        ("apply_patch", {"changes": {"p": {"add": {"content": "a"}}}}, How.ADDED, ["+a"]),
        ("apply_patch", {"input": "*** Begin Patch\n*** Add File: p\n+a\n*** End Patch"}, How.ADDED, ["+a"]),
        ("apply_patch", {"input": "*** Begin Patch\n*** Delete File: p\n*** End Patch"}, How.DELETED, []),
        ("replace", {"changes": [{"type": "diff", "path": "p", "oldText": None, "newText": "a"}]}, How.ADDED, ["+a"]),
        ("edit", {"path": "p", "old_string": "a", "new_string": ""}, How.CHANGED, ["-a"]),
    ],
)  # fmt: skip
def test_a_file_that_is_written_added_or_deleted(tool: str, args: dict[str, Any], how: How, lines: list[str]) -> None:
    assert [told(edit) for edit in file_edits(call(tool, args))] == [("p", how.value, lines)]


def test_files_of_one_patch_are_told_one_by_one() -> None:
    patch = "*** Begin Patch\n*** Update File: a.py\n@@ def f():\n-b\n+B\n*** Add File: b.py\n+x\n*** End Patch"
    first, second = file_edits(call("apply_patch", {"patch": patch}))
    assert (first.path, first.count(Part.ADDED), first.count(Part.REMOVED)) == ("a.py", 1, 1)
    assert first.lines[0].part is Part.HUNK
    assert (second.path, second.how) == ("b.py", How.ADDED)


def test_lines_around_a_change_stay_and_hunks_have_no_numbers_that_nobody_knows() -> None:
    old = "\n".join(f"line {number}" for number in range(30))
    new = old.replace("line 2\n", "x\n").replace("line 25", "y")
    [edit] = file_edits(call("Edit", {"file_path": "p", "old_string": old, "new_string": new}))
    assert [line.text for line in edit.lines if line.part is not Part.SAME] == ["-line 2", "+x", "@@", "-line 25", "+y"]
    assert edit.lines[0].text == " line 0"


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("Read", {"file_path": "p"}),
        ("Bash", {"command": "ls"}),
        ("fetch", {"path": "p", "content": "x"}),
        ("TodoWrite", {"todos": [{"content": "x"}]}),
        ("write_stdin", {"input": "y\n"}),
    ],
)
def test_a_call_that_changes_no_file_has_none(tool: str, args: dict[str, Any]) -> None:
    assert file_edits(call(tool, args)) == ()


def test_a_difference_in_a_result_is_one_where_the_arguments_say_nothing() -> None:
    [edit] = file_edits(tool_entry(start("edit", "p"), end("edit", "--- a/p\n+++ b/p\n@@ -1 +1 @@\n-b\n+B")))
    assert [line.part for line in edit.lines] == [Part.HEAD, Part.HEAD, Part.HUNK, Part.REMOVED, Part.ADDED]
    said = AgentEvent(Kind.TEXT, text="@@ -1 +1 @@\n-b\n+B")
    assert file_edits(text_entry(Role.ASSISTANT, [said])) == ()


def test_a_removed_line_that_begins_with_dashes_is_no_name_of_a_file() -> None:
    lines = ["--- a.sql", "+++ b.sql", "@@ -1,2 +1,2 @@", "--- a comment", "+++ another", " select", "--- c", "+++ d"]
    assert [line.part for line in parts_of(lines)] == [
        *(Part.HEAD, Part.HEAD, Part.HUNK, Part.REMOVED, Part.ADDED, Part.SAME, Part.HEAD, Part.HEAD)
    ]


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=12) | st.sampled_from(["@@ -1 +1 @@\n-a", "*** Begin Patch\n"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["path", "old_string", "new_string", "oldText", "newText", "edits", "changes", "diff", "kind"])
        | st.sampled_from(["type", "content", "input", "patch", "command", "add", "update", "x"]),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["path", "changes", "edits", "input", "old_string", "new_string"]), VALUES))
@example({"changes": [{"path": 1, "kind": [], "diff": "@@ -999999999999 +1 @@\n"}]})
@example({"edits": ["x", {"oldText": 1, "newText": "x"}]})
def test_whatever_arguments_are_they_are_told_in_lines(args: dict[str, Any]) -> None:
    for edit in file_edits(call("edit", args)):
        for line in edit.lines:
            assert "\n" not in line.text
            if line.part in (Part.ADDED, Part.REMOVED):
                assert line.text[0] in "+-"


@given(st.lists(st.sampled_from("ab"), max_size=8), st.lists(st.sampled_from("ab"), min_size=1, max_size=8))
def test_what_is_removed_was_there_and_what_is_added_is_there_now(old: list[str], new: list[str]) -> None:
    [edit] = file_edits(call("edit", {"path": "p", "old_string": "\n".join(old), "new_string": "\n".join(new)}))
    added, removed = (
        Counter(line.text[1:] for line in edit.lines if line.part is part) for part in (Part.ADDED, Part.REMOVED)
    )
    assert Counter(old) + added == Counter(new) + removed


def test_every_recorded_call_that_edits_a_file_is_understood() -> None:
    """Of real programs: what their adapters made of it."""
    editing = {"edit", "write", "replace", "apply_patch", "multiedit"}
    found = set()
    for path in sorted(STREAMS.glob("*/*.events.jsonl")):
        for line in path.read_bytes().splitlines():
            event = event_of(line)
            if event.kind is Kind.TOOL_START and event.tool.lower() in editing and event.data:
                assert file_edits(tool_entry(event, None)), (path.name, line)
                found.add(path.parent.name)
    assert {"acp", "builtin", "claude", "pi"} <= found
