"""Verifier: run the checks once more, hold them against what earlier tasks said, and give a verdict."""

from __future__ import annotations

from crew_core.agents.offline_program.checks.running import run_checks
from crew_core.agents.offline_program.checks.telling import tell_checks
from crew_core.agents.offline_program.checks.verdict import PASS, verdict_of
from crew_core.agents.offline_program.condensing import verdict_in
from crew_core.agents.offline_program.plain_text import quoted, shown
from crew_core.agents.offline_program.work import Outcome, Work


def verify(work: Work) -> Outcome:
    """The verdict comes from the checks alone; what earlier tasks claim is compared with it, not believed."""
    work.page.begin(f"Verification of {work.title}")
    work.page.section("Goal", [f"- goal: {quoted(work.packet.goal, 400)}"])
    checked = run_checks(work)
    tell_checks(work.page, checked)
    verdict = verdict_of(checked)
    work.page.section("Earlier results", _earlier_lines(work, verdict))
    return Outcome(verdict=verdict)


def _earlier_lines(work: Work, verdict: str) -> list[str]:
    lines = [f"- {work.earlier_fault}"] if work.earlier_fault else []
    for each in work.earlier:
        told = f"- {shown(each.task_id, 80)} ({shown(each.role, 40)}): {shown(each.status, 40)}"
        if each.error:
            told += f", {shown(each.error)}"
        if claimed := verdict_in(each.text):
            same = (claimed == PASS) == (verdict == PASS)
            told += f"; it said {shown(claimed)}" + ("" if same else ", which these checks do not confirm")
        lines.append(told)
    return lines
