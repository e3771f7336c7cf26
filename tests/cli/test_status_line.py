"""One line for a status bar: words, tmux's colours, and nothing that a bar would take for a command of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model.status import RunStatus
from crew_core.observe.slices import Liveness, RunRow
from crew_tui.cli.status_line import Summary, starship_line, summary_of, tmux_line, words_of
from tests.cli.conftest import Run
from tests.cli.program import Project
from tests.cli.recorded_run import FAILED
from tests.tui.builders import row

WORKING = replace(row(1, RunStatus.RUNNING), done=3, total=7, running=3)
ASKING = replace(row(2, RunStatus.RUNNING), done=0, total=2, running=0, needs_you=True)
LEFT = row(3, RunStatus.RUNNING, live=Liveness.INTERRUPTED, needs_you=True)


def told(*rows: RunRow, name: str = "") -> tuple[str, str]:
    words = words_of(summary_of(rows), rows, name)
    return starship_line(words), tmux_line(words)


def test_counts_are_words() -> None:
    assert summary_of((WORKING, row(9))) == Summary(active=1, running=3, waiting=1, done=3, total=7, needs_you=0)
    assert told(WORKING) == ("3 running · 1 waiting · 3/7", "#[fg=cyan]3 running#[default] · 1 waiting · 3/7")
    assert told(WORKING, ASKING, LEFT)[0] == "3 running · 3 waiting · 3/9 · 2 need you"
    assert told(ASKING)[1] == "0 running · 2 waiting · 0/2 · #[fg=yellow]1 needs you#[default]"


def test_nothing_to_tell_takes_no_room() -> None:
    assert told() == ("", "")
    assert told(row(1), row(2, RunStatus.FAILED)) == ("", "")
    assert told(LEFT)[0] == "1 needs you"


def test_one_run_is_told_whatever_its_state_is() -> None:
    assert told(WORKING, name="fast-fix")[0] == "fast-fix: 3 running · 1 waiting · 3/7"
    assert told(row(1), name="fast-fix")[0] == "fast-fix: completed · 3/3"
    assert told(LEFT, name="fast-fix")[0] == "fast-fix: interrupted · 1/3 · 1 needs you"


def test_names_of_others_are_no_formats_of_tmux() -> None:
    plain, tmux = told(WORKING, name="#[bg=red]#(reboot)\x1b[2J\n" + "x" * 90)
    assert plain.isprintable()
    assert plain.startswith("#[bg=red]#(reboot) xxxx")
    assert tmux.startswith("#[fg=cyan]##[bg=red]##(reboot) xxxx")
    assert len(plain) < 60


# The command


def test_it_is_one_line_and_never_an_error(project: Project, crew: Run) -> None:
    for form in ("tmux", "starship"):
        done = crew("status", "--format", form)
        assert (done.status, done.out, done.err) == (0, "\n", "")
    done = crew("status", "--format", "json")
    assert (done.status, done.json["text"], done.json["summary"]["active"]) == (0, "", 0)


def test_without_run_it_is_about_all_and_with_run_about_one(recorded: Path, crew: Run) -> None:
    assert crew("status", "--format", "tmux").out == "#[fg=yellow]1 needs you#[default]\n"
    assert crew("status", "--format", "starship", "--all").status == 0
    assert crew("status", FAILED, "--format", "starship").out == "test: failed · 3/3\n"
    document = crew("status", "last", "--format", "json").json
    assert document["summary"] == {"active": 0, "running": 0, "waiting": 0, "done": 0, "total": 0, "needsYou": 1}
    assert document["text"] == "test: interrupted · 0/2 · 1 needs you"
    assert set(document) == {"asOf", "summary", "text"}


def test_without_format_it_is_as_before(recorded: Path, crew: Run) -> None:
    assert crew("status", FAILED).out.startswith(f"run      {FAILED}\n")
    assert crew("status", FAILED, "--json").json["run"]["runId"] == FAILED


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("status", "status: RUN is missing; see: crew-tui status --help"),
        ("status last --all", "status: --all without --format; see: crew-tui list --all"),
        ("status last --format tmux --all", "status: RUN with --all; leave one out"),
        ("status --format tmux --json", "status: --json with --format tmux; use: --format json"),
        ("status --format tmx", "status: --format: there is no 'tmx'; did you mean tmux?"),
    ],
)
def test_what_makes_no_sense_is_said(recorded: Path, crew: Run, words: str, said: str) -> None:
    done = crew(*words.split())
    assert (done.status, done.out, done.err) == (2, "", f"crew-tui: {said}\n")


def test_a_status_bar_does_not_wait_for_what_it_does_not_need(recorded: Path) -> None:
    """A bar asks every few seconds: neither the dashboard nor the adapters nor the schema are loaded for it."""
    code = (
        "import sys; from crew_tui.cli.main import main; main(['status', '--format', 'tmux']); "
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    loaded = set(done.stderr.split())
    heavy = {"textual", "rich", "pydantic", "asyncio", "psutil", "watchfiles", "orjson", "tomllib", "logging"}
    assert loaded.isdisjoint(heavy)
    assert not [
        name for name in loaded if name.startswith(("crew_core.agents", "crew_core.engine", "crew_core.config"))
    ]
