"""Planner: an ordered plan of concrete steps with files, from earlier results or from a look of its own."""

from __future__ import annotations

from collections import Counter

from crew_core.agents.offline_program.checks.choosing import find_checks
from crew_core.agents.offline_program.plain_text import count, name, quoted, shown
from crew_core.agents.offline_program.plan import Plan
from crew_core.agents.offline_program.roles.explorer import goal_lines
from crew_core.agents.offline_program.roles.planning import earlier_files, parts_of, planned
from crew_core.agents.offline_program.survey import telling
from crew_core.agents.offline_program.survey.languages import is_source, is_test, language_of, tested_stem
from crew_core.agents.offline_program.survey.survey import Survey, survey_of
from crew_core.agents.offline_program.work import Outcome, Work

_FILES = 8


def plan(work: Work) -> Outcome:
    """Steps in their order; the items are the files and parts that the steps are about."""
    survey = survey_of(work)
    page = work.page
    page.begin(f"Plan for {work.title}")
    page.section("Goal", goal_lines(work, survey))
    if not survey.listing.paths:
        page.section("Steps", ["- The directory has no files that count: there is nothing to plan for."])
        return Outcome()
    files = _files(work, survey)
    page.section("Based on", _basis(work, survey))
    page.section("Steps", _steps(work, survey, files))
    proposed = planned(work, survey)
    page.section("Who could do it", _tasks(proposed))
    page.section(
        "Limits of this plan", [*telling.limit_lines(survey), "- What has to change in a file was not decided."]
    )
    parts = parts_of(work, survey)
    return Outcome(items=tuple(dict.fromkeys([*parts, *files])), plan=proposed)


def _files(work: Work, survey: Survey) -> list[str]:
    """The files that matter: named by earlier results, then those with the goal's words, then those changed often."""
    named = [path for path, _ in Counter(earlier_files(work, survey)).most_common()]
    relevant = [file.path for file, _ in survey.ranked if language_of(file.path)]
    hot = [path for path, _ in survey.history.hot] if survey.history else []
    wanted = is_source if survey.has_source else language_of
    ordered = [path for path in [*named, *relevant, *hot, *survey.listing.paths] if wanted(path)]
    return list(dict.fromkeys(path for path in ordered if not is_test(path)))[:_FILES]


def _basis(work: Work, survey: Survey) -> list[str]:
    lines = [f"- {shown(e.task_id, 80)} ({shown(e.role, 40)}): {shown(e.status, 40)}" for e in work.earlier]
    if not lines:
        lines = [f"- {work.earlier_fault or 'no earlier results'}: the directory itself was looked at"]
    return [*lines, f"- {count(survey.listing.total, 'file')} by {survey.listing.source}"]


def _steps(work: Work, survey: Survey, files: list[str]) -> list[str]:
    found = find_checks(work, survey.all_files, None)
    commands = ", ".join(quoted(check.command) for check in found.checks) or "no check is known: decide how to check"
    hits = {file.path: file.hits for file, _ in survey.ranked}
    reads = [f"   - {name(path)}{_lines(hits.get(path, {}))}" for path in files]
    lines = ["1. Read, in this order:", *reads, f"2. Get a baseline before any change: {commands}."]
    if not survey.has_source:
        return [
            *lines[:-1],
            "2. Decide what has to change in these texts.",
            "3. Change them, then read them once more.",
        ]
    lines.append("3. Change what the goal asks for, one file at a time, smallest first:")
    lines += [f"   - {name(path)}; {_test_of(path, survey)}" for path in files]
    lines.append("4. Add or extend a test for each change, and see it fail without the change.")
    return [*lines, f"5. Check again: {commands}.", "6. Review the difference, then decide."]


def _lines(hits: dict[str, tuple[int, ...]]) -> str:
    numbers = sorted({line for lines in hits.values() for line in lines})[:6]
    return f" (line {', '.join(map(str, numbers))})" if numbers else ""


def _test_of(path: str, survey: Survey) -> str:
    stem = path.rpartition("/")[2].partition(".")[0]
    test = next((test for test in survey.tests.files if tested_stem(test) == stem), "")
    return f"its test is {name(test)}" if test else "no test file is named after it"


def _tasks(proposed: Plan) -> list[str]:
    lines = []
    for phase in proposed.phases:
        lines += [f"- {phase.name}: {shown(task.role, 40)}: {shown(task.task, 300)}" for task in phase.tasks]
    return lines
