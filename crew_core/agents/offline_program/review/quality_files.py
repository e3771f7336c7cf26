"""What a reviewer looks for in a file as a whole."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator

from crew_core.agents.offline_program.review.finding import Severity
from crew_core.agents.offline_program.review.python_names import called
from crew_core.agents.offline_program.review.rule import FileRule
from crew_core.agents.offline_program.review.subject import Subject
from crew_core.agents.offline_program.survey.languages import PROSE, SETTINGS

#: A file of more lines has more than one idea.
HUGE_FILE_LINES = 1_000

#: So many commented lines that are code are no example any more.
_CODE_LINES = 3

Place = tuple[int, int, str]

#: JSON by name that allows comments.
_WITH_COMMENTS = re.compile(
    r"(?:^|/)(?:tsconfig[^/]*|jsconfig[^/]*|\.eslintrc|\.babelrc|devcontainer|settings|launch)\.json$"
)

#: Programs that print are meant to.
_PRINTING = re.compile(
    r"(?:^|/)(?:__main__|cli|main|manage|setup|conftest|noxfile|tasks)\.py$|(?:^|/)(?:scripts?|bin|tools|examples?|bench\w*|docs)/"
)


def _syntax(subject: Subject) -> Iterator[Place]:
    if subject.error is not None:
        line = subject.error.lineno or 1
        yield line, line, subject.error.msg


def _json(subject: Subject) -> Iterator[Place]:
    if subject.path.endswith(".json") and not _WITH_COMMENTS.search(subject.path) and subject.text.strip():
        try:
            json.loads(subject.text)
        except json.JSONDecodeError as error:
            yield error.lineno, error.lineno, error.msg
        except (RecursionError, ValueError):
            return


def _toml(subject: Subject) -> Iterator[Place]:
    if subject.path.endswith(".toml"):
        try:
            tomllib.loads(subject.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else len(subject.lines)
            yield line, line, str(error)
        except (RecursionError, ValueError):
            return


def _huge(subject: Subject) -> Iterator[Place]:
    if subject.language and subject.language not in PROSE | SETTINGS and len(subject.lines) > HUGE_FILE_LINES:
        yield 1, len(subject.lines), f"{len(subject.lines)} lines"


def _prints(subject: Subject) -> Iterator[Place]:
    if subject.tree is None or _PRINTING.search(subject.path) or "__main__" in subject.text:
        return
    for node in ast.walk(subject.tree):
        if called(node) == "print" and isinstance(node, ast.Call) and not any(k.arg == "file" for k in node.keywords):
            yield node.lineno, node.end_lineno or node.lineno, ""


def _unused_imports(subject: Subject) -> Iterator[Place]:
    """Top-level imports whose name stands nowhere else: neither as a name, nor in ``__all__``, nor in a string."""
    if subject.tree is None or subject.name in ("__init__.py", "conftest.py") or subject.path.endswith(".pyi"):
        return
    used = {node.id for node in ast.walk(subject.tree) if isinstance(node, ast.Name)}
    texts = " ".join(
        n.value for n in ast.walk(subject.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )
    for node in subject.tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or "noqa" in subject.lines[node.lineno - 1]:
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue
        for alias in node.names:
            bound = (alias.asname or alias.name).partition(".")[0]
            again = alias.asname == alias.name
            if bound not in used and bound != "*" and not again and not re.search(rf"\b{re.escape(bound)}\b", texts):
                yield node.lineno, node.lineno, bound


def _commented_code(subject: Subject) -> Iterator[Place]:
    if subject.tree is None:
        return
    begin = 0
    block: list[str] = []
    for number, line in enumerate((*subject.lines, ""), 1):
        found = re.match(r"\s*#(?![!:]) ?(.*)$", line)
        if found is None or not _is_code(found[1]):
            if len(block) >= _CODE_LINES:
                yield begin, number - 1, ""
            block = []
            continue
        begin = begin if block else number
        block.append(found[1])


def _is_code(text: str) -> bool:
    """One line that can only be code: a call, an assignment, an import, a header with its colon."""
    if not re.search(r"[=(\[]|^\s*(?:import|from|return|raise|if|for|while|def|class|else|try)\b.*", text):
        return False
    stripped = text.strip()
    try:
        tree = ast.parse(stripped + " pass" if stripped.endswith(":") else stripped)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(not isinstance(n, ast.Expr) or isinstance(n.value, ast.Call | ast.Await) for n in tree.body)


RULES = (
    FileRule("syntax-error", Severity.HIGH, "Python cannot parse this", _syntax, tests=False),
    FileRule("json-error", Severity.HIGH, "no valid JSON", _json, tests=False),
    FileRule("toml-error", Severity.HIGH, "no valid TOML", _toml, tests=False),
    FileRule("py-print", Severity.LOW, "a print in a module that is no program", _prints, tests=False),
    FileRule("py-unused-import", Severity.LOW, "an import that nothing uses", _unused_imports),
    FileRule("py-commented-code", Severity.LOW, "code in comments", _commented_code),
    FileRule("huge-file", Severity.LOW, f"a file of more than {HUGE_FILE_LINES} lines", _huge),
)
