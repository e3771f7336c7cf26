"""Runs that a newer crew-tui has written: shown with that word, and changed by no command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.recorded_run import FAILED, QUEUED
from tests.store.newer_run import REFUSED, contents, make_newer, snapshots_of


@pytest.fixture
def newer(recorded: Path) -> Path:
    """The runs of `recorded`, both of them newer."""
    for name in (FAILED, QUEUED):
        make_newer(*snapshots_of(recorded / name))
    return recorded


@pytest.mark.parametrize(
    "words", ["retry {}", "retry {} test", "cancel {}", "stop {} --task test", "resume {}", "send {} test x"]
)
def test_what_changes_a_run_is_not_permitted_and_nothing_is_written(newer: Path, crew: Run, words: str) -> None:
    before = contents(newer / FAILED)
    done = crew(*words.format(FAILED).split())
    command = words.partition(" ")[0]
    assert (done.status, done.out, done.err) == (4, "", f"crew-tui: {command} {FAILED}: {REFUSED}\n")
    assert contents(newer / FAILED) == before


def test_a_newer_plan_alone_is_refused_at_once(recorded: Path, crew: Run) -> None:
    make_newer(recorded / FAILED / "workflow.json")
    assert crew("retry", FAILED).status == 4
    assert list((recorded / FAILED).glob("commands/new/*")) == []


@pytest.mark.parametrize("name", [FAILED, QUEUED])
def test_status_shows_the_run_says_so_and_suggests_no_command_that_is_refused(
    newer: Path, crew: Run, name: str
) -> None:
    done = crew("status", name)
    assert done.status == 0
    said = " ".join(done.out.split())
    assert f"problem manifest.json: {REFUSED}" in said
    assert "next nothing from here: it can be read, not changed" in said
    assert "damaged" not in said
    assert "crew-tui retry" not in said
    assert "crew-tui resume" not in said
    assert crew("status", name, "--json").json["newer"] == REFUSED


def test_the_list_shows_the_runs_and_says_so(newer: Path, crew: Run) -> None:
    done = crew("list")
    assert [line.split()[1] for line in done.out.splitlines()[1:3]] == ["interrupted", "failed"]
    assert all("newer: " in line for line in done.out.splitlines()[1:3])
    assert done.err == "crew-tui: 2 runs of a newer crew-tui: to read, not to change\n"
    assert all(run["newer"] == REFUSED for run in crew("list", "--json").json["runs"])


def test_a_run_of_which_nothing_is_understood_is_listed_with_the_reason(recorded: Path, crew: Run) -> None:
    (recorded / FAILED / "manifest.json").write_text('{"schemaVersion": 99, "goal": {}}')
    line = next(line for line in crew("list").out.splitlines() if line.startswith(FAILED))
    assert "written by a ne" in line
