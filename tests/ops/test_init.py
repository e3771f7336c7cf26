"""The layout of a project: made where it is missing, and nothing that is there is touched."""

from __future__ import annotations

import errno
import subprocess
import tomllib
from pathlib import Path

import pytest

from crew_core.config.layers import load
from crew_core.config.settings import Settings
from crew_core.config.trust import Standing
from crew_core.ops.errors import InputWrong, NotPermitted, OpsError
from crew_core.ops.init import init
from crew_core.ops.template import settings_template
from crew_core.ops.trusting import trust, trust_store
from crew_core.store.layout import config_home
from tests.resources.resource_files import put
from tests.seams.faulty_fs import Fault, FaultyFs, Kind
from tests.seams.unsynced_fs import UnsyncedFs

MADE = (
    *(f".crew/{name}/" for name in ("agents", "skills", "teams", "workflows", "runs")),
    ".crew/config.toml",
    ".crew/runs/.gitignore",
)


def test_a_directory_becomes_a_project_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "p"
    place.mkdir()
    done = init(place)
    assert (done.project, done.made, done.kept) == (place, MADE, ())
    times = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    again = init(place)
    assert (again.made, again.kept) == ((), MADE)
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == times


def test_inside_of_a_repository_its_root_is_meant_and_runs_are_invisible_to_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path / "p"], check=True)
    inside = tmp_path / "p" / "src"
    inside.mkdir()
    assert init(inside).project == tmp_path / "p"
    put(tmp_path / "p" / ".crew" / "runs" / "team_1" / "events.jsonl", "x")
    status = ["git", "-C", str(tmp_path / "p"), "status", "--porcelain", "-uall"]
    listed = subprocess.run(status, check=True, capture_output=True, text=True).stdout
    assert listed == "?? .crew/config.toml\n"


def test_what_is_there_is_kept_as_it_is(tmp_path: Path) -> None:
    mine = put(tmp_path / ".crew" / "config.toml", "[limits]\nmaxWorkers = 1\n")
    ignore = put(tmp_path / ".crew" / "runs" / ".gitignore", "mine")
    done = init(tmp_path)
    assert {".crew/config.toml", ".crew/runs/.gitignore", ".crew/runs/"} == set(done.kept)
    assert (mine.read_text(), ignore.read_text()) == ("[limits]\nmaxWorkers = 1\n", "mine")


@pytest.mark.parametrize("name", [".crew", ".crew/runs", ".crew/agents", ".crew/skills"])
def test_a_layout_that_leads_elsewhere_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "p" / name).parent.mkdir(parents=True)
    (tmp_path / "p" / name).symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NotPermitted, match="is a symbolic link"):
        init(tmp_path / "p")
    assert sorted(tmp_path.rglob("*")) == before


def test_settings_that_lead_elsewhere_are_there_and_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".crew").mkdir()
    (tmp_path / ".crew" / "config.toml").symlink_to(tmp_path / "gone")
    assert ".crew/config.toml" in init(tmp_path).kept
    assert not (tmp_path / "gone").exists()


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    put(tmp_path / ".crew" / "teams", "a file")
    with pytest.raises(OpsError, match=r"^init .*: not finished: .*File exists.*; what was made stays; run it again$"):
        init(tmp_path)
    with pytest.raises(InputWrong, match="no such directory"):
        init(tmp_path / "missing")


@pytest.mark.parametrize("kind", [Kind.MKDIR, Kind.CREATE, Kind.WRITE, Kind.LINK])
def test_a_disk_that_refuses_is_told_and_it_can_be_gone_on_with(tmp_path: Path, kind: Kind) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(OpsError, match="No space left"):
        init(tmp_path, FaultyFs(UnsyncedFs(), [Fault(kind=kind, errno=errno.ENOSPC)]))
    init(tmp_path)
    assert init(tmp_path).kept == MADE


def test_the_settings_file_sets_nothing_and_each_line_of_it_can_be_taken_in(tmp_path: Path) -> None:
    text = settings_template()
    assert tomllib.loads(text) == {}
    lines = [line.removeprefix("# ") for line in text.splitlines() if line.startswith(("# [",)) or " = " in line]
    put(tmp_path / "config.toml", "\n".join(lines))
    loaded = load(config_home(), tmp_path, trusted=True)
    assert (loaded.settings, loaded.notices) == (Settings(), ())
    assert "maxWorkers" in text
    assert "theme" not in text


def test_a_trusted_project_stays_trusted_when_only_our_file_is_new(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    trust(tmp_path)
    init(tmp_path)
    assert trust_store().standing(tmp_path).standing is Standing.TRUSTED
    (tmp_path / ".crew" / "config.toml").unlink()
    put(tmp_path / ".crew" / "agents" / "new.md", "---\nprogram: shell\n---\n")
    init(tmp_path)
    assert trust_store().standing(tmp_path).standing is Standing.CHANGED


def test_a_project_that_nobody_trusts_does_not_become_trusted(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    init(tmp_path)
    assert trust_store().standing(tmp_path).standing is Standing.UNTRUSTED
