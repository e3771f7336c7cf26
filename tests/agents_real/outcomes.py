"""What the suite found, as a table: check × program. It is printed, and written into ``docs/agents.md``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

#: The property of a test by which it says that the program cannot do this, and what it does instead.
UNABLE = "unable"

BEGIN, END = "<!-- begin: written by make test-agents -->", "<!-- end -->"


class Outcome(IntEnum):
    """The worst of several counts."""

    PASSED = 0
    UNABLE = 1
    SKIPPED = 2
    FAILED = 3


_SIGNS = {Outcome.PASSED: "pass", Outcome.UNABLE: "–", Outcome.SKIPPED: "skip", Outcome.FAILED: "FAIL"}


@dataclass(slots=True)
class Outcomes:
    """Filled in as tests end, in whatever order; ``places`` are the lines in which the checks are written."""

    versions: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, check: str, program: str, outcome: Outcome, note: str = "") -> None:
        self.cells[check, program] = max(outcome, self.cells.get((check, program), Outcome.PASSED))
        told = f"{program}, {check}: {note}" if note else ""
        if outcome is Outcome.SKIPPED and note:
            told = f"{program} was skipped: {note}"
        if told and told not in self.notes:
            self.notes.append(told)

    def table(self, programs: Sequence[str]) -> list[str]:
        """Lines of Markdown."""
        checks = sorted({check for check, _ in self.cells}, key=lambda check: self.places.get(check, 0))
        rows = [["check", *programs], ["version", *(self.versions.get(name, "not there") for name in programs)]]
        rows += [[check, *(self._sign(check, name) for name in programs)] for check in checks]
        width = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [_line(row, width) for row in rows]
        return [lines[0], _line(["-" * size for size in width], width), *lines[1:], "", *_listed(self.notes)]

    def _sign(self, check: str, program: str) -> str:
        found = self.cells.get((check, program))
        return "" if found is None else _SIGNS[found]


def _line(row: Iterable[str], width: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(size) for cell, size in zip(row, width, strict=True)) + " |"


def _listed(notes: Iterable[str]) -> list[str]:
    return [f"- {note}" for note in notes]


def write(page: Path, lines: Iterable[str]) -> None:
    """Between the markers of the page."""
    text = page.read_text()
    between = f"{BEGIN}\n\n" + "\n".join(lines).strip() + f"\n\n{END}"
    page.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: between, text, flags=re.DOTALL))
