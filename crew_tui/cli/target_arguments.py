"""The words by which a command names a run and a task of it."""

from __future__ import annotations

from crew_tui.cli.parser import Parser


def of_run(parser: Parser, nargs: str | None = None) -> Parser:
    """Takes a run.

    :param nargs: as argparse has it: ``"?"`` where it may be left out.
    """
    parser.add_argument("run", metavar="RUN", nargs=nargs, help="run id, a unique beginning or end of one, or last")
    return parser


def of_task(parser: Parser) -> Parser:
    """Takes a run and one of its tasks."""
    of_run(parser).add_argument("task", metavar="TASK", help="the task's id, its step, or a unique beginning")
    return parser
