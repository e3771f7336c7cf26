"""Which tests there are, and by which framework: each statement with the file it was read in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from crew_core.agents.offline_program.survey.entry_points import parsed_json, parsed_toml, table
from crew_core.agents.offline_program.survey.languages import foreign, is_source, is_test
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import read_text

#: Test files that are opened to recognise their framework.
_OPENED = 40

#: Framework → what its test files import or say.
_SIGNS = {
    "pytest": r"(?m)^\s*(?:import pytest|from pytest)\b|^(?:async )?def test_\w+",
    "unittest": r"(?m)^\s*(?:import unittest|from unittest)\b|\(unittest\.TestCase\)",
    "node:test": r"[\"']node:test[\"']",
    "jest or vitest": r"(?m)^\s*(?:describe|it|test)\([\"'`]",
    "go test": r"(?m)^func Test\w+\(\w+ \*testing\.T\)",
    "JUnit": r"@Test\b",
    "RSpec": r"\bRSpec\.describe\b",
}

#: Where a framework is set up in package.json.
_NODE_FRAMEWORKS = ("jest", "vitest", "mocha", "ava", "tap", "playwright", "cypress")


@dataclass(frozen=True, slots=True)
class Tests:
    """``folders``: how many test files each has. ``frameworks``: name → where that was read."""

    files: tuple[str, ...]
    folders: tuple[tuple[str, int], ...]
    frameworks: dict[str, str]


def tests_of(root: Path, listing: Listing) -> Tests:
    """Test files by their names; support files in test folders count too when they are source."""
    files = tuple(path for path in listing.paths if is_test(path) and is_source(path) and not foreign(path))
    folders = Counter(path.rpartition("/")[0] or "." for path in files)
    frameworks: dict[str, str] = {}
    for path in files[:_OPENED]:
        text = read_text(root, path)
        for framework, sign in _SIGNS.items():
            if framework not in frameworks and _fits(framework, path) and re.search(sign, text):
                frameworks[framework] = path
    frameworks |= _declared(root, listing)
    return Tests(files, tuple(folders.most_common()), frameworks)


def _fits(framework: str, path: str) -> bool:
    python = path.endswith(".py")
    if framework in ("pytest", "unittest"):
        return python
    return not python


def _declared(root: Path, listing: Listing) -> dict[str, str]:
    """Frameworks that the project's settings name."""
    found = {}
    if "pyproject.toml" in listing and "pytest" in table(parsed_toml(read_text(root, "pyproject.toml")), "tool"):
        found["pytest"] = "pyproject.toml"
    if "package.json" in listing:
        content = parsed_json(read_text(root, "package.json"))
        packages = table(content, "dependencies") | table(content, "devDependencies")
        found |= {name: "package.json" for name in _NODE_FRAMEWORKS if name in packages}
        if re.search(r"\bnode\b.*--test\b", str(table(content, "scripts").get("test", ""))):
            found["node:test"] = "package.json"
    if "Cargo.toml" in listing:
        found["cargo test"] = "Cargo.toml"
    return found
