"""What a task's answer must end with, so that a program can read it: a verdict, a plan or a list."""

from __future__ import annotations

import json

from crew_core.agents.offline_program.checks.running import run_checks
from crew_core.agents.offline_program.checks.telling import tell_checks
from crew_core.agents.offline_program.checks.verdict import verdict_of
from crew_core.agents.offline_program.roles.explorer import items_of
from crew_core.agents.offline_program.roles.planning import planned
from crew_core.agents.offline_program.survey.survey import survey_of
from crew_core.agents.offline_program.work import Outcome, Work
from crew_core.model.packet import Wants


def keep_contract(work: Work, outcome: Outcome) -> None:
    """Close the page as the packet asks. What the role did not give is found out now, whichever role it was."""
    match work.packet.wants:
        case Wants.ANSWER:
            return
        case Wants.VERDICT:
            work.page.close(f"VERDICT: {outcome.verdict or _verdict(work)}")
        case Wants.LIST:
            items = outcome.items or items_of(work, survey_of(work))
            work.page.close(_fenced([_safe(item) for item in items[: work.packet.max_items]]))
        case Wants.PLAN:
            work.page.close(_fenced((outcome.plan or planned(work, survey_of(work))).as_json()))


def _verdict(work: Work) -> str:
    checked = run_checks(work)
    tell_checks(work.page, checked)
    return verdict_of(checked)


def _safe(item: str) -> str:
    """A name that is no UTF-8 cannot be said in JSON; it is written as people are shown it."""
    return item.encode("utf-8", "backslashreplace").decode("utf-8")


def _fenced(value: object) -> str:
    """ASCII only, and a backtick as an escape: no name can end the block."""
    return f"```json\n{json.dumps(value, indent=2).replace('`', chr(92) + 'u0060')}\n```"
