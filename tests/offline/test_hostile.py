"""Repositories and packets that want to break the program: it answers, and answers the truth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crew_core.model.packet import Wants
from crew_core.model.transcript import Kind
from tests.offline import repositories
from tests.offline.offline_run import look, packet, run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    (tmp_path / "outside.py").write_text("def hidden_thing():\n    tulips\n")
    return repositories.hostile(place, tmp_path / "outside.py")


@pytest.mark.parametrize(
    ("role", "in_git"),
    [("explorer", True), ("planner", True), ("reviewer", True), ("explorer", False), ("security-reviewer", False)],
)
def test_hostile_names_and_contents_are_survived(root: Path, tmp_path: Path, role: str, in_git: bool) -> None:
    if in_git:
        repositories.git(root, "init", "-q", "-b", "main")
    before = repositories.fingerprint(root)
    said = run(packet(root, role, goal="tulips", wants=Wants.LIST, checks_refused="no trust"), tmp_path)
    assert (said.status, said.stderr, said.finish.program_error) == (0, "", None)
    assert isinstance(said.json(), list)
    assert "hidden_thing" not in said.answer
    assert not any(ord(character) < 32 and character != "\n" for character in said.answer)
    assert said.answer.count("```") == 2
    assert repositories.fingerprint(root) == before


def test_what_is_not_read_is_counted(root: Path, tmp_path: Path) -> None:
    said = run(packet(root, "explorer", goal="tulips"), tmp_path)
    limits = said.section("Limits of this map")
    assert "- not read, binary: 1 file" in limits
    assert any(line.startswith("- not read, symbolic link or no plain file:") for line in limits)
    assert "- mixed.txt: tulips (line 1)" in said.section("Where these words occur: tulips")
    assert "- latin.md: tulips (line 1)" in said.section("Where these words occur: tulips")


def test_an_index_that_names_files_behind_a_link_leads_nowhere(tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    repositories.write(elsewhere, {"secret.py": "def hidden_thing():\n    tulips()\n"})
    repositories.write(place, {"a.py": "tulips\n"})
    (place / "link").symlink_to(elsewhere)
    repositories.git(place, "init", "-q", "-b", "main")
    blob = repositories.git(place, "hash-object", "-w", "a.py").strip()
    repositories.git(place, "update-index", "--add", "--cacheinfo", f"100644,{blob},link/secret.py")
    for role in ("explorer", "reviewer"):
        said = look(packet(place, role, goal="tulips"))
        assert "hidden_thing" not in said.answer
        assert "link/secret.py:" not in said.answer


def test_modules_of_the_project_are_not_imported(tmp_path: Path) -> None:
    trap = "open('sprung', 'w').close()\nraise SystemExit(9)\n"
    names = ["msgspec.py", "json.py", "ast.py", "crew_core/__init__.py", "sitecustomize.py", "selectors.py"]
    place = repositories.write(tmp_path / "trap", dict.fromkeys(names, trap))
    for role in ("explorer", "verifier"):
        said = run(packet(place, role, checks_refused="no trust"), tmp_path)
        assert said.finish.answer_seen
    assert not (place / "sprung").exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"runId": 1}'])
def test_a_packet_that_cannot_be_read_is_an_error_event(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "packet.json").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "crew_core.agents.offline_program", str(tmp_path / "packet.json")],
        cwd=tmp_path,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b'{"kind":"error","text":"the task packet cannot be read')


def test_a_directory_that_is_gone_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    told = packet(tmp_path / "here", "explorer")
    import msgspec

    gone = msgspec.structs.replace(told, cwd=str(tmp_path / "gone"))
    (tmp_path / "packet.json").write_bytes(msgspec.json.encode(gone))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "crew_core.agents.offline_program", str(tmp_path / "packet.json")],
        cwd=tmp_path,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert msgspec.json.decode(done.stdout)["kind"] == Kind.ERROR
