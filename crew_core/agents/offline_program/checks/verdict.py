"""One verdict from all checks: a pass is only said when tests were really run to their end."""

from __future__ import annotations

from crew_core.agents.offline_program.checks.check import Checked, Kind, Result, State
from crew_core.agents.offline_program.plain_text import shown

_NAMES = 6

PASS = "PASS"
FAIL = "FAIL: "
NOT_VERIFIED = "NOT VERIFIED: "


def verdict_of(checked: Checked) -> str:
    """What stands behind ``VERDICT:``. Any failure decides; then whatever did not come to an end."""
    if checked.refused:
        return NOT_VERIFIED + checked.refused
    if not checked.results:
        why = "; ".join(f"{each.command}: {each.why}" for each in checked.found.passed_over)
        return NOT_VERIFIED + _line(f"no check could be run ({why})" if why else "no checks were found")
    if failed := [result for result in checked.results if result.state is State.FAILED]:
        return FAIL + _line("; ".join(_named(result) for result in failed))
    if open_ones := [result for result in checked.results if result.state is not State.PASSED]:
        return NOT_VERIFIED + _line("; ".join(f"{r.check.command} {r.state}: {r.why}" for r in open_ones))
    if not any(result.check.kind is Kind.TEST for result in checked.results):
        passed = ", ".join(result.check.command for result in checked.results)
        missing = "; ".join(f"{each.command}: {each.why}" for each in checked.found.passed_over)
        return NOT_VERIFIED + _line(f"no tests were run, only {passed} passed" + (f" ({missing})" if missing else ""))
    return PASS


def _named(result: Result) -> str:
    """The tests that failed by name, else the places, else the command."""
    names = list(dict.fromkeys(failure.name for failure in result.failures))
    if not names:
        return f"{result.check.command}: {result.why}"
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    told = ", ".join(names[:_NAMES]) + more
    return told if any(failure.test for failure in result.failures) else f"{result.check.command}: {told}"


def _line(text: str) -> str:
    return shown(text, 1_000)
