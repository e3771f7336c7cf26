"""The words of the command line: commands, options and their help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from crew_core.model.attempt import Decision
from crew_core.model.commands import SendKind
from crew_core.model.status import RunStatus
from crew_core.ops.errors import InputWrong
from crew_tui import __version__
from crew_tui.cli.call import Call, nearest
from crew_tui.cli.config_arguments import MORE as CONFIG_MORE
from crew_tui.cli.config_arguments import add_config
from crew_tui.cli.resource_arguments import add_resources

PROGRAM = "crew-tui"

#: Runs in the list unless asked otherwise: what a person looks through.
SHOWN_RUNS = 50

STRIP_LINES = 4

#: What a status bar can take.
STATUS_FORMATS = ("tmux", "starship", "json")

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

_PLAN_MORE = """\
exit status: 0 run would start this, 4 it would be refused as things stand
"""

_DOCTOR_MORE = """\
exit status: 0 all is well or works all the same (OK, WARN), 1 something FAILs
"""

_STATUS_MORE = """\
tmux:     set -g status-right '#(crew-tui status --format tmux --root DIR)'
starship: [custom.crew]
          command = "crew-tui status --format starship"
          when = true

With --format the exit status is 0 also when there are no runs.
"""

_SEND_MORE = """\
message    for its next turn, or at once where the program knows no turns
steer      at once, into the turn that goes on
follow-up  only when its turn is over
interrupt  ends its turn; it goes on with TEXT, which may be ""

What the program cannot be sent is refused, and said. Returns when there is word
of it, or after about 2 s without: exit status 0 when it was taken, sent or
waits, 1 when it was refused or lost, 5 when there is no such task.
"""

_RESPOND_MORE = """\
Where it asks for several things, the oldest is answered. What it asks is in
`crew-tui status RUN`.

always  allows the same tool until the attempt ends

exit status: as of send
"""

_STRIP_MORE = """\
In a terminal the lines are rewritten where they stand. Without a terminal and
with --plain there is one line for each change, with --json one object.
"""

_COMPLETION_MORE = """\
bash: eval "$(crew-tui completion bash)"    in ~/.bashrc
zsh:  eval "$(crew-tui completion zsh)"     in ~/.zshrc, below compinit
fish: crew-tui completion fish | source     in config.fish
"""

_CHOICE = re.compile(r"invalid choice: '(?P<word>.*)' \(choose from (?P<known>.*)\)", re.DOTALL)


class _AgentPrograms(Iterable[str]):
    """Found when they are asked for: no other command has to load every adapter."""

    def __iter__(self) -> Iterator[str]:
        from crew_core.ops.choosing import agent_programs

        return iter(agent_programs())

    def __contains__(self, word: object) -> bool:
        from crew_core.ops.choosing import is_agent_program

        return isinstance(word, str) and is_agent_program(word)


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


def _refuse(unknown: Sequence[str], command: str | None, parser: argparse.ArgumentParser) -> NoReturn:
    word = next((each for each in unknown if each.startswith("-")), unknown[0])
    see = f"see: {parser.prog} --help"
    if word.startswith("-"):
        name = word.partition("=")[0]
        hint = nearest(name, parser._option_string_actions)
        raise InputWrong(command or "usage", f"there is no option {name}", hint or see)
    hint = "put the goal in quotes" if command in ("run", "plan", "recommend") else see
    raise InputWrong(command or "usage", f"too many words: {' '.join(unknown)}", hint)


def grammar() -> tuple[argparse.ArgumentParser, dict[str, _Parser]]:
    """The parser of the whole command line, and those of the commands by name."""
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
    _what_to_run(command("plan", "what run would do; starts nothing, writes nothing", _PLAN_MORE))
    advice = command("recommend", "which team and workflow suit a goal here, and why; no model is asked")
    advice.add_argument("goal", metavar="GOAL", help="what is to be done, in quotes")
    _reading_runs(command("list", "runs, newest first"))
    _status(_of_run(command("status", "one run: its tasks, and why things stand as they do", _STATUS_MORE), "?"))
    _strip(command("strip", "a few live lines about all that goes on, for a small pane; Ctrl-C leaves", _STRIP_MORE))
    _events(_of_run(command("events", "the journal of a run")))
    _transcript(_of_run(command("transcript", "what an agent did and printed")))
    _of_run(command("artifacts", "outputs of a run, checked against their hashes"))
    _ending(_of_run(command("cancel", "end a run or a task now")))
    _ending(_of_run(command("stop", "let a run or a task end gently: the program's own interrupt first")))
    _of_run(command("resume", "continue an interrupted, blocked, failed or cancelled run"))
    retry = _of_run(command("retry", "run failed or cancelled tasks again, with what was skipped because of them"))
    retry.add_argument("task", metavar="TASK", nargs="?", help="only this one and what was skipped because of it")
    _sending(_of_run(command("send", "send something to an agent that works", _SEND_MORE)))
    _responding(_of_run(command("respond", "answer what an agent asks: a permission, or a question", _RESPOND_MORE)))
    machine = command("doctor", "check everything that a run needs, with a remedy for what is not well", _DOCTOR_MORE)
    tried = "also carry out a real run, and a small call of each agent program that could work"
    machine.add_argument("--probe", action="store_true", help=tried)
    command("init", "make what is missing of a project's .crew: directories and a settings file")
    shell = command("completion", "print the completion script of a shell", _COMPLETION_MORE)
    shell.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")
    add_resources(command)
    _trust(command("trust", "accept a project's own agents, teams, workflows and settings as they are now"))
    _config(command("config", "settings: show them, change them, and where they come from", CONFIG_MORE))
    watched = command("monitor", "dashboard over any directories of runs, also of pi-crew; never writes")
    watched.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="project, directory of runs, or a run")
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


def _of_run(parser: _Parser, nargs: str | None = None) -> _Parser:
    parser.add_argument("run", metavar="RUN", nargs=nargs, help="run id, a unique beginning or end of one, or last")
    return parser


def _status(parser: _Parser) -> None:
    forms = ", ".join(STATUS_FORMATS)
    shown = f"one line for a status bar ({forms}); without RUN about all active runs of the project"
    parser.add_argument("--format", metavar="F", choices=STATUS_FORMATS, help=shown)
    parser.add_argument("--all", action="store_true", help="with --format: about the active runs of all projects")


def _strip(parser: _Parser) -> None:
    lines = f"at most so many, with the one that counts (default: {STRIP_LINES})"
    parser.add_argument("--lines", metavar="N", type=_positive, default=STRIP_LINES, help=lines)
    parser.add_argument("--all", action="store_true", help="runs of all projects")


def _starting(parser: _Parser) -> None:
    _what_to_run(parser)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--detach", action="store_true", help="print the run id and return")
    way.add_argument("--follow", action="store_true", help="print progress lines until the run ends")
    parser.add_argument("--tether", action="store_true", help="stop the run when this process ends")


def _what_to_run(parser: _Parser) -> None:
    """What `run` and `plan` have in common."""
    parser.add_argument("goal", metavar="GOAL", help="what the crew is to do, in quotes")
    parser.add_argument("--team", metavar="T", help="team (default: the one named default)")
    parser.add_argument("--workflow", metavar="W", help="workflow (default: the team's)")
    parser.add_argument("--role", metavar="AGENT", help="one agent and no team: the goal is its task")
    driven = "one of %(choices)s: drives the agents whose files name no program (default: as configured)"
    parser.add_argument("--agent", metavar="PROGRAM", choices=_AgentPrograms(), help=driven)
    model = "model of the agents that this program drives, as the program names it"
    parser.add_argument("--model", metavar="M", help=model)
    parser.add_argument("--max-minutes", metavar="N", type=float, help="stop the run after so much working time")
    parser.add_argument("--max-workers", metavar="N", type=int, help="how many tasks may run at a time")
    tokens = "stop the run when its agents have used so many tokens; docs/usage.md says what counts"
    parser.add_argument("--max-tokens", metavar="N", type=int, help=tokens)
    parser.add_argument("--max-cost", metavar="USD", type=float, help="stop the run when its agents cost so much")
    setting = "any setting for this run, see config list; repeatable"
    parser.add_argument("--set", metavar="KEY=VALUE", dest="settings", action="append", default=[], help=setting)


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


def _sending(parser: _Parser) -> None:
    _task_and_text(parser, "what it is told; - reads it from stdin")
    kinds = [kind.value for kind in SendKind]
    shown = f"one of {', '.join(kinds)} (default: {SendKind.MESSAGE})"
    parser.add_argument("--kind", metavar="K", choices=kinds, default=SendKind.MESSAGE.value, help=shown)


def _responding(parser: _Parser) -> None:
    _task_and_text(parser, "the answer; for a permission allow, always or deny; - reads it from stdin")
    words = [decision.value for decision in Decision]
    shown = f"one of {', '.join(words)}: decides a permission, and TEXT says why"
    parser.add_argument("--decision", metavar="D", choices=words, help=shown)


def _task_and_text(parser: _Parser, about: str) -> None:
    parser.add_argument("task", metavar="TASK", help="the task's id, its step, or a unique beginning")
    parser.add_argument("text", metavar="TEXT", help=about)


def _config(parser: _Parser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="ACTION", title="actions", required=True, parser_class=_Parser
    )

    def action(name: str, summary: str) -> _Parser:
        about = summary[0].upper() + summary[1:] + "."
        added = actions.add_parser(
            name, help=summary, description=about, formatter_class=_Help, allow_abbrev=False, add_help=False
        )
        _everywhere(added, roots="roots")
        return added

    add_config(action)


def _trust(parser: _Parser) -> None:
    parser.add_argument("path", metavar="PATH", nargs="?", type=Path, help="project to accept; without it: list them")
    parser.add_argument("--remove", metavar="PATH", type=Path, help="take it back")
    shown = "show what has changed since it was accepted, and accept nothing; exit status 1 when there is something"
    parser.add_argument("--diff", action="store_true", help=shown)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def _seq(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no event number")
    return int(text)
