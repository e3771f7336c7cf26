"""What the words of a command line mean, and what is said about wrong ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.program import PROGRAM, Project
from tests.cli.recorded_run import FAILED

COMMANDS = {
    "run", "list", "status", "events", "transcript", "artifacts", "cancel", "stop", "resume", "retry", "trust",
    "send", "respond",
    "plan", "recommend", "doctor", "init", "completion", "config", "strip", "monitor",
    "teams", "workflows", "agents", "skills", "validate",
}  # fmt: skip


def test_help_names_every_command_that_works_and_no_other(crew: Run) -> None:
    told = crew("--help")
    listed = {line.split()[0] for line in told.out.splitlines() if line.startswith("    ") and line[4] != " "}
    assert listed == COMMANDS
    assert (told.status, told.err) == (0, "")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_has_help_of_at_most_80_columns(crew: Run, command: str) -> None:
    told = crew(command, "--help")
    assert told.status == 0
    assert told.out.startswith(f"usage: crew-tui {command}")
    assert max(map(len, told.out.splitlines())) <= 80


def test_the_version_is_printed(crew: Run) -> None:
    from crew_tui import __version__

    assert crew("--version").out == f"crew-tui {__version__}\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("lst", "lst: no such command; did you mean list?"),
        ("qqqqq", "qqqqq: no such command; see: crew-tui --help"),
        ("list --limt 3", "list: there is no option --limt; did you mean --limit?"),
        ("list --limit none", "list: --limit: 'none' is no number above 0; see: crew-tui list --help"),
        ("list --status runing", "list: --status: there is no 'runing'; did you mean running?"),
        ("run", "run: GOAL is missing; see: crew-tui run --help"),
        ("run fix it", "run: too many words: it; put the goal in quotes"),
        ("status", "status: RUN is missing; see: crew-tui status --help"),
        ("events last --since -1", "events: --since: '-1' is no event number; see: crew-tui events --help"),
        ("run x --detach --follow", "run: --follow: not allowed with argument --detach; see: crew-tui run --help"),
        ("run x --detach --tether", "run: --detach with --tether would end the run at once; leave one out"),
        ("plan x --root . --root ..", "plan: more than one --root; only the dashboard, list and strip take several"),
        ("transcript last a --raw --json", "transcript: --raw with --json; raw bytes are no JSON"),
        ("--json", "dashboard: has no --json; use: crew-tui list --json"),
        ("list --all --root .", "list: --all with --root; leave one out"),
        ("strip --all --root . --root ..", "strip: --all with --root; leave one out"),
        ("list --root missing", "missing: no such directory; name one that is there"),
        ("trust missing", "missing: no such directory; name one that is there"),
        ("trust . --remove .", "trust: PATH and --remove PATH; one at a time"),
        ("run x --max-workers 0", "run: --max-workers is 0; it must be 1 to 1024"),
        ("run x --team crw", "run: no team 'crw'; did you mean 'crew'?"),
        ("monitor missing", "monitor: missing does not exist; name a directory that is there"),
        ("run a\udcff", "run: the goal is not UTF-8; write it in UTF-8"),
    ],
)
def test_wrong_words_are_one_line_with_a_way_out(project: Project, crew: Run, words: str, told: str) -> None:
    done = crew(*words.split())
    assert (done.status, done.out, done.err) == (2, "", f"crew-tui: {told}\n")
    assert "; " in told


def test_a_name_that_nobody_would_see_is_quoted(recorded: Path, crew: Run) -> None:
    assert crew("status", "").err.startswith("crew-tui: run '': no such run; newest: ")
    assert crew("cancel", "last", "--task", " ").err.startswith("crew-tui: task ' ': no such task in ")


def test_a_task_without_a_name_is_not_the_whole_run(recorded: Path, crew: Run) -> None:
    done = crew("cancel", "last", "--task", "")
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith("crew-tui: task '': no such task in ")


@pytest.mark.parametrize(
    "words",
    ["run x", "cancel last", "stop last", "resume last", "retry last", "trust .", "trust --remove ."],
)
def test_read_only_refuses_what_would_write(project: Project, crew: Run, words: str) -> None:
    before = sorted(project.path.rglob("*"))
    done = crew("--read-only", *words.split(), "--json")
    assert (done.status, done.out) == (4, "")
    assert done.err == f"crew-tui: {words.split(maxsplit=1)[0]}: refused, because of --read-only; nothing was changed\n"
    assert sorted(project.path.rglob("*")) == before


def test_global_options_may_stand_before_and_after_the_command(
    recorded: Path, crew: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    root = str(recorded.parent.parent)
    before, after = crew("--root", root, "--json", "list").json, crew("list", "--json", "--root", root).json
    assert before["runs"] == after["runs"] != []


def test_without_a_terminal_there_is_no_dashboard(project: Project) -> None:
    done = project.crew()
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "closed", "told"),
    [
        ("", "<&-", "no dashboard: stdin or stderr is not a terminal; use `list`, `status` or --plain"),
        ("", "2>&-", ""),
        ("strip", ">&-", "strip: stdout is closed; it shows nothing but its lines"),
        (f"send {FAILED} build -", "<&-", "send: stdin is closed; - reads the text from there"),
    ],
)
def test_a_stream_that_is_closed_is_none_to_read_from_or_to_show_on(
    recorded: Path, words: str, closed: str, told: str
) -> None:
    argv = ["sh", "-c", f'exec "$@" {closed}', "sh", *PROGRAM, *words.split()]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"crew-tui: {told}\n" if told else "")


def test_an_unexpected_error_is_one_line_and_its_details_are_in_a_log(
    project: Project, crew: Run, own_home: Path
) -> None:
    state = own_home / ".local" / "state" / "crew-tui"
    state.mkdir()
    (state / "trust").write_text("a file where a directory belongs")
    done = crew("trust")
    assert done.status == 1
    assert done.err.startswith("crew-tui: trust: NotADirectoryError: ")
    assert len(done.err.splitlines()) == 1
    log = state / "dashboard.log"
    assert str(log) in done.err
    assert "Traceback" in log.read_text()


def test_every_command_that_is_parsed_has_a_function_that_carries_it_out() -> None:
    from importlib import import_module

    from crew_tui.cli.arguments import grammar
    from crew_tui.cli.commands import COMMANDS as CARRIED_OUT

    assert set(grammar()[1]) | {None} == set(CARRIED_OUT)
    for module, function in CARRIED_OUT.values():
        assert callable(getattr(import_module(f"crew_tui.cli.{module}"), function))
