"""AGENTS.md: which one counts, how much of it, and what of it nobody is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.resources.instructions import LARGEST_BYTES, read_instructions
from tests.resources.resource_files import put


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "p" / "sub" / "deep").mkdir(parents=True)
    return tmp_path / "p"


def test_the_nearest_file_up_to_the_project_counts_and_says_where_it_is_from(project: Path) -> None:
    put(project.parent / "AGENTS.md", "outside")
    assert read_instructions(project / "sub", project).text == ""
    root = put(project / "AGENTS.md", "Use tabs.\n")
    found = read_instructions(project / "sub" / "deep", project)
    assert (found.text, found.path) == ("From AGENTS.md of the project:\n\nUse tabs.\n", root)
    put(project / "sub" / "AGENTS.md", "Use spaces.\n")
    assert read_instructions(project / "sub" / "deep", project).text.startswith("From sub/AGENTS.md of the project:")
    assert read_instructions(project, project).path == root


def test_without_a_project_there_are_none(project: Path) -> None:
    put(project / "AGENTS.md", "x")
    assert read_instructions(project, None).text == ""
    assert read_instructions(project, project / "sub").text == ""


def test_a_long_file_is_cut_and_says_so(project: Path) -> None:
    put(project / "AGENTS.md", "é" * LARGEST_BYTES)
    text = read_instructions(project, project).text
    assert text.count("é") == LARGEST_BYTES // 2
    assert text.endswith(f"[cut here: only {LARGEST_BYTES} bytes are told]\n")


def test_control_characters_and_what_pi_crew_says_of_its_tools_are_left_out(project: Path) -> None:
    block = "<!-- PI-CREW:GUIDANCE:START -->\nteam action='run'\n<!-- PI-CREW:GUIDANCE:END -->\n"
    put(project / "AGENTS.md", f"a\x1b[2J\u202eb\r\nc\n{block}d\xff".encode("latin-1", "replace"))
    text = read_instructions(project, project).text
    assert "team action" not in text
    assert "a[2J?b\nc\nd�" in text
    put(project / "AGENTS.md", block)
    assert read_instructions(project, project).text == ""


def test_a_link_out_of_the_project_and_what_is_no_file_are_not_used_and_said(project: Path) -> None:
    path = project / "AGENTS.md"
    path.symlink_to(put(project.parent / "secret", "secret"))
    found = read_instructions(project, project)
    assert (found.text, found.sources) == ("", ())
    assert found.notices == (f"{path} is not used: it is a link that leads out of the project",)
    path.unlink()
    path.symlink_to(put(project / "sub" / "README.md", "inside"))
    assert "inside" in read_instructions(project, project).text
    path.unlink()
    os.mkfifo(path)
    assert read_instructions(project, project).notices == (f"{path} is not used: it is no regular file",)
    path.unlink()
    path.symlink_to("nowhere")
    assert read_instructions(project, project).notices == (f"{path} is not used: No such file or directory",)
