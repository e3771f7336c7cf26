"""What the explorer says of a repository is true of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crew_core.agents.offline_program.page import NO_MODEL
from crew_core.engine.answers.items import ListedItems, items_of
from crew_core.model.packet import Wants
from crew_core.model.transcript import Kind
from tests.offline import repositories
from tests.offline.offline_run import Said, look, packet, run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    return place


def places_of(said: Said) -> list[tuple[str, int]]:
    return [(path, int(line)) for path, line in re.findall(r"(?m)^- ([\w./-]+):(\d+) ", said.answer)]


def test_the_map_of_a_python_package_names_what_is_there(root: Path, tmp_path: Path) -> None:
    said = run(packet(repositories.python_package(root), "explorer"), tmp_path)
    assert (said.status, said.stderr, said.finish.program_error) == (0, "", None)
    assert said.answer.startswith(NO_MODEL)
    assert "- Python: 4 files, 24 lines" in said.section("Languages")
    assert said.section("Entry points") == ["- pyproject.toml:6 Python command: `shop → shop.cli:main`"]
    assert "- framework: pytest (seen in pyproject.toml)" in said.section("Tests")
    assert "- README.md: Shop (7 words)" in said.section("Documents")
    assert "- shop/calc.py: in 3 commits" in said.section("History")
    assert said.section("Marks left by the authors") == ["- shop/calc.py:5 TODO: round to cents"]


def test_the_words_of_the_goal_are_found_where_they_are(root: Path) -> None:
    said = look(packet(repositories.python_package(root), "explorer", goal="the discount, and unicorns"))
    lines = said.section("Where these words occur: discount, unicorns")
    assert "- shop/calc.py: discount (line 9)" in lines
    assert "- found nowhere in what was read: `unicorns`" in lines
    other = look(packet(root, "explorer", goal="invoices"))
    assert other.answer != said.answer


def test_every_place_that_is_named_exists(root: Path) -> None:
    said = look(packet(repositories.python_package(root), "explorer"))
    places = places_of(said)
    assert len(places) >= 4
    for path, line in places:
        assert 1 <= line <= len((root / path).read_text().split("\n"))
    definitions = re.findall(r"(?m)^- ([\w./]+):(\d+) (?:def|class) (\w+)$", said.answer)
    assert definitions
    for path, line, name in definitions:
        assert name in (root / path).read_text().split("\n")[int(line) - 1]


def test_a_node_project_is_read_from_its_package_json(root: Path) -> None:
    said = look(packet(repositories.node_project(root), "explorer"))
    assert "- package.json:5 script: `test: node --test`" in said.section("Entry points")
    assert "- package.json:3 Node main: `src/cart.js`" in said.section("Entry points")
    assert "- framework: node:test (seen in package.json)" in said.section("Tests")


def test_a_module_that_is_run_begins_in_its_first_line_however_long_it_is(root: Path) -> None:
    code = "\n".join(f"print({number})" for number in range(40))
    repositories.write(root, {"a/__main__.py": f"import a\n{code}\n", "b/__main__.py": f"# {'x' * 200}\n{code}\n"})
    assert look(packet(root, "explorer")).section("Entry points") == [
        "- a/__main__.py:1 Python module: `import a`",
        f"- b/__main__.py:1 Python module: `# {'x' * 78}`",
    ]


def test_a_number_of_any_length_in_a_settings_file_is_survived(root: Path) -> None:
    repositories.write(root, {"pyproject.toml": f"x = {'9' * 5_000}\n", "a.py": "x = 1\n"})
    assert "- Python: 1 file, 1 line" in look(packet(root, "explorer")).section("Languages")


def test_a_star_begins_a_heading_in_org_only(root: Path) -> None:
    text = "Minutes\n\n* first\n* second\n"
    repositories.write(root, {"a.org": text, "b.md": f"# Notes\n\n{text}"})
    documents = look(packet(root, "explorer")).section("Documents")
    assert [line for line in documents if "first" in line or "second" in line] == [
        "- a.org: first (3 words)",
        "  - line 4: second",
    ]


def test_a_repository_of_texts_is_called_one(root: Path) -> None:
    said = look(packet(repositories.texts_only(root), "explorer", goal="tulips"))
    assert "There is no program here" in said.section("No source code")[0]
    documents = said.section("Documents")
    assert "- README.md: Minutes (11 words)" in documents
    assert "  - line 5: Money" in documents
    assert "- 2024/june.rst: June meeting (5 words)" in documents
    assert "- 2024/may.txt: May meeting (10 words)" in documents
    assert said.section("Marks left by the authors") == ["- 2024/may.txt:4 TODO: pay the gardener"]


def test_a_list_is_one_array_of_paths_that_exist(root: Path) -> None:
    repositories.python_package(root)
    said = look(packet(root, "explorer", wants=Wants.LIST, max_items=3))
    listed = items_of(said.answer, 3)
    assert isinstance(listed, ListedItems)
    assert list(listed.items) == said.json()
    assert listed.items[0] == "shop/calc.py"
    assert listed.left_out == 0
    assert all((root / item).exists() for item in listed.items)


def test_an_item_narrows_the_map_to_it(root: Path) -> None:
    repositories.python_package(root)
    said = look(packet(root, "explorer", item="shop/calc.py"))
    assert "# Map of shop/calc.py: 1 file, 10 lines read" in said.answer
    assert said.section("What is defined") == ["- shop/calc.py:4 def add", "- shop/calc.py:9 def discount"]


def test_an_item_that_is_no_path_is_a_topic(root: Path) -> None:
    said = look(packet(repositories.python_package(root), "explorer", item="invoices"))
    assert "it was taken as a topic" in "".join(said.section("Goal"))
    assert "- README.md: invoices (line 3)" in said.section("Where these words occur: invoices")


@pytest.mark.parametrize("item", ["../secret.py", "/etc/passwd", "out.py"])
def test_an_item_never_leads_out_of_the_directory(root: Path, tmp_path: Path, item: str) -> None:
    (tmp_path / "secret.py").write_text("def hidden_thing():\n    pass\n")
    (root / "out.py").symlink_to(tmp_path / "secret.py")
    said = look(packet(root, "explorer", item=item))
    assert said.status == 0
    assert "hidden_thing" not in said.answer
    assert "root:" not in said.answer


def test_without_git_the_directory_is_walked(root: Path) -> None:
    repositories.write(
        root, {"a.py": "x = 1\n", ".hidden/b.py": "y\n", "node_modules/c/d.js": "z\n", ".crew/runs/r": ""}
    )
    said = look(packet(root, "explorer"))
    assert "# Map of project: 1 file, 1 line read" in said.answer
    assert "- not a git repository" in said.section("Limits of this map")


def test_a_machine_without_git_is_no_failure(root: Path, tmp_path: Path) -> None:
    repositories.write(root, {"a.py": "x = 1\n"})
    said = run(packet(root, "explorer"), tmp_path, {"PATH": str(tmp_path)})
    assert said.status == 0
    assert "- git is not installed" in said.section("Limits of this map")


def test_an_empty_directory_is_called_empty(root: Path) -> None:
    said = look(packet(root, "explorer", wants=Wants.LIST))
    assert said.status == 0
    assert "has no files that count" in said.section("Nothing here")[0]
    assert said.json() == []


def test_tools_are_told_with_what_they_took(root: Path, tmp_path: Path) -> None:
    said = run(packet(repositories.python_package(root), "explorer"), tmp_path)
    starts = [event for event in said.events if event.kind is Kind.TOOL_START]
    ends = [event for event in said.events if event.kind is Kind.TOOL_END]
    assert [event.id for event in starts] == [event.id for event in ends]
    assert all(event.duration_ms is not None and not event.failed for event in ends)
    assert any(tool.startswith("git log") for tool in said.tools())
    texts = "".join(event.text for event in said.events if event.kind is Kind.TEXT)
    assert texts == said.answer
    assert said.events[1].kind is Kind.NOTICE
    assert said.events[1].text == NO_MODEL
