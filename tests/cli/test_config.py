"""`config`: show, change, and say where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crew_core.config.schema import keys
from tests.cli.conftest import Run
from tests.cli.program import Project


@pytest.fixture
def mine(own_home: Path) -> Path:
    """Where the person's file is."""
    return own_home / ".config" / "crew-tui" / "config.toml"


def test_each_value_shows_where_it_came_from(
    project: Project, crew: Run, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew("config", "set", "limits.maxDepth", "3")
    project.write("config.toml", "# theirs\n[limits]\nmachineWorkers = 2\nmaxWorkers = 900\n")
    monkeypatch.setenv("CREW_TUI_UI_THEME", "crew-light")
    done = crew("config", "list")
    rows = {line.split()[0]: line.split(maxsplit=2)[1:] for line in done.out.splitlines()[1:]}
    theirs = project.path / ".crew" / "config.toml"
    assert rows["limits.maxDepth"] == ["3", f"user {mine}:2"]
    assert rows["limits.machineWorkers"] == ["2", f"project {theirs}:3"]
    assert rows["limits.maxWorkers"] == ["3", "built in"]
    assert rows["ui.theme"] == ["crew-light", "environment CREW_TUI_UI_THEME"]
    assert list(rows) == list(keys())
    assert done.err == f"crew-tui: {theirs}:4: limits.maxWorkers = 900 is not taken: the project is not trusted\n"


def test_json_has_everything_about_a_setting(project: Project, crew: Run) -> None:
    project.write("config.toml", "limits.maxWorkers = 900\n")
    told = crew("config", "list", "--json").json
    by_key = {each["key"]: each for each in told["settings"]}
    assert list(by_key) == list(keys())
    setting = by_key["limits.maxWorkers"]
    assert (setting["value"], setting["default"], setting["layer"], setting["place"]) == (3, 3, "built in", "")
    (refused,) = setting["refused"]
    assert (refused["value"], refused["layer"], refused["why"]) == (900, "project", "the project is not trusted")
    assert crew("config", "get", "limits.maxWorkers", "--json").json["setting"] == setting
    assert by_key["limits.maxRunMinutes"]["value"] is None
    assert told["notices"][0].endswith(
        "config.toml:1: limits.maxWorkers = 900 is not taken: the project is not trusted"
    )


def test_the_list_holds_nothing_that_a_terminal_would_obey(crew: Run, mine: Path) -> None:
    mine.parent.mkdir(parents=True)
    mine.write_text('[prices.models]\n"a\\u009b2Jb" = "3 15"\n', "utf-8")
    (line,) = [line for line in crew("config", "list").out.splitlines() if line.startswith("prices.models")]
    assert '"ab"' in line


def test_a_value_is_set_shown_and_taken_out(project: Project, crew: Run, mine: Path) -> None:
    done = crew("config", "set", "limits.maxRunMinutes", "2.50")
    assert (done.status, done.out, done.err) == (0, f"{mine}: limits.maxRunMinutes = 2.5\n", "")
    assert crew("config", "get", "limits.maxRunMinutes").out == "2.5\n"
    assert crew("config", "set", "limits.maxRunMinutes", "2.5").out == f"{mine}: limits.maxRunMinutes = 2.5 already\n"
    gone = crew("config", "unset", "limits.maxRunMinutes")
    assert gone.out == f"{mine}: limits.maxRunMinutes is not set any more\n"
    assert gone.err == "crew-tui: limits.maxRunMinutes is none: built in\n"
    again = crew("config", "unset", "limits.maxRunMinutes", "--json").json
    assert (again["wrote"], again["setting"]["value"], again["file"]) == (False, None, str(mine))


def test_what_counts_instead_is_said(project: Project, crew: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREW_TUI_LIMITS_MAX_WORKERS", "4")
    done = crew("config", "set", "limits.maxWorkers", "5")
    assert done.err == "crew-tui: limits.maxWorkers is 4: environment CREW_TUI_LIMITS_MAX_WORKERS\n"
    assert crew("config", "get", "limits.maxWorkers").out == "4\n"


def test_writing_the_projects_file_says_that_trust_is_lost(project: Project, crew: Run) -> None:
    crew("trust", ".")
    done = crew("config", "set", "--project", "limits.maxWorkers", "9")
    file = project.path / ".crew" / "config.toml"
    assert done.out == f"{file}: limits.maxWorkers = 9\n"
    lost = f"{project.path} is changed since it was trusted; crew-tui trust {project.path} accepts it as it is now"
    assert done.err.splitlines() == [
        f"crew-tui: {file}:2: 9 is not taken: the project is not trusted",
        "crew-tui: limits.maxWorkers is 3: built in",
        f"crew-tui: {lost}",
    ]
    assert "+maxWorkers = 9" in crew("trust", ".", "--diff").out
    crew("trust", ".")
    assert crew("config", "get", "limits.maxWorkers").out == "9\n"
    other = crew("config", "unset", "limits.maxWorkers", "--project", "--json")
    assert (other.json["trustLost"], other.json["setting"]["value"]) == (True, 3)


def test_the_files_are_named(project: Project, crew: Run, mine: Path) -> None:
    crew("config", "set", "limits.maxDepth", "3")
    theirs = project.path / ".crew" / "config.toml"
    assert crew("config", "path").out == f"user     {mine}\nproject  {theirs}  (not there)\n"
    files = crew("config", "path", "--json").json["files"]
    assert [(each["layer"], each["path"], each["exists"]) for each in files] == [
        ("user", str(mine), True),
        ("project", str(theirs), False),
    ]


def test_the_schema_can_be_redirected_into_a_file(project: Project, crew: Run) -> None:
    alone = json.loads(crew("config", "schema").out)
    assert crew("config", "schema", "--json").json["schema"] == alone
    properties = alone["$defs"]["LimitSettings"]["properties"]
    assert (properties["maxWorkers"]["minimum"], properties["maxWorkers"]["maximum"]) == (1, 1024)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("config", "config: ACTION is missing; see: crew-tui config --help"),
        ("config lst", "config: ACTION: there is no 'lst'; did you mean list?"),
        ("config get", "config get: KEY is missing; see: crew-tui config get --help"),
        ("config get limits.maxWorker", "config: unknown key limits.maxWorker; did you mean limits.maxWorkers?"),
        ("config set limits.maxWorkers", "config set: VALUE is missing; see: crew-tui config set --help"),
        ("config set limits.maxWorkers 0", "config set: limits.maxWorkers is 0; it must be 1 to 1024"),
        ("config set limits.maxWorkers -1", "config set: limits.maxWorkers is -1; it must be 1 to 1024"),
        ("config set limits.maxWorkers x", "config set: limits.maxWorkers is x; it must be a whole number, 1 to 1024"),
        ("config set ui.watcher poling", "config set: ui.watcher is 'poling'; did you mean polling?"),
        ("config set --project ui.theme x", "config set: a project may not set ui.theme; leave out --project"),
        ("run x --set limits.maxWorkers", "run: --set limits.maxWorkers; write --set KEY=VALUE"),
        ("run x --set limits.maxWorkers=0", "run: --set limits.maxWorkers is 0; it must be 1 to 1024"),
        ("run x --set limit.maxWorkers=1", "run: unknown key limit.maxWorkers; did you mean limits.maxWorkers?"),
        (
            "run x --set limits.maxWorkers=1 --max-workers 2",
            "run: --set limits.maxWorkers and --max-workers both say limits.maxWorkers; leave one out",
        ),
    ],
)
def test_wrong_words_are_one_line_with_a_way_out(project: Project, crew: Run, words: str, told: str) -> None:
    done = crew(*words.split())
    assert (done.status, done.out, done.err) == (2, "", f"crew-tui: {told}\n")


@pytest.mark.parametrize("words", ["config list", "config get limits.maxWorkers", "run x --team crew"])
def test_a_wrong_source_is_told_by_whoever_reads_it(
    project: Project, crew: Run, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREW_TUI_LIMITS_MAX_WORKER", "3")
    done = crew(*words.split())
    told = "unknown variable CREW_TUI_LIMITS_MAX_WORKER; did you mean CREW_TUI_LIMITS_MAX_WORKERS?"
    assert (done.status, done.err) == (2, f"crew-tui: {words.split(maxsplit=1)[0]}: {told}\n")


@pytest.mark.parametrize("words", ["config set limits.maxWorkers 2", "config unset limits.maxWorkers"])
def test_read_only_refuses_what_would_write(project: Project, crew: Run, words: str, mine: Path) -> None:
    done = crew(*words.split(), "--read-only")
    assert (done.status, done.out) == (4, "")
    assert done.err == "crew-tui: config: refused, because of --read-only; nothing was changed\n"
    assert not mine.exists()
    for reading in ("list", "path", "schema", "get limits.maxWorkers"):
        assert crew("--read-only", "config", *reading.split()).status == 0


def test_each_action_has_help_of_at_most_80_columns(crew: Run) -> None:
    for action in ("list", "get", "set", "unset", "path", "schema"):
        told = crew("config", action, "--help")
        assert told.out.startswith(f"usage: crew-tui config {action}")
        assert max(map(len, told.out.splitlines())) <= 80
