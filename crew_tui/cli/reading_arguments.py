"""The words of the commands that look at runs, and change none."""

from __future__ import annotations

import argparse

from crew_core.model.status import RunStatus
from crew_tui.cli.parser import Adding, Parser
from crew_tui.cli.target_arguments import of_run, of_task

#: Runs in the list unless asked otherwise: what a person looks through.
_SHOWN_RUNS = 50

_STRIP_LINES = 4

#: What a status bar can take.
_STATUS_FORMATS = ("tmux", "starship", "json")

_STATUS_MORE = """\
tmux:     set -g status-right '#(crew-tui status --format tmux --root DIR)'
starship: [custom.crew]
          command = "crew-tui status --format starship"
          when = true

With --format the exit status is 0 also when there are no runs.
"""

_STRIP_MORE = """\
In a terminal the lines are rewritten where they stand. Without a terminal and
with --plain there is one line for each change, with --json one object.
"""


def add_reading(command: Adding) -> None:
    """All six commands."""
    _list(command("list", "runs, newest first"))
    _status(of_run(command("status", "one run: its tasks, and why things stand as they do", _STATUS_MORE), "?"))
    _strip(command("strip", "a few live lines about all that goes on, for a small pane; Ctrl-C leaves", _STRIP_MORE))
    _events(of_run(command("events", "the journal of a run")))
    _transcript(of_task(command("transcript", "what an agent did and printed")))
    of_run(command("artifacts", "outputs of a run, checked against their hashes"))


def _list(parser: Parser) -> None:
    words = [*(status.value for status in RunStatus), "interrupted"]
    shown = f"one of {', '.join(words)}; repeatable"
    parser.add_argument("--status", metavar="S", action="append", choices=words, default=[], help=shown)
    limit = f"at most so many (default: {_SHOWN_RUNS})"
    parser.add_argument("--limit", metavar="N", type=_positive, default=_SHOWN_RUNS, help=limit)
    parser.add_argument("--all", action="store_true", help="runs of all projects")


def _status(parser: Parser) -> None:
    forms = ", ".join(_STATUS_FORMATS)
    shown = f"one line for a status bar ({forms}); without RUN about all active runs of the project"
    parser.add_argument("--format", metavar="F", choices=_STATUS_FORMATS, help=shown)
    parser.add_argument("--all", action="store_true", help="with --format: about the active runs of all projects")


def _strip(parser: Parser) -> None:
    lines = f"at most so many, with the one that counts (default: {_STRIP_LINES})"
    parser.add_argument("--lines", metavar="N", type=_positive, default=_STRIP_LINES, help=lines)
    parser.add_argument("--all", action="store_true", help="runs of all projects")


def _events(parser: Parser) -> None:
    parser.add_argument("--follow", action="store_true", help="go on until the run ends")
    parser.add_argument(
        "--since", metavar="SEQ", type=_seq, default=0, help="only events after the one with this number"
    )
    parser.add_argument("--type", metavar="GLOB", help="only events of such a type, like 'task.*'")
    parser.add_argument("--task", metavar="T", help="only events of this task")


def _transcript(parser: Parser) -> None:
    parser.add_argument("--attempt", metavar="N", type=_positive, help="which attempt (default: the newest)")
    parser.add_argument("--raw", action="store_true", help="every byte that the agent printed, as it was")
    parser.add_argument("--follow", action="store_true", help="go on until the task, or the given attempt, has ended")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def _seq(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no event number")
    return int(text)
