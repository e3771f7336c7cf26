"""One file under review, with what rules ask of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from crew_core.agents.offline_program.survey.languages import is_test, language_of
from crew_core.agents.offline_program.survey.outline import parsed


@dataclass(frozen=True, slots=True)
class Subject:
    """``tree`` is None for what is no Python, or could not be parsed; ``error`` says where parsing failed."""

    path: str
    text: str
    lines: tuple[str, ...]
    language: str
    in_tests: bool
    tree: ast.Module | None
    error: SyntaxError | None

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def subject(path: str, text: str) -> Subject:
    """Parsed once for all rules. Whatever ends its lines, which Python takes for the same, becomes a newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tree = parsed(text) if path.endswith((".py", ".pyi")) else None
    return Subject(
        path=path,
        text=text,
        lines=tuple(text.split("\n")),
        language=language_of(path),
        in_tests=is_test(path),
        tree=tree if isinstance(tree, ast.Module) else None,
        error=tree if isinstance(tree, SyntaxError) else None,
    )
