"""The words of the command line: its commands, and the options that all of them take."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from crew_core.ops.errors import InputWrong
from crew_tui import __version__
from crew_tui.cli.call import Call, nearest
from crew_tui.cli.config_arguments import MORE as CONFIG_MORE
from crew_tui.cli.config_arguments import add_config
from crew_tui.cli.parser import PROGRAM, Parser, Subcommands
from crew_tui.cli.reading_arguments import add_reading
from crew_tui.cli.resource_arguments import add_resources
from crew_tui.cli.starting_arguments import add_starting
from crew_tui.cli.steering_arguments import add_steering

_ABOUT = """\
A control room for crews of coding agents. Without a command: the dashboard.
"""

_MORE = """\
RUN is a run id, any unique beginning or end of one, or `last`. TASK likewise:
its id, its step, or a unique beginning of one.

exit status: 0 done (run --follow: completed), 1 failed, 2 wrong usage or input,
3 blocked or waits for you, 4 not permitted, 5 not found, 130 cancelled
"""

_DOCTOR_MORE = """\
exit status: 0 all is well or works all the same (OK, WARN), 1 something FAILs
"""

_COMPLETION_MORE = """\
bash: eval "$(crew-tui completion bash)"    in ~/.bashrc
zsh:  eval "$(crew-tui completion zsh)"     in ~/.zshrc, below compinit
fish: crew-tui completion fish | source     in config.fish
"""


def parse(words: Sequence[str]) -> Call:
    """What is asked for.

    :raises InputWrong: not a sentence of this command line. :raises SystemExit: `--help` or `--version` was printed.
    """
    parser, commands = grammar()
    options, unknown = parser.parse_known_args(words)
    command: str | None = options.command
    if unknown:
        _refuse(unknown, command, commands.get(command or "", parser))
    roots = (*getattr(options, "roots_before", ()), *getattr(options, "roots", ()))
    if len(roots) > 1 and command not in (None, "list", "strip"):
        raise InputWrong(str(command), "more than one --root", "only the dashboard, list and strip take several")
    return Call(
        command=command,
        roots=roots,
        json=getattr(options, "json", False),
        read_only=getattr(options, "read_only", False),
        plain=getattr(options, "plain", False),
        options=options,
    )


def _refuse(unknown: Sequence[str], command: str | None, parser: Parser) -> NoReturn:
    word = next((each for each in unknown if each.startswith("-")), unknown[0])
    see = f"see: {parser.prog} --help"
    if word.startswith("-"):
        name = word.partition("=")[0]
        hint = nearest(name, parser._option_string_actions)
        raise InputWrong(command or "usage", f"there is no option {name}", hint or see)
    hint = "put the goal in quotes" if command in ("run", "plan", "recommend") else see
    raise InputWrong(command or "usage", f"too many words: {' '.join(unknown)}", hint)


def grammar() -> tuple[Parser, Mapping[str, Parser]]:
    """The parser of the whole command line, and those of the commands by name."""
    parser = Parser(prog=PROGRAM, description=_ABOUT, epilog=_MORE)
    commands = Subcommands(parser, "command")
    command = commands.add
    add_starting(command)
    add_reading(command)
    add_steering(command)
    _doctor(command("doctor", "check everything that a run needs, with a remedy for what is not well", _DOCTOR_MORE))
    command("init", "make what is missing of a project's .crew: directories and a settings file")
    _completion(command("completion", "print the completion script of a shell", _COMPLETION_MORE))
    add_resources(command)
    _trust(command("trust", "accept a project's own agents, teams, workflows and settings as they are now"))
    _config(command("config", "settings: show them, change them, and where they come from", CONFIG_MORE))
    _monitor(command("monitor", "dashboard over any directories of runs, also of pi-crew; never writes"))
    for name, each in commands.by_name.items():
        _everywhere(each, roots="roots", json=name != "monitor")
    _everywhere(parser, roots="roots_before")
    return parser, commands.by_name


def _everywhere(parser: Parser, roots: str, *, json: bool = True) -> None:
    """The global options, which may stand before and after the command.

    :param json: False: there is no document of it; whoever asks for one all the same is told what to take instead.
    """
    group = parser.add_argument_group("options everywhere")
    # Without defaults: a command's parser would reset what stood before the command.
    unset = argparse.SUPPRESS
    root = "project; default: found upwards from the current directory"
    group.add_argument("--root", metavar="DIR", dest=roots, action="append", type=Path, default=unset, help=root)
    document = "one JSON document on stdout, nothing else" if json else argparse.SUPPRESS
    group.add_argument("--json", action="store_true", default=unset, help=document)
    group.add_argument("--read-only", action="store_true", default=unset, help="refuse whatever would change a thing")
    group.add_argument(
        "--plain",
        action="store_true",
        default=unset,
        help="no colour, boxes, animation; without a command every view as text",
    )
    group.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}", help="print the version")
    group.add_argument("--help", "-h", action="help", default=unset, help="print this")


def _doctor(parser: Parser) -> None:
    tried = "also carry out a real run, and a small call of each agent program that could work"
    parser.add_argument("--probe", action="store_true", help=tried)


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")


def _trust(parser: Parser) -> None:
    parser.add_argument("path", metavar="PATH", nargs="?", type=Path, help="project to accept; without it: list them")
    parser.add_argument("--remove", metavar="PATH", type=Path, help="take it back")
    shown = "show what has changed since it was accepted, and accept nothing; exit status 1 when there is something"
    parser.add_argument("--diff", action="store_true", help=shown)


def _config(parser: Parser) -> None:
    actions = Subcommands(parser, "action", required=True)

    def action(name: str, summary: str, more: str = "") -> Parser:
        added = actions.add(name, summary, more)
        _everywhere(added, roots="roots")
        return added

    add_config(action)


def _monitor(parser: Parser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="project, directory of runs, or a run")
