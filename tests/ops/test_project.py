"""Which directory is the project."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from crew_core.ops.errors import InputWrong, NotPermitted
from crew_core.ops.project import project_of, refuse_links, register, registered_roots, runs_of
from crew_core.store.layout import data_home
from crew_core.store.registry import RegisteredRun


def _directory(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def test_the_nearest_directory_with_a_crew_or_a_repository_is_meant(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "a" / "inner"
    _directory(outer / ".crew")
    _directory(inner / "deep")
    assert project_of(inner / "deep") == outer
    (inner / ".git").write_text("gitdir: elsewhere")
    assert project_of(inner / "deep") == inner
    (inner / ".git").unlink()
    (inner / ".crew").write_text("a file is no crew")
    assert project_of(inner) == outer


def test_a_link_into_a_project_leads_to_it(tmp_path: Path) -> None:
    _directory(tmp_path / "p" / ".git")
    (tmp_path / "link").symlink_to(_directory(tmp_path / "p" / "sub"))
    assert project_of(tmp_path / "link") == tmp_path / "p"


@pytest.mark.parametrize("marker", [".crew", ".git"])
def test_a_home_and_the_temporary_directory_are_no_projects_of_what_lies_below(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str
) -> None:
    shared = _directory(tmp_path / "shared")
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    for directory in (own_home, shared):
        _directory(directory / marker)
        assert project_of(_directory(directory / "a" / "b")) is None
        assert runs_of(directory / "a") == data_home() / "runs"
        _directory(directory / "a" / ".git")
        assert project_of(directory / "a" / "b") == directory / "a"
        assert project_of(directory) == directory


def test_what_is_no_directory_is_wrong_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("file", "missing", "loop", "file/below"):
        with pytest.raises(InputWrong, match="no such directory") as caught:
            project_of(tmp_path / name)
        assert caught.value.exit_status == 2


@pytest.mark.parametrize("name", [".crew", ".crew/runs"])
def test_a_crew_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    elsewhere = _directory(tmp_path / "elsewhere")
    link = tmp_path / "p" / name
    _directory(link.parent)
    refuse_links(tmp_path / "p")
    link.symlink_to(elsewhere)
    with pytest.raises(NotPermitted, match=f"{link}: is a symbolic link to {elsewhere}; put a directory there"):
        refuse_links(tmp_path / "p")


def test_directories_of_registered_runs_are_named_once(tmp_path: Path) -> None:
    for n, name in enumerate(("one", "other", "other")):
        path = os.fspath(tmp_path / name / ".crew" / "runs" / f"team_{n}")
        register(RegisteredRun(f"team_{n}", path, "t", "g", "2026-01-02T03:04:05.000Z"))
    assert sorted(registered_roots()) == [tmp_path / "one" / ".crew" / "runs", tmp_path / "other" / ".crew" / "runs"]
