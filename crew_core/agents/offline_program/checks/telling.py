"""Checks in words: what was run, what it came to, what is to be done, and the evidence."""

from __future__ import annotations

from crew_core.agents.offline_program.checks.check import Checked, Failure, Result, State
from crew_core.agents.offline_program.page import Page
from crew_core.agents.offline_program.plain_text import name, quoted, shown


def tell_checks(page: Page, checked: Checked) -> None:
    """All sections about checks."""
    if checked.refused:
        page.section("Not verified", _refused_lines(checked))
    else:
        page.section("Checks", [_result_line(each) for each in checked.results], _nothing(checked))
        page.section("Work list", work_list(checked), "Nothing: no check that came to its end failed.")
        page.section("Evidence", [line for each in checked.results for line in _evidence(each)])
    page.section("Found and not run", [f"- {quoted(p.command)}: {shown(p.why)}" for p in checked.found.passed_over])
    if checked.results:
        changed = [f"- {name(path)}" for path in checked.changed]
        page.section("Changed by the checks", changed, "No file that git or a walk shows was changed.")


def work_list(checked: Checked) -> list[str]:
    """One line for each failure, with its place first."""
    lines = []
    for result in checked.results:
        if result.state is State.FAILED:
            lines += [f"- {_failure(each)}" for each in result.failures]
            if not result.failures:
                lines.append(f"- {quoted(result.check.command)}: {result.why}; see the evidence")
    return lines


def place(failure: Failure) -> str:
    """Where it failed, as far as that is known."""
    return f"{name(failure.path)}:{failure.line}" if failure.line else name(failure.path)


def _failure(failure: Failure) -> str:
    parts = [place(failure), quoted(failure.test, 300) if failure.test else "", shown(failure.what)]
    return " ".join(part for part in parts if part)


def _result_line(result: Result) -> str:
    state = f"{result.state}" + (f" ({result.why})" if result.why else "")
    return f"- {quoted(result.check.command)} [{result.check.kind}, from {name(result.check.source)}]: {state}"


def _evidence(result: Result) -> list[str]:
    """Quoted line by line, so that nothing a tool prints can begin a block or a verdict of ours."""
    status = "no exit status" if result.status is None else f"exit status {result.status}"
    head = f"- {quoted(result.check.command)}: {status}, {result.duration_s:.1f} s, last lines:"
    return [head, "", *(f"> {line.replace('```', 'ʼʼʼ')}" for line in result.last_lines), ""]


def _refused_lines(checked: Checked) -> list[str]:
    lines = [f"- not verified: {checked.refused}; no command of the project was run"]
    lines += [f"- would be run: {quoted(c.command)} (from {name(c.source)})" for c in checked.found.checks]
    if not checked.found.checks:
        lines.append("- no checks were found that would be run")
    return [*lines, "- to allow it: read what they do, then `crew-tui trust .`"]


def _nothing(checked: Checked) -> str:
    return "None could be run." if checked.found.passed_over else "The project declares no checks that are known here."
