"""What one source file defines and what it imports, with lines."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from crew_core.agents.offline_program.survey.reading import line_of

#: Deeper or longer source makes Python's own parser slow or unsafe.
_PARSED_CHARACTERS = 600_000
_LONGEST_LINE = 20_000

#: What begins a definition in languages other than Python, by extension-independent looks.
_DEFINITION = re.compile(
    r"(?m)^[ \t]{0,8}(?:export\s+(?:default\s+)?|pub(?:\([a-z]+\))?\s+|public\s+|async\s+|static\s+){0,4}"
    r"(?P<kind>function|class|interface|enum|struct|trait|impl|fn|func|def|module|type)\b\*?\s+"
    r"(?P<name>(?:\([^)\n]{0,80}\)\s*)?[A-Za-z_$][\w$]{0,80})"
)


@dataclass(frozen=True, slots=True)
class Definition:
    line: int
    kind: str
    name: str


def parsed(text: str) -> ast.Module | SyntaxError | None:
    """Python source as a tree, its error, or None when it is too large to be parsed safely."""
    if len(text) > _PARSED_CHARACTERS or any(len(line) > _LONGEST_LINE for line in text.split("\n")):
        return None
    try:
        return ast.parse(text)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return None


def outline(path: str, text: str) -> list[Definition]:
    """Top-level definitions of Python with their methods; of other languages, lines that look like definitions."""
    if path.endswith((".py", ".pyi")):
        tree = parsed(text)
        return list(_python(tree.body, "")) if isinstance(tree, ast.Module) else []
    found = _DEFINITION.finditer(text)
    return [Definition(line_of(text, each.start("kind")), each["kind"], each["name"].strip()) for each in found]


def _python(body: list[ast.stmt], within: str) -> list[Definition]:
    found: list[Definition] = []
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            kind = "class" if isinstance(node, ast.ClassDef) else "def"
            found.append(Definition(node.lineno, kind, within + node.name))
        if isinstance(node, ast.ClassDef):
            found += _python(node.body, f"{within}{node.name}.")
    return found
