"""`trust`: accept, look, change, accept again, take back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.program import Project, make_project


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that nobody has accepted."""
    made = make_project(tmp_path / "stranger")
    monkeypatch.chdir(made.path)
    return made


def test_a_project_is_accepted_as_it_is_and_a_change_takes_that_back(stranger: Project, crew: Run) -> None:
    accepted = crew("trust", ".").out.splitlines()
    assert accepted == [f"{stranger.path}: trusted, 2 files:", "  + agents/worker.md", "  + teams/crew.team.md"]
    assert crew("trust", ".").out == f"{stranger.path}: was trusted already, 2 files\n"
    stranger.write("agents/worker.md", "changed")
    (listed,) = crew("trust", "--json").json["trusted"]
    assert (listed["standing"], listed["changes"]) == ("changed since it was trusted", ["~ agents/worker.md"])
    again = crew("trust", ".").out.splitlines()
    assert again[-2:] == [f"{stranger.path}: trusted again, 1 change:", "  ~ agents/worker.md"]
    assert crew("trust", "--remove", ".").out == f"{stranger.path}: not trusted any more\n"
    assert crew("trust", "--json").json["trusted"] == []


def test_json_says_what_was_accepted(stranger: Project, crew: Run) -> None:
    told = crew("trust", ".", "--json").json["trusted"]
    assert (told["before"], told["standing"]) == ("untrusted", "trusted")
    assert sorted(told["files"]) == ["agents/worker.md", "teams/crew.team.md"]
    assert crew("trust", "--remove", ".", "--json").json["removed"] == str(stranger.path)


def test_a_path_inside_a_project_means_the_project(stranger: Project, crew: Run) -> None:
    inside = stranger.path / "src"
    inside.mkdir()
    assert crew("trust", str(inside)).out.startswith(f"{stranger.path}: trusted")
    assert crew("trust", "--remove", str(inside)).out == f"{stranger.path}: not trusted any more\n"


def test_a_project_that_is_gone_can_be_taken_back(stranger: Project, crew: Run, tmp_path: Path) -> None:
    crew("trust", ".")
    moved = stranger.path.rename(tmp_path / "moved")
    assert crew("trust", "--json").json["trusted"][0]["standing"] == "missing"
    assert crew("trust", "--remove", str(stranger.path)).status == 0
    assert moved.is_dir()


def test_what_was_never_accepted_is_not_found(stranger: Project, crew: Run) -> None:
    done = crew("trust", "--remove", ".")
    assert (done.status, done.err) == (5, "crew-tui: trust --remove .: is not trusted; see: crew-tui trust\n")


def test_a_project_that_brings_nothing_is_accepted_too_and_what_it_brings_later_is_a_change(
    tmp_path: Path, crew: Run
) -> None:
    (tmp_path / ".git").mkdir()
    told = "trusted; it brings nothing of its own, and its check commands may run"
    assert crew("trust", str(tmp_path)).out == f"{tmp_path}: {told}\n"
    assert crew("trust", "--json").json["trusted"][0]["standing"] == "trusted"
    (tmp_path / ".crew" / "agents").mkdir(parents=True)
    (tmp_path / ".crew" / "agents" / "new.md").write_text("new")
    (listed,) = crew("trust", "--json").json["trusted"]
    assert (listed["standing"], listed["changes"]) == ("changed since it was trusted", ["+ agents/new.md"])


def test_an_untrusted_project_runs_nothing_of_its_own(stranger: Project, crew: Run) -> None:
    stranger.write("workflows/crew.workflow.md", "---\nname: crew\ndescription: d\n---\n\n## a\nrole: worker\n\ntrue\n")
    done = crew("run", "x", "--team", "crew")
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(f"crew-tui: run: {stranger.path} is untrusted")
    assert done.err.endswith(f"; crew-tui trust {stranger.path}\n")
    assert not (stranger.path / ".crew" / "runs").exists()


def test_a_change_is_shown_as_a_diff_before_it_is_accepted(stranger: Project, crew: Run) -> None:
    crew("trust", ".")
    agent = (stranger.path / ".crew" / "agents" / "worker.md").read_text()
    stranger.write("agents/worker.md", agent.replace("access: read", "access: write\x1b[2J"))
    stranger.write("agents/new.md", "new\n")
    done = crew("trust", ".")
    assert done.out.splitlines() == [
        "~ agents/worker.md  changed, 76 → 81 bytes",
        "@@ -2,5 +2,5 @@",
        " name: worker",
        " description: a shell agent",
        " program: shell",
        "-access: read",
        r"+access: write\x1b[2J",
        " ---",
        "",
        "+ agents/new.md  new, 4 bytes",
        "@@ -0,0 +1 @@",
        "+new",
        "",
        f"{stranger.path}: trusted again, 2 changes:",
        "  ~ agents/worker.md",
        "  + agents/new.md",
    ]
    assert crew("trust", "--json").json["trusted"][0]["standing"] == "trusted"


def test_a_diff_accepts_nothing_and_says_by_its_status_whether_there_is_one(stranger: Project, crew: Run) -> None:
    done = crew("trust", ".", "--diff", "--read-only")
    assert (done.status, done.out.splitlines()[-1]) == (1, f"{stranger.path}: untrusted")
    assert "+name: worker" in done.out
    assert crew("trust", "--json").json["trusted"] == []
    crew("trust", ".")
    assert (crew("trust", ".", "--diff").status, crew("trust", ".", "--diff").out) == (0, f"{stranger.path}: trusted\n")
    stranger.write("agents/worker.md", "\0")
    told = crew("trust", ".", "--diff", "--json")
    assert told.status == 1
    (change,) = told.json["diff"]
    assert (change["name"], change["mark"], change["nowBytes"], change["why"]) == ("agents/worker.md", "~", 1, "binary")
    assert told.json["trusted"]["standing"] == "changed since it was trusted"
    assert crew("trust", "--diff").err == "crew-tui: trust --diff: PATH is missing; see: crew-tui trust --help\n"
