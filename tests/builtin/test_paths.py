"""No path, however it is written and wherever its links lead, is written outside of the directory."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools.paths import regular, writable

PARTS = ("..", ".", "a", "sub", "out", "up", "loop", "self", "file", "", "work", "work-2")


def furnished(root: Path) -> Path:
    work = root / "work"
    (work / "sub").mkdir(parents=True)
    (root / "work-2").mkdir()
    (work / "file").write_text("x")
    (work / "out").symlink_to(root / "work-2")
    (work / "up").symlink_to("..")
    (work / "loop").symlink_to("loop")
    (work / "sub" / "self").symlink_to(work)
    return work


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=7), st.booleans())
def test_whatever_may_be_written_lies_inside(parts: list[str], absolute: bool) -> None:
    with TemporaryDirectory() as directory:
        root = Path(directory).resolve()
        work = furnished(root)
        path = "/".join(parts)
        if absolute:
            path = f"{work}/{path}"
        try:
            real = writable(str(work), path)
        except ToolFailed:
            return
        assert real.startswith(f"{work}/")
        assert os.path.realpath(real) == real or "loop" in real
        assert os.path.realpath(work / path) == real


@given(st.lists(st.sampled_from(("a", "b", "sub", "file-2")), min_size=1, max_size=4))
def test_plain_paths_inside_may_be_written(parts: list[str]) -> None:
    with TemporaryDirectory() as directory:
        work = furnished(Path(directory).resolve())
        assert writable(str(work), "/".join(parts)) == str(work.joinpath(*parts))


def test_a_working_directory_that_is_a_link_is_the_directory_that_it_leads_to(tmp_path: Path) -> None:
    work = furnished(tmp_path)
    (tmp_path / "link").symlink_to(work)
    assert writable(str(tmp_path / "link"), "new") == str(work / "new")
    assert writable(str(tmp_path / "link"), str(work / "new")) == str(work / "new")


@pytest.mark.parametrize("path", [".git/x", "sub/.git/hooks/x", ".crew/runs/r/x", "sub/self/.git/x", ".git"])
def test_what_runs_by_itself_is_kept(tmp_path: Path, path: str) -> None:
    with pytest.raises(ToolFailed, match="nothing may be written in"):
        writable(str(furnished(tmp_path)), path)


def test_a_pipe_is_no_file_to_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in (("pipe", "is no plain file"), ("", "is a directory"), ("none", "No such file")):
        with pytest.raises(ToolFailed, match=said):
            regular(str(tmp_path / path), path)
