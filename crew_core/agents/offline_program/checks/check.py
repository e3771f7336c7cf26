"""A check of the project: a command of its own that says by its exit status whether all is well."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a check says something about."""

    TEST = "tests"
    LINT = "lint"
    TYPES = "types"


@dataclass(frozen=True, slots=True)
class Check:
    """``command`` is what a person would type, ``source`` where the project asks for it."""

    command: str
    argv: tuple[str, ...]
    kind: Kind
    source: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A command that was found and is not run."""

    command: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a project has to offer."""

    checks: tuple[Check, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()

    def __add__(self, other: Found) -> Found:
        return Found(self.checks + other.checks, self.passed_over + other.passed_over)

    def has(self, kind: Kind) -> bool:
        return any(check.kind is kind for check in self.checks)


class State(StrEnum):
    """What a check came to. Only the first two say something about the project."""

    PASSED = "PASS"
    FAILED = "FAIL"
    NOT_FINISHED = "not finished"
    NOT_RUN = "could not run"
    NOTHING = "found nothing to test"


@dataclass(frozen=True, slots=True)
class Failure:
    """One entry of a work list. ``line`` 0: unknown; ``test`` empty: no test said it."""

    path: str = ""
    line: int = 0
    test: str = ""
    what: str = ""

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return self.test or (f"{self.path}:{self.line}" if self.line else self.path) or self.what


@dataclass(frozen=True, slots=True)
class Result:
    """``why`` completes a state other than PASS; ``last_lines`` are the end of its output."""

    check: Check
    state: State
    status: int | None
    duration_s: float
    why: str = ""
    failures: tuple[Failure, ...] = ()
    last_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """All checks of a task. ``refused`` says why none was run; ``changed`` are files that the checks changed."""

    found: Found
    results: tuple[Result, ...] = ()
    refused: str = ""
    changed: tuple[str, ...] = field(default=())
