"""The words of `run`, `plan` and `recommend`: what a crew is to do, and who does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crew_tui.cli.parser import Adding, Parser

_RUN_MORE = """\
On a terminal the dashboard opens on the run, and the run goes on when you
leave it. Without a terminal, with --follow and with --plain, progress lines
are printed until the run ends.

Ctrl-C while following only leaves: the run goes on. With --tether the run
belongs to this command: it is stopped on Ctrl-C, when the dashboard is closed,
and also when this process is killed.

exit status when followed: 0 completed, 1 failed, 3 blocked or interrupted,
130 cancelled or left with Ctrl-C

--json: one document when the run has ended; with --detach at once; with
--follow one object per line, for the start, each event, and the end.
"""

_PLAN_MORE = """\
exit status: 0 run would start this, else the status with which run would
refuse it: 2 or 4
"""


def add_starting(command: Adding) -> None:
    """All three commands."""
    _starting(command("run", "start a run", _RUN_MORE))
    _what_to_run(command("plan", "what run would do; starts nothing, writes nothing", _PLAN_MORE))
    advice = command("recommend", "which team and workflow suit a goal here, and why; no model is asked")
    advice.add_argument("goal", metavar="GOAL", help="what is to be done, in quotes")


def _starting(parser: Parser) -> None:
    _what_to_run(parser)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--detach", action="store_true", help="print the run id and return")
    way.add_argument("--follow", action="store_true", help="print progress lines until the run ends")
    parser.add_argument("--tether", action="store_true", help="stop the run when this process ends")


def _what_to_run(parser: Parser) -> None:
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


class _AgentPrograms(Iterable[str]):
    """Found when they are asked for: no other command has to load every adapter."""

    def __iter__(self) -> Iterator[str]:
        from crew_core.ops.choosing import agent_programs

        return iter(agent_programs())

    def __contains__(self, word: object) -> bool:
        from crew_core.ops.choosing import is_agent_program

        return isinstance(word, str) and is_agent_program(word)
