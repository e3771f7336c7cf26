"""The temporary directory of an attempt: where it is, and how it goes."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from crew_core.store.temporary_directory import place_of, remove

WORKER = "team_1_a:t:1:0011aabb"


def place_in(directory: Path) -> Path:
    return place_of(WORKER, {"TMPDIR": str(directory)})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = place_in(tmp_path)
    made.mkdir(0o700)
    return made


def test_its_name_is_short_and_its_workers_own() -> None:
    path = place_of("team_20260102030405_0123456789abcdef:a-long-task:12:0011aabb", {})
    assert path.name.startswith("crew-")
    assert len(str(path)) < 30
    assert place_of("another", {}) != path


@pytest.mark.parametrize("name", ["TMPDIR", "TMP", "TEMP"])
def test_it_lies_where_the_environment_has_temporary_files(tmp_path: Path, name: str) -> None:
    assert place_of(WORKER, {name: str(tmp_path)}).parent == tmp_path


@pytest.mark.parametrize("said", [{}, {"TMPDIR": ""}, {"TMPDIR": "/nowhere/at/all"}])
def test_without_such_a_place_it_lies_in_the_usual_one(said: dict[str, str]) -> None:
    assert place_of(WORKER, said).parent == Path("/tmp")


def test_a_relative_place_is_ours_whatever_directory_the_agent_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_of(WORKER, {"TMPDIR": "."}).parent == tmp_path


def test_all_that_is_in_it_is_removed(place: Path) -> None:
    deep = place.joinpath(*["d"] * 50)
    deep.mkdir(parents=True)
    (deep / "output.log").write_text("KEY=secret")
    os.mkfifo(place / "fifo")
    remove(place, WORKER)
    assert not place.exists()


def test_what_was_made_read_only_is_removed_too(place: Path) -> None:
    kept = place / "modules" / "cached"
    kept.mkdir(parents=True)
    (kept / "file").write_text("x")
    kept.chmod(0o500)
    kept.parent.chmod(0o500)
    remove(place, WORKER)
    assert not place.exists()


def test_a_directory_of_another_user_keeps_nothing_else(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "theirs").mkdir()
    (place / "output.log").write_text("KEY=secret")

    def refuse(descriptor: int, mode: int) -> None:
        raise PermissionError(1, "not the owner")

    monkeypatch.setattr(os, "fchmod", refuse)
    remove(place, WORKER)
    assert not place.exists()


def test_links_are_removed_and_not_followed(place: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(0o755)
    (outside / "file").write_text("mine")
    (place / "directory").symlink_to(outside)
    (place / "file").symlink_to(outside / "file")
    remove(place, WORKER)
    assert not place.exists()
    assert (outside / "file").read_text() == "mine"
    assert outside.stat().st_mode & 0o777 == 0o755


def test_a_link_in_its_own_place_is_left_and_that_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    place = place_in(tmp_path)
    place.symlink_to(outside)
    with caplog.at_level(logging.WARNING):
        remove(place, WORKER)
    assert (outside / "file").read_text() == "mine"
    assert str(place) in caplog.text


def test_a_path_that_is_another_ones_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    project = tmp_path / "project"
    project.mkdir()
    remove(project, WORKER)
    assert project.is_dir()
    assert "left alone" in caplog.text


def test_one_that_was_never_made_is_no_matter(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    remove(place_in(tmp_path), WORKER)
    assert not caplog.text


def test_what_cannot_be_removed_is_logged(
    place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (place / "busy").write_text("x")

    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(os, "unlink", refuse)
    remove(place, WORKER)
    monkeypatch.undo()
    assert (place / "busy").exists()
    assert str(place) in caplog.text
