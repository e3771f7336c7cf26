"""Where a program begins: what the files of each ecosystem declare, with file and line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crew_core.agents.offline_program.survey.languages import foreign, is_test
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import line_of, read_text

#: Of one repository so many are told.
_KEPT = 60

#: A file of each kind in nested packages; a monorepo has many.
_FILES_PER_KIND = 20


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """``kind`` says what it is, ``what`` what it starts."""

    path: str
    line: int
    kind: str
    what: str


def entry_points(root: Path, listing: Listing) -> list[EntryPoint]:
    """All that is found, the outermost files first."""
    found: list[EntryPoint] = []
    for name, read in _READERS.items():
        paths = [path for path in listing.paths if path.rpartition("/")[2] == name and not foreign(path)]
        paths = sorted((path for path in paths if not is_test(path)), key=lambda path: (path.count("/"), path))
        for path in paths[:_FILES_PER_KIND]:
            found += read(path, read_text(root, path))
    return found[:_KEPT]


def parsed_toml(text: str) -> dict[str, Any]:
    """The table; empty when it is no TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def parsed_json(text: str) -> dict[str, Any]:
    """The object; empty when it is no JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def table(value: object, *names: str) -> dict[str, Any]:
    """The table at a path of names; empty when there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def line_with(text: str, pattern: str) -> int:
    """The first line that the pattern matches at its beginning; 1 when there is none."""
    found = re.search(rf"(?m)^[ \t]*(?:{pattern})", text)
    return line_of(text, found.end()) if found else 1


def _pyproject(path: str, text: str) -> Iterator[EntryPoint]:
    content = parsed_toml(text)
    for names in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        for command, target in table(content, *names).items():
            line = line_with(text, rf"[\"']?{re.escape(command)}[\"']?\s*=")
            yield EntryPoint(path, line, "Python command", f"{command} → {target}")


def _package_json(path: str, text: str) -> Iterator[EntryPoint]:
    content = parsed_json(text)
    if isinstance(content.get("main"), str):
        yield EntryPoint(path, line_with(text, '"main"'), "Node main", str(content["main"]))
    commands = content.get("bin")
    if isinstance(commands, str):
        commands = {str(content.get("name", "bin")): commands}
    for command, target in table({"bin": commands}, "bin").items():
        line = line_with(text, f'"(?:bin|{re.escape(command)})"\\s*:\\s*"')
        yield EntryPoint(path, line, "Node command", f"{command} → {target}")
    for script, command in table(content, "scripts").items():
        yield EntryPoint(path, line_with(text, f'"{re.escape(script)}"\\s*:'), "script", f"{script}: {command}")


def _makefile(path: str, text: str) -> Iterator[EntryPoint]:
    for found in re.finditer(r"(?m)^(?P<name>[A-Za-z0-9][\w.-]*)[ \t]*:(?![=:])", text):
        yield EntryPoint(path, line_of(text, found.start()), "make target", found["name"])


def _cargo(path: str, text: str) -> Iterator[EntryPoint]:
    content = parsed_toml(text)
    binaries = content.get("bin")
    for each in binaries if isinstance(binaries, list) else []:
        if isinstance(each, dict):
            yield EntryPoint(path, line_with(text, r"\[\[bin\]\]"), "Rust binary", str(each.get("name", "")))
    if package := table(content, "package").get("name"):
        yield EntryPoint(path, line_with(text, r"\[package\]"), "Rust package", str(package))


def _dockerfile(path: str, text: str) -> Iterator[EntryPoint]:
    for found in re.finditer(r"(?m)^(?P<what>(?:ENTRYPOINT|CMD)[ \t].{1,200})$", text):
        yield EntryPoint(path, line_of(text, found.start()), "container", found["what"])


def _by_line(kind: str, pattern: str) -> Callable[[str, str], Iterator[EntryPoint]]:
    """A file that is an entry point, at the first line that the pattern finds."""

    def read(path: str, text: str) -> Iterator[EntryPoint]:
        if found := re.search(pattern, text):
            yield EntryPoint(path, line_of(text, found.start()), kind, found[0].strip()[:80])

    return read


#: File name → what reads it.
_READERS: dict[str, Callable[[str, str], Iterator[EntryPoint]]] = {
    "pyproject.toml": _pyproject,
    "package.json": _package_json,
    "Cargo.toml": _cargo,
    "go.mod": _by_line("Go module", r"(?m)^module\s+\S+"),
    "Makefile": _makefile,
    "Dockerfile": _dockerfile,
    "__main__.py": _by_line("Python module", r"\A.{0,80}"),
    "manage.py": _by_line("Django", r"(?m)^\s*execute_from_command_line.*|DJANGO_SETTINGS_MODULE"),
    "main.go": _by_line("Go main", r"(?m)^func main\(\)"),
    "main.rs": _by_line("Rust main", r"(?m)^(?:async )?fn main\("),
}
