"""`validate` finds exactly what is wrong, at its line, in all files at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.ops.errors import InputWrong
from crew_core.ops.validating import Finding, Level, validate
from crew_core.resources.catalogue import BUILTIN
from crew_core.store.layout import config_home
from tests.resources.broken_files import BROKEN, FIVE, FIVE_FOUND, OFF, RIGHT
from tests.resources.resource_files import put


@pytest.fixture
def crew(tmp_path: Path) -> Path:
    """The ``.crew`` of a project in which nothing is wrong."""
    for name, text in RIGHT.items():
        put(tmp_path / "p" / ".crew" / name, text.encode())
    return tmp_path / "p" / ".crew"


def _found(crew: Path) -> tuple[Finding, ...]:
    return validate(crew.parent).findings


def test_nothing_is_wrong_with_a_right_crew_nor_with_what_is_built_in(crew: Path) -> None:
    found = validate(crew.parent)
    assert (found.findings, found.shadows, found.failed) == ((), (), False)
    assert found.files == len(RIGHT) + sum(path.is_file() for path in BUILTIN.rglob("*.md"))


def test_there_are_at_least_forty_rows() -> None:
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("name", BROKEN)
def test_one_fault_is_found_at_its_line_and_no_other(crew: Path, name: str) -> None:
    row = BROKEN[name]
    for file, text in OFF.items():
        put(crew / file, text.encode())
    path = put(crew / row.file, row.text.encode())
    validation = validate(crew.parent)
    (found,) = validation.findings
    assert (found.file, found.line, found.level) == (path, row.line, row.level)
    for words in row.says:
        assert words in f"{found.problem}; {found.remedy}"
    assert validation.failed is (row.level == Level.ERROR)


def test_five_faults_of_one_file_are_found_at_once(crew: Path) -> None:
    path = put(crew / FIVE.file, FIVE.text.encode())
    found = _found(crew)
    assert [(each.file, each.line) for each in found] == [(path, line) for line, _ in FIVE_FOUND]
    for each, (_, words) in zip(found, FIVE_FOUND, strict=True):
        assert words in each.problem


def test_faults_of_all_files_and_layers_are_found_at_once(crew: Path) -> None:
    names = ["agent: access", "team: agent", "skill: empty", "workflow: max"]
    put(config_home() / "agents" / "mine.md", "---\nmodel: a b\n---\n")
    for name in names:
        put(crew / BROKEN[name].file, BROKEN[name].text.encode())
    expected = {(crew / BROKEN[name].file, BROKEN[name].line) for name in names}
    expected.add((config_home() / "agents" / "mine.md", 2))
    assert {(each.file, each.line) for each in _found(crew)} == expected


def test_every_circle_is_found_and_what_waits_for_one(crew: Path) -> None:
    steps = {"a": "b", "b": "a", "c": "d", "d": "c", "after": "a", "last": "after:any", "free": ""}
    text = "".join(f"## {step}\nrole: a\ndependsOn: {after}\n\n" for step, after in steps.items())
    put(crew / "workflows" / "w.workflow.md", text)
    assert [(each.line, each.problem) for each in _found(crew)] == [
        (3, "steps depend on each other in a circle: a → b → a"),
        (11, "steps depend on each other in a circle: c → d → c"),
        (19, "step 'after' can never run: it waits for 'a', which waits for itself"),
        (23, "step 'last' can never run: it waits for 'after', which waits for itself"),
    ]


def test_a_workflow_that_plans_leaves_no_role_without_work(crew: Path) -> None:
    put(crew / "workflows" / "w.workflow.md", "## plan\nrole: a\nwants: plan\n\nPlan.\n")
    assert _found(crew) == ()


def test_what_hides_what_is_shown_and_is_no_fault(crew: Path) -> None:
    mine = put(config_home() / "agents" / "writer.md", "---\nname: writer\n---\n")
    theirs = put(crew / "agents" / "writer.md", "---\nname: writer\n---\n")
    (shadow,) = validate(crew.parent).shadows
    assert (shadow.name, shadow.path) == ("agent writer", theirs)
    assert shadow.hides == (BUILTIN / "agents" / "writer.md", mine)


def test_only_what_is_asked_for_is_told(crew: Path) -> None:
    put(crew / "agents" / "a.md", BROKEN["agent: access"].text.encode())
    path = put(crew / "skills" / "habit" / "SKILL.md", BROKEN["skill: empty"].text.encode())
    found = validate(crew.parent, [path.parent])
    assert ([each.file for each in found.findings], found.files) == ([path], 1)
    with pytest.raises(InputWrong, match=r"broken_files\.py is no resource of any layer"):
        validate(crew.parent, [Path(__file__).with_name("broken_files.py")])


def test_a_finding_is_one_line_that_an_editor_can_jump_to(crew: Path) -> None:
    path = put(crew / "agents" / "a.md", BROKEN["agent: access"].text.encode())
    (found,) = _found(crew)
    assert str(found) == f"{path}:2: error: access is 'all'; it must be read or write"
