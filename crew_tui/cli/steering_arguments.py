"""The words of the commands that end a run or go on with it, and of those that speak with its agents."""

from __future__ import annotations

from crew_core.model.commands import SendKind
from crew_core.model.steering import Decision
from crew_tui.cli.parser import Adding, Parser
from crew_tui.cli.target_arguments import of_run, of_task

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


def add_steering(command: Adding) -> None:
    """All six commands."""
    _ending(of_run(command("cancel", "end a run or a task now")))
    _ending(of_run(command("stop", "let a run or a task end gently: the program's own interrupt first")))
    of_run(command("resume", "continue an interrupted, blocked, failed or cancelled run"))
    retry = of_run(command("retry", "run failed or cancelled tasks again, with what was skipped because of them"))
    retry.add_argument("task", metavar="TASK", nargs="?", help="only this one and what was skipped because of it")
    _sending(of_task(command("send", "send something to an agent that works", _SEND_MORE)))
    _responding(of_task(command("respond", "answer what an agent asks: a permission, or a question", _RESPOND_MORE)))


def _ending(parser: Parser) -> None:
    parser.add_argument("--task", metavar="T", help="only this task")
    parser.add_argument("--reason", metavar="TEXT", default="from the command line", help="kept in the journal")
    parser.add_argument(
        "--force", action="store_true", help="end the processes where no coordinator answers or nothing can be written"
    )


def _sending(parser: Parser) -> None:
    parser.add_argument("text", metavar="TEXT", help="what it is told; - reads it from stdin")
    kinds = [kind.value for kind in SendKind]
    shown = f"one of {', '.join(kinds)} (default: {SendKind.MESSAGE})"
    parser.add_argument("--kind", metavar="K", choices=kinds, default=SendKind.MESSAGE.value, help=shown)


def _responding(parser: Parser) -> None:
    answer = "the answer; for a permission allow, always or deny; - reads it from stdin"
    parser.add_argument("text", metavar="TEXT", help=answer)
    words = [decision.value for decision in Decision]
    shown = f"one of {', '.join(words)}: decides a permission, and TEXT says why"
    parser.add_argument("--decision", metavar="D", choices=words, help=shown)
