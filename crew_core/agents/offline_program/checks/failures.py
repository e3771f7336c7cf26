"""From a tool's output to a work list: what failed, where, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from crew_core.agents.offline_program.checks.check import Failure
from crew_core.agents.offline_program.checks.failure_patterns import GENERIC, PATTERNS, Gives
from crew_core.agents.offline_program.plain_text import shown
from crew_core.agents.offline_program.survey.listing import Listing

#: A broken project says the same a thousand times.
FAILURES_KEPT = 200

#: Longer lines are data.
_LINE_CHARACTERS = 2_000

#: Headings of runners that look like the name of a test.
_NO_TEST = re.compile(r"(?:short test summary|warnings summary|Summary of all failing tests)", re.IGNORECASE)


def read_failures(root: Path, listing: Listing, lines: Iterable[str]) -> tuple[Failure, ...]:
    """In the order in which they were told, each once. A place is kept only when the file is the project's."""
    kept = [line for line in lines if len(line) <= _LINE_CHARACTERS]
    reader = _Reader(root.resolve(), listing)
    for line in kept:
        reader.take(line)
    found = reader.failures()
    if not found:
        found = list(_generic(reader, kept))
    return tuple(dict.fromkeys(found))[:FAILURES_KEPT]


def _generic(reader: _Reader, lines: list[str]) -> Iterator[Failure]:
    for line in lines:
        if (found := GENERIC.search(line)) and (path := reader.inside(found["path"])):
            yield Failure(path, int(found["line"]), what=shown(found["what"].strip()))


class _Reader:
    """Follows one output from line to line."""

    def __init__(self, root: Path, listing: Listing) -> None:
        self._root = str(root)
        self._listing = listing
        self._tests: dict[str, Failure] = {}
        self._findings: list[Failure] = []
        self._current = ""
        self._file = ""
        self._waiting: tuple[str, int] | None = None

    def failures(self) -> list[Failure]:
        return [*self._tests.values(), *self._findings]

    def inside(self, path: str) -> str:
        """The path as the listing has it; empty when it is no file of the project."""
        relative = path.removeprefix(self._root + "/").removeprefix("./")
        return relative if relative in self._listing else ""

    def take(self, line: str) -> None:
        for pattern in PATTERNS:
            if found := pattern.form.match(line):
                parts = found.groupdict()
                number = int(parts.get("line") or 0)
                what = shown((parts.get("what") or "").strip())
                path = self.inside(parts.get("path") or "")
                self._follow(pattern.gives, shown(parts.get("test") or "", 300), path, number, what)
                return

    def _follow(self, gives: Gives, test: str, path: str, line: int, what: str) -> None:
        match gives:
            case Gives.FINDING if path:
                self._findings.append(Failure(path, line, what=what))
            case Gives.TEST if not _NO_TEST.search(test):
                self._open(test)
            case Gives.SUMMARY:
                self._summarise(test, path, what)
            case Gives.PLACE:
                self._place(test, path, line, what)
            case Gives.REASON if self._current and not self._tests[self._current].what:
                self._tests[self._current] = replace(self._tests[self._current], what=what)
            case Gives.FILE:
                self._file = path
            case Gives.IN_FILE if self._file:
                self._findings.append(Failure(self._file, line, what=what))
            case _:
                pass

    def _open(self, test: str) -> None:
        self._current = test
        self._tests.setdefault(test, Failure(test=test))
        if self._waiting is not None:
            path, line = self._waiting
            self._waiting = None
            self._place("", path, line, "")

    def _place(self, test: str, path: str, line: int, what: str) -> None:
        """Of a test the first place in the project is kept; one that comes before any test is for the next."""
        if test:
            self._open(test)
        if not path:
            return
        if not self._current:
            self._waiting = (path, line)
            return
        known = self._tests[self._current]
        if not known.path:
            self._tests[self._current] = replace(known, path=path, line=line, what=known.what or what)

    def _summarise(self, test: str, path: str, what: str) -> None:
        """Give the section of this test its full name."""
        short = test.partition("::")[2].replace("::", ".")
        known = self._tests.pop(short, None) or self._tests.pop(test, None) or Failure(path, test=test)
        self._tests[test] = replace(known, test=test, path=known.path or path, what=what or known.what)
        self._current = ""
