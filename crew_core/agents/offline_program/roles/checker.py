"""Executor and test engineer: run the project's own checks, and turn what fails into a work list."""

from __future__ import annotations

from crew_core.agents.offline_program.checks.check import State
from crew_core.agents.offline_program.checks.running import run_checks
from crew_core.agents.offline_program.checks.telling import place, tell_checks, work_list
from crew_core.agents.offline_program.checks.verdict import verdict_of
from crew_core.agents.offline_program.plain_text import quoted
from crew_core.agents.offline_program.work import Outcome, Work
from crew_core.model.status import Access


def check(work: Work) -> Outcome:
    """The items are the entries of the work list. Nothing is edited."""
    work.page.begin(f"Checks of {work.title}")
    lines = [f"- goal: {quoted(work.packet.goal, 400)}"]
    if work.packet.access is Access.WRITE:
        lines.append("- this task may change files; without a model nothing was edited, the work list says what to do")
    work.page.section("Goal", lines)
    checked = run_checks(work)
    tell_checks(work.page, checked)
    failed = [each for each in checked.results if each.state is State.FAILED]
    entries = [f"{place(f)} {f.test or f.what}".strip() for r in failed for f in r.failures]
    return Outcome(
        items=tuple(entries or (line.removeprefix("- ") for line in work_list(checked))), verdict=verdict_of(checked)
    )
