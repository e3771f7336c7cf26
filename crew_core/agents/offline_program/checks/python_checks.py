"""Checks of a Python project: pytest or unittest, ruff, mypy, where they are set up and installed."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from crew_core.agents.offline_program.checks.check import Check, Found, Kind, PassedOver
from crew_core.agents.offline_program.checks.environment import Scratch
from crew_core.agents.offline_program.git import installed
from crew_core.agents.offline_program.survey.entry_points import parsed_toml, table
from crew_core.agents.offline_program.survey.languages import tested_stem
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import read_text
from crew_core.agents.offline_program.survey.tests_found import tests_of
from crew_core.agents.offline_program.tool_run import Limits
from crew_core.agents.offline_program.work import Work

_PROBE_S = 20.0

#: Where projects keep an interpreter of their own.
_OWN = (".venv/bin/python", "venv/bin/python")

#: File → section that sets pytest up.
_PYTEST_FILES = {"pytest.ini": r"\[pytest\]", "tox.ini": r"\[pytest\]", "setup.cfg": r"\[tool:pytest\]"}
_RUFF_FILES = ("ruff.toml", ".ruff.toml")
_MYPY_FILES = {"mypy.ini": r"\[mypy\]", ".mypy.ini": r"\[mypy\]", "setup.cfg": r"\[mypy\]"}


def python_checks(work: Work, listing: Listing, scratch: Scratch | None) -> Found:
    """``scratch`` None: nothing may be run, not even to see what is installed."""
    tools = table(parsed_toml(read_text(work.root, "pyproject.toml")), "tool") if "pyproject.toml" in listing else {}
    found = _tests(work, listing, tools, scratch)
    if source := _source(work, listing, tools, "ruff", dict.fromkeys(_RUFF_FILES, r"")):
        arguments = ("check", "--no-cache", "--output-format", "concise", ".")
        found += _tool(work, "ruff", arguments, command="ruff check", kind=Kind.LINT, source=source)
    if source := _source(work, listing, tools, "mypy", _MYPY_FILES):
        targets = () if table(tools, "mypy").get("files") or table(tools, "mypy").get("packages") else (".",)
        found += _tool(work, "mypy", targets, command=" ".join(("mypy", *targets)), kind=Kind.TYPES, source=source)
    return found


def _source(work: Work, listing: Listing, tools: dict[str, object], tool: str, files: dict[str, str]) -> str:
    """Where the tool is set up; empty when it is not."""
    if tool in tools:
        return f"pyproject.toml: [tool.{tool}]"
    for path, section in files.items():
        if path in listing and re.search(section, read_text(work.root, path)):
            return path
    return ""


def _tests(work: Work, listing: Listing, tools: dict[str, object], scratch: Scratch | None) -> Found:
    source = _source(work, listing, tools, "pytest", _PYTEST_FILES)
    tests = tests_of(work.root, listing)
    python_tests = [path for path in tests.files if path.endswith(".py") and tested_stem(path)]
    if not source and not python_tests:
        return Found()
    source = source or f"tests: {python_tests[0]}"
    if scratch is None:
        return Found((Check("python -m pytest -q", (), Kind.TEST, source),))
    interpreters = _interpreters(work.root)
    for shown, python in interpreters:
        if _has(work, python, "pytest", scratch):
            argv = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no")
            return Found((Check(f"{shown} -m pytest -q", argv, Kind.TEST, source),))
    if "unittest" in tests.frameworks and interpreters:
        shown, python = interpreters[0]
        start = ("-s", "tests") if any(path.startswith("tests/") for path in python_tests) else ()
        command = (python, "-m", "unittest", "discover", *start, *(("-t", ".") if _is_package(listing, start) else ()))
        return Found((Check(" ".join((shown, *command[1:])), command, Kind.TEST, tests.frameworks["unittest"]),))
    return Found(passed_over=(PassedOver("python -m pytest -q", "pytest is not installed"),))


def _is_package(listing: Listing, start: tuple[str, ...]) -> bool:
    return bool(start) and "tests/__init__.py" in listing


def _interpreters(root: Path) -> list[tuple[str, str]]:
    """How a person would call each, and where it is; the project's own first, ours last."""
    found = [(each, str(root / each)) for each in _OWN if os.access(root / each, os.X_OK)]
    if active := os.environ.get("VIRTUAL_ENV"):
        found.append(("python", f"{active}/bin/python"))
    found += [(each, path) for each in ("python3", "python") if (path := installed(each))]
    return [*found, ("python", sys.executable)]


def _has(work: Work, python: str, module: str, scratch: Scratch) -> bool:
    limits = Limits(_PROBE_S, 4096, whole=True)
    return work.probe("python", (python, "-c", f"import {module}"), scratch.environment(), limits).ok


def _tool(work: Work, tool: str, arguments: tuple[str, ...], *, command: str, kind: Kind, source: str) -> Found:
    own = [path for folder in (".venv/bin", "venv/bin") if (path := shutil.which(tool, path=str(work.root / folder)))]
    place = own[0] if own else installed(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if not place:
        return Found(passed_over=(PassedOver(command, f"{tool} is not installed"),))
    return Found((Check(command, (place, *arguments), kind, source),))
