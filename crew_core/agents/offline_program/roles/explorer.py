"""Explorer: a map of the repository, or of the one part that the task names."""

from __future__ import annotations

from crew_core.agents.offline_program.plain_text import count, name, quoted, shown
from crew_core.agents.offline_program.survey import telling
from crew_core.agents.offline_program.survey.areas import areas
from crew_core.agents.offline_program.survey.languages import is_test
from crew_core.agents.offline_program.survey.outline import outline
from crew_core.agents.offline_program.survey.reading import read_text
from crew_core.agents.offline_program.survey.survey import Survey, survey_of
from crew_core.agents.offline_program.work import Outcome, Work

_FILES_OUTLINED = 12
_FILES_OF_A_WHOLE = 4
_DEFINITIONS_SHOWN = 25


def explore(work: Work) -> Outcome:
    """Tell what is there; the items are the parts that are worth a task of their own."""
    survey = survey_of(work)
    page, scan = work.page, survey.scan
    where = ", ".join(name(path) for path in survey.focus.paths) if not survey.focus.whole else work.title
    page.begin(f"Map of {where}: {count(survey.listing.total, 'file')}, {count(scan.lines, 'line')} read")
    page.section("Goal", goal_lines(work, survey))
    if not survey.listing.paths:
        page.section("Nothing here", ["- The directory has no files that count: it is empty, or all of it is ignored."])
        return Outcome()
    page.section("Languages", telling.language_lines(survey))
    if not survey.has_source:
        kinds = "text and settings" if survey.documents else "files of no known kind"
        page.section("No source code", [f"- There is no program here, only {kinds}: nothing to run or to test."])
        page.section("Entry points", telling.entry_lines(survey))
    else:
        page.section("Entry points", telling.entry_lines(survey), "None that is declared in a way known here.")
        page.section("Tests", telling.test_lines(survey), "No test files were found.")
    page.section("Documents", telling.document_lines(survey, 40 if not survey.has_source else 15))
    page.section("What is defined", outline_lines(work, survey))
    page.section("History", telling.history_lines(survey))
    page.section("Marks left by the authors", telling.mark_lines(survey, 30))
    page.section(_words_title(survey), telling.relevance_lines(survey, 20))
    page.section("Limits of this map", telling.limit_lines(survey))
    return Outcome(items=items_of(work, survey))


def goal_lines(work: Work, survey: Survey) -> list[str]:
    """The goal, and what this task is about within it."""
    lines = [f"- goal: {quoted(work.packet.goal, 400)}"]
    if work.packet.item is not None:
        lines.append(f"- this task looks at: {quoted(work.packet.item, 400)}")
    if survey.focus.missing:
        lines.append("- that is no path here; it was taken as a topic, and its words were looked for everywhere")
    return lines


def items_of(work: Work, survey: Survey) -> tuple[str, ...]:
    """The parts worth a task of their own; for a part without parts, its most relevant files."""
    found = areas(survey, work.packet.max_items)
    return found or tuple(file.path for file, _ in survey.ranked[: work.packet.max_items])


def outline_lines(work: Work, survey: Survey) -> list[str]:
    """Definitions of the files in focus, or of those that have most to do with the goal."""
    if survey.focus.whole:
        paths = [file.path for file, _ in survey.ranked if not is_test(file.path)][:_FILES_OF_A_WHOLE]
    else:
        paths = [file.path for file, _ in survey.ranked[:_FILES_OUTLINED]]
        paths += [path for path in survey.listing.paths if path not in paths]
    lines = []
    for path in paths[:_FILES_OUTLINED]:
        found = outline(path, read_text(work.root, path))
        shown_ones = found[:_DEFINITIONS_SHOWN]
        lines += [f"- {name(path)}:{each.line} {each.kind} {shown(each.name, 100)}" for each in shown_ones]
        if len(found) > _DEFINITIONS_SHOWN:
            lines.append(f"- {name(path)}: … and {len(found) - _DEFINITIONS_SHOWN} more")
    return lines


def _words_title(survey: Survey) -> str:
    return f"Where these words occur: {', '.join(shown(word, 40) for word in survey.focus.words)}"
