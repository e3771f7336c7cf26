"""`init`: says what it made, and a project that it made runs and validates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "p"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def test_what_is_made_is_said_once(place: Path, crew: Run) -> None:
    told = crew("init")
    assert (told.status, told.err) == (0, "")
    assert told.out.splitlines() == [
        f"{place}: made",
        *(f"  + .crew/{name}/" for name in ("agents", "skills", "teams", "workflows", "runs")),
        "  + .crew/config.toml",
        "  + .crew/runs/.gitignore",
    ]
    assert crew("init").out == f"{place}: nothing was missing\n"


def test_json_has_what_is_new_and_what_was_there(place: Path, crew: Run) -> None:
    first, second = (crew("init", "--json").json["init"] for _ in range(2))
    assert (first["project"], first["kept"]) == (str(place), [])
    assert (second["made"], second["kept"]) == ([], first["made"])


def test_a_link_is_refused_and_read_only_makes_nothing(place: Path, crew: Run, tmp_path: Path) -> None:
    assert crew("init", "--read-only").status == 4
    (place / ".crew").symlink_to(tmp_path)
    told = crew("init")
    assert (told.status, len(told.err.splitlines())) == (4, 1)
    assert list(place.iterdir()) == [place / ".crew"]


def test_a_project_that_was_made_is_well_and_can_be_planned_in(place: Path, crew: Run) -> None:
    crew("init")
    assert crew("doctor").status == 0
    assert crew("plan", "x", "--team", "demo").status == 0
