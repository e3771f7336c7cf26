"""A survey in words: each part of it as lines of a section."""

from __future__ import annotations

from collections import Counter

from crew_core.agents.offline_program.plain_text import count, name, quoted, shown
from crew_core.agents.offline_program.survey.languages import SETTINGS
from crew_core.agents.offline_program.survey.scan import FileFacts
from crew_core.agents.offline_program.survey.survey import Survey

_ROWS = 12


def language_lines(survey: Survey) -> list[str]:
    files: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for file in survey.scan.files:
        if file.language:
            files[file.language] += 1
            lines[file.language] += file.lines
    # What a file is set up by comes after what it is written in.
    ordered = sorted(files, key=lambda language: (language in SETTINGS, -lines[language], language))
    return [f"- {each}: {count(files[each], 'file')}, {count(lines[each], 'line')}" for each in ordered]


def entry_lines(survey: Survey) -> list[str]:
    return [f"- {name(e.path)}:{e.line} {e.kind}: {quoted(e.what, 160)}" for e in survey.entries]


def test_lines(survey: Survey) -> list[str]:
    tests = survey.tests
    lines = [f"- framework: {each} (seen in {name(where)})" for each, where in tests.frameworks.items()]
    lines += [f"- {name(folder)}: {count(number, 'file')}" for folder, number in tests.folders[:_ROWS]]
    if len(tests.folders) > _ROWS:
        lines.append(f"- … and {len(tests.folders) - _ROWS} folders more")
    return lines


def document_lines(survey: Survey, rows: int) -> list[str]:
    lines = []
    for document in survey.documents[:rows]:
        title = f": {shown(document.title, 100)}" if document.title else ": no title"
        lines.append(f"- {name(document.path)}{title} ({count(document.words, 'word')})")
        if not survey.has_source:
            lines += [f"  - line {each.line}: {shown(each.title, 100)}" for each in document.headings[1:9]]
    if len(survey.documents) > rows:
        lines.append(f"- … and {len(survey.documents) - rows} documents more")
    return lines


def history_lines(survey: Survey) -> list[str]:
    history = survey.history
    if history is None:
        return [f"- no history: {survey.git.fault or 'no commit yet'}"]
    period = f"{shown(history.first_day, 20)} to {shown(history.last_day, 20)}"
    lines = [f"- {count(history.commits, 'commit')} by {count(history.authors, 'author')}, {period}"]
    return lines + [f"- {name(path)}: in {count(times, 'commit')}" for path, times in history.hot[:_ROWS]]


def mark_lines(survey: Survey, rows: int) -> list[str]:
    marks, total = survey.scan.marks, survey.scan.marks_total
    lines = [f"- {name(mark.path)}:{mark.line} {shown(mark.text, 120)}" for mark in marks[:rows]]
    if total > len(lines):
        lines.append(f"- … and {total - len(lines)} more")
    return lines


def relevance_lines(survey: Survey, rows: int) -> list[str]:
    lines = [_hit_line(file) for file, _ in survey.ranked[:rows]]
    if len(survey.ranked) > rows:
        lines.append(f"- … and {len(survey.ranked) - rows} files more")
    missing = [word for word in survey.focus.words if not any(word in file.counts for file in survey.scan.files)]
    if missing and survey.scan.files:
        lines.append(f"- found nowhere in what was read: {', '.join(quoted(word, 40) for word in missing)}")
    return lines


def _hit_line(file: FileFacts) -> str:
    words = [f"{shown(word, 40)} (line {', '.join(map(str, lines))})" for word, lines in file.hits.items()]
    return f"- {name(file.path)}: {'; '.join(words) if words else 'by its name'}"


def limit_lines(survey: Survey) -> list[str]:
    """What the statements above do not cover."""
    lines = [f"- {survey.listing.cut}"] if survey.listing.cut else []
    if survey.scan.cut:
        lines.append(f"- {survey.scan.cut} files")
    lines += [f"- not read, {reason}: {count(n, 'file')}" for reason, n in sorted(survey.scan.unread.items())]
    if survey.git.fault:
        lines.append(f"- {survey.git.fault}")
    return lines
