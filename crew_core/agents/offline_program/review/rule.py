"""The three kinds of rules: over a line of text, over a node of Python's syntax tree, over a whole file."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crew_core.agents.offline_program.review.finding import Severity
from crew_core.agents.offline_program.review.subject import Subject

#: Code in languages that write comments with ``//`` and look alike.
JAVASCRIPT = frozenset({"JavaScript", "TypeScript", "Vue", "Svelte"})


@dataclass(frozen=True, slots=True)
class LineRule:
    """``languages`` empty: any. ``tests``: it counts in tests too. ``unless``: what makes a line harmless."""

    id: str
    severity: Severity
    why: str
    form: re.Pattern[str]
    languages: frozenset[str] = frozenset()
    tests: bool = True
    unless: re.Pattern[str] | None = None
    comments: bool = False


@dataclass(frozen=True, slots=True)
class NodeRule:
    """``fits`` is asked for each node of the given types."""

    id: str
    severity: Severity
    why: str
    nodes: tuple[type[ast.AST], ...]
    fits: Callable[[ast.AST], bool]
    tests: bool = True


@dataclass(frozen=True, slots=True)
class FileRule:
    """``find`` yields (line, last line, what exactly); the reason is ``why`` with it."""

    id: str
    severity: Severity
    why: str
    find: Callable[[Subject], Iterable[tuple[int, int, str]]]
    tests: bool = True


Rule = LineRule | NodeRule | FileRule


def line_rule(
    id: str,
    severity: Severity,
    form: str,
    why: str,
    *,
    languages: Iterable[str] = (),
    tests: bool = True,
    unless: str = "",
    comments: bool = False,
) -> LineRule:
    """A row of a table; ``comments``: a line that is only a comment counts too."""
    harmless = re.compile(unless) if unless else None
    return LineRule(id, severity, why, re.compile(form), frozenset(languages), tests, harmless, comments)
