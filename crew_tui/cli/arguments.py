"""The words of the command line: commands, options and their help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from crew_core.model.status import RunStatus
from crew_core.ops.errors import InputWrong
from crew_tui import __version__
from crew_tui.cli.call import Call, nearest

PROGRAM = "crew-tui"

#: Runs in the list unless asked otherwise: what a person looks through.
SHOWN_RUNS = 50

_ABOUT = """\
A control room for crews of coding agents. Without a command: the dashboard.
"""

_MORE = """\
RUN is a run id, any unique beginning or end of one, or `last`. TASK likewise:
its id, its step, or a unique beginning of one.

exit status: 0 done (run --follow: completed), 1 failed, 2 wrong usage or input,
3 blocked or waits for you, 4 not permitted, 5 not found, 130 cancelled
"""

_RUN_MORE = """\
On a terminal the dashboard opens on the run, and the run goes on when you
leave it. Without a terminal, and with --follow, progress lines are printed
until the run ends.

Ctrl-C while following only leaves: the run goes on. With --tether the run
belongs to this command: it is stopped on Ctrl-C, when the dashboard is closed,
and also when this process is killed.

exit status when followed: 0 completed, 1 failed, 3 blocked or interrupted,
130 cancelled or left with Ctrl-C

--json: one document when the run has ended; with --detach at once; with
--follow one object per line, for the start, each event, and the end.
"""

_CHOICE = re.compile(r"invalid choice: '(?P<word>.*)' \(choose from (?P<known>.*)\)", re.DOTALL)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Makes room for the longest command, which argparse measures without its indentation."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = 14


class _Parser(argparse.ArgumentParser):
    """Errors are ours: one line, one exception."""

    def error(self, message: str) -> NoReturn:
        where = self.prog.removeprefix(PROGRAM).strip()
        see = f"see: {self.prog} --help"
        wrong = _CHOICE.search(message)
        if wrong is None:
            missing = message.removeprefix("the following arguments are required: ")
            said = f"{missing} is missing" if missing != message else message.removeprefix("argument ")
            raise InputWrong(where or "usage", said, see)
        word, known = wrong["word"], [name.strip(" '") for name in wrong["known"].split(",")]
        if not where:
            raise InputWrong(word, "no such command", nearest(word, known) or see)
        option = message.removeprefix("argument ").partition(":")[0]
        hint = nearest(word, known) or f"there is: {', '.join(known)}"
        raise InputWrong(where, f"{option}: there is no {word!r}", hint)


def parse(words: Sequence[str]) -> Call:
    """What is asked for.

    :raises InputWrong: not a sentence of this command line. :raises SystemExit: `--help` or `--version` was printed.
    """
    parser, commands = _parser()
    options, unknown = parser.parse_known_args(words)
    command: str | None = options.command
    if unknown:
        _refuse(unknown, command, commands.get(command or "", parser))
    roots = (*getattr(options, "roots_before", ()), *getattr(options, "roots", ()))
    if len(roots) > 1 and command not in (None, "list"):
        raise InputWrong(str(command), "more than one --root", "only the dashboard and list take several")
    return Call(
        command=command,
        roots=roots,
        json=getattr(options, "json", False),
        read_only=getattr(options, "read_only", False),
        plain=getattr(options, "plain", False),
        options=options,
    )


def _refuse(unknown: Sequence[str], command: str | None, parser: argparse.ArgumentParser) -> NoReturn:
    word = next((each for each in unknown if each.startswith("-")), unknown[0])
    see = f"see: {parser.prog} --help"
    if word.startswith("-"):
        name = word.partition("=")[0]
        hint = nearest(name, parser._option_string_actions)
        raise InputWrong(command or "usage", f"there is no option {name}", hint or see)
    hint = "put the goal in quotes" if command == "run" else see
    raise InputWrong(command or "usage", f"too many words: {' '.join(unknown)}", hint)


def _parser() -> tuple[_Parser, dict[str, _Parser]]:
    parser = _Parser(
        prog=PROGRAM,
        description=_ABOUT,
        epilog=_MORE,
        formatter_class=_Help,
        allow_abbrev=False,
        add_help=False,
    )
    adding = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=_Parser)
    commands: dict[str, _Parser] = {}

    def command(name: str, summary: str, more: str = "") -> _Parser:
        commands[name] = adding.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=more,
            formatter_class=_Help,
            allow_abbrev=False,
            add_help=False,
        )
        return commands[name]

    _starting(command("run", "start a run", _RUN_MORE))
    _reading_runs(command("list", "runs, newest first"))
    _of_run(command("status", "one run: its tasks, and why things stand as they do"))
    _events(_of_run(command("events", "the journal of a run")))
    _transcript(_of_run(command("transcript", "what an agent did and printed")))
    _of_run(command("artifacts", "outputs of a run, checked against their hashes"))
    _ending(_of_run(command("cancel", "end a run or a task now")))
    _ending(_of_run(command("stop", "let a run or a task end gently: the program's own interrupt first")))
    _of_run(command("resume", "continue an interrupted, blocked, failed or cancelled run"))
    retry = _of_run(command("retry", "run failed or cancelled tasks again, with what was skipped because of them"))
    retry.add_argument("task", metavar="TASK", nargs="?", help="only this one and what was skipped because of it")
    _trust(command("trust", "accept a project's own agents, teams, workflows and settings as they are now"))
    for each in commands.values():
        _everywhere(each, roots="roots")
    _everywhere(parser, roots="roots_before")
    return parser, commands


def _everywhere(parser: argparse.ArgumentParser, roots: str) -> None:
    """The global options, which may stand before and after the command."""
    group = parser.add_argument_group("options everywhere")
    # Without defaults: a command's parser would reset what stood before the command.
    unset = argparse.SUPPRESS
    root = "project; default: found upwards from the current directory"
    group.add_argument("--root", metavar="DIR", dest=roots, action="append", type=Path, default=unset, help=root)
    group.add_argument("--json", action="store_true", default=unset, help="one JSON document on stdout, nothing else")
    group.add_argument("--read-only", action="store_true", default=unset, help="refuse whatever would change a thing")
    group.add_argument("--plain", action="store_true", default=unset, help="no colour, no boxes, no animation")
    group.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}", help="print the version")
    group.add_argument("--help", "-h", action="help", default=unset, help="print this")


def _of_run(parser: _Parser) -> _Parser:
    parser.add_argument("run", metavar="RUN", help="run id, a unique beginning or end of one, or last")
    return parser


def _starting(parser: _Parser) -> None:
    parser.add_argument("goal", metavar="GOAL", help="what the crew is to do, in quotes")
    parser.add_argument("--team", metavar="T", help="team (default: the one named default)")
    parser.add_argument("--workflow", metavar="W", help="workflow (default: the team's)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--detach", action="store_true", help="print the run id and return")
    way.add_argument("--follow", action="store_true", help="print progress lines until the run ends")
    parser.add_argument("--max-minutes", metavar="N", type=float, help="stop the run after so much working time")
    parser.add_argument("--max-workers", metavar="N", type=int, help="how many tasks may run at a time")
    parser.add_argument("--tether", action="store_true", help="stop the run when this process ends")


def _reading_runs(parser: _Parser) -> None:
    words = [*(status.value for status in RunStatus), "interrupted"]
    shown = f"one of {', '.join(words)}; repeatable"
    parser.add_argument("--status", metavar="S", action="append", choices=words, default=[], help=shown)
    limit = f"at most so many (default: {SHOWN_RUNS})"
    parser.add_argument("--limit", metavar="N", type=_positive, default=SHOWN_RUNS, help=limit)
    parser.add_argument("--all", action="store_true", help="runs of all projects")


def _events(parser: _Parser) -> None:
    parser.add_argument("--follow", action="store_true", help="go on until the run ends")
    parser.add_argument(
        "--since", metavar="SEQ", type=_seq, default=0, help="only events after the one with this number"
    )
    parser.add_argument("--type", metavar="GLOB", help="only events of such a type, like 'task.*'")
    parser.add_argument("--task", metavar="T", help="only events of this task")


def _transcript(parser: _Parser) -> None:
    parser.add_argument("task", metavar="TASK", help="the task's id, its step, or a unique beginning")
    parser.add_argument("--attempt", metavar="N", type=_positive, help="which attempt (default: the newest)")
    parser.add_argument("--raw", action="store_true", help="every byte that the agent printed, as it was")
    parser.add_argument("--follow", action="store_true", help="go on until the task, or the given attempt, has ended")


def _ending(parser: _Parser) -> None:
    parser.add_argument("--task", metavar="T", help="only this task")
    parser.add_argument("--reason", metavar="TEXT", default="from the command line", help="kept in the journal")
    parser.add_argument("--force", action="store_true", help="end and replace a coordinator that does not answer")


def _trust(parser: _Parser) -> None:
    parser.add_argument("path", metavar="PATH", nargs="?", type=Path, help="project to accept; without it: list them")
    parser.add_argument("--remove", metavar="PATH", type=Path, help="take it back")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def _seq(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no event number")
    return int(text)
