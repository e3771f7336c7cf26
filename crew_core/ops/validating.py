"""Checking all resources at once: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.ops.choosing import DrivenPrograms
from crew_core.ops.errors import InputWrong
from crew_core.ops.planning import catalogue_of
from crew_core.ops.project import project_of
from crew_core.resources.catalogue import Catalogue
from crew_core.resources.checking import Level, Problem, check
from crew_core.resources.kinds import SKILL_FILE

__all__ = ["Finding", "Level", "Shadow", "Validation", "validate"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``line`` 0: of no file. ``remedy`` may be empty."""

    file: Path
    line: int
    level: Level
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else ""
        return f"{place}{self.level}: {self.problem}" + (f"; {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class Shadow:
    """``path`` is used under this name, and ``hides`` are not."""

    name: str
    path: Path
    hides: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """``files`` is how many were looked at."""

    findings: tuple[Finding, ...]
    shadows: tuple[Shadow, ...]
    files: int

    @property
    def failed(self) -> bool:
        return any(finding.level is Level.ERROR for finding in self.findings)


def validate(start: Path, files: Sequence[Path] = ()) -> Validation:
    """Check what ``start`` sees, as if its project were trusted.

    :param files: tell only of these.
    :raises InputWrong: one of ``files`` is no resource of any layer.
    """
    catalogue = catalogue_of(project_of(start))
    wanted = _wanted(catalogue, files)
    findings = [_finding(problem) for problem in check(catalogue, DrivenPrograms())]
    shadows = _shadows(catalogue)
    if files:
        findings = [each for each in findings if each.file.resolve() in wanted]
        shadows = [each for each in shadows if each.path.resolve() in wanted]
    count = len(files) or sum(len(shelf.held) for shelf in catalogue.shelves())
    return Validation(tuple(findings), tuple(shadows), count)


def _finding(problem: Problem) -> Finding:
    fault = problem.fault
    return Finding(fault.path, fault.line, problem.level, fault.what, fault.remedy)


def _wanted(catalogue: Catalogue, files: Sequence[Path]) -> set[Path]:
    known = {held.path.resolve() for shelf in catalogue.shelves() for held in shelf.held}
    wanted = set()
    for file in files:
        path = (file / SKILL_FILE if file.is_dir() else file).resolve()
        if path not in known:
            layers = ", ".join(str(root) for root in catalogue.roots.values())
            raise InputWrong("validate", f"{file} is no resource of any layer", f"they are in {layers}")
        wanted.add(path)
    return wanted


def _shadows(catalogue: Catalogue) -> list[Shadow]:
    return [
        Shadow(f"{shelf.kind} {found.resource.name}", found.resource.path, found.shadows)
        for shelf in catalogue.shelves()
        for found in shelf.winners()
        if found.shadows
    ]
