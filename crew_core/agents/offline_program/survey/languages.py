"""Which language a file is in, and whether people here wrote it: by its name alone."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

#: Extension → language. ``SOURCE`` and the rest of this file say what follows from it.
_BY_EXTENSION = {
    "py": "Python", "pyi": "Python", "js": "JavaScript", "mjs": "JavaScript", "cjs": "JavaScript", "jsx": "JavaScript",
    "ts": "TypeScript", "tsx": "TypeScript", "mts": "TypeScript", "go": "Go", "rs": "Rust", "java": "Java",
    "kt": "Kotlin", "scala": "Scala", "c": "C", "h": "C", "cc": "C++", "cpp": "C++", "hpp": "C++", "cs": "C#",
    "rb": "Ruby", "php": "PHP", "swift": "Swift", "sh": "Shell", "bash": "Shell", "lua": "Lua", "ex": "Elixir",
    "exs": "Elixir", "pl": "Perl", "r": "R", "sql": "SQL", "vue": "Vue", "svelte": "Svelte", "html": "HTML",
    "css": "CSS", "scss": "CSS", "md": "Markdown", "markdown": "Markdown", "rst": "reStructuredText", "txt": "Text",
    "adoc": "AsciiDoc", "org": "Org", "tex": "TeX", "toml": "TOML", "yaml": "YAML", "yml": "YAML", "json": "JSON",
    "xml": "XML", "ini": "INI", "cfg": "INI", "tf": "Terraform", "proto": "Protobuf",
}  # fmt: skip

_BY_NAME = {"Makefile": "Make", "makefile": "Make", "GNUmakefile": "Make", "Dockerfile": "Dockerfile"}

PROSE = frozenset({"Markdown", "reStructuredText", "Text", "AsciiDoc", "Org", "TeX"})
SETTINGS = frozenset({"TOML", "YAML", "JSON", "XML", "INI"})

_PROSE_NAMES = frozenset({"README", "LICENSE", "LICENCE", "COPYING", "CHANGES", "CHANGELOG", "AUTHORS", "NOTICE"})

_VENDORED = re.compile(
    r"(?:^|/)(?:node_modules|vendor|vendored|third_party|thirdparty|bower_components|site-packages|dist|\.yarn)/"
)
_MINIFIED = re.compile(r"\.min\.\w+$|\.bundle\.js$|\.map$")
_LOCKS = re.compile(r"(?:^|/)(?:[\w.-]*lock(?:\.json|\.yaml|b)?|go\.sum|npm-shrinkwrap\.json)$")
_TEST = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|specs|testing|testdata|fixtures|e2e)/|"
    r"(?:^|/)(?:test_[^/]*\.py|conftest\.py|[^/]*_test\.(?:py|go|rb|exs|cc|cpp)|[^/]*[._-](?:test|spec)\.\w+|"
    r"[^/]*Tests?\.(?:java|kt|cs|php|swift)|[^/]*_spec\.rb)$"
)


def language_of(path: str) -> str:
    """The language; empty when the name does not tell."""
    name = path.rpartition("/")[2]
    if name in _BY_NAME or name.startswith("Dockerfile"):
        return _BY_NAME.get(name, "Dockerfile")
    if name.partition(".")[0] in _PROSE_NAMES and name.count(".") == 0:
        return "Text"
    return _BY_EXTENSION.get(PurePosixPath(name).suffix[1:].lower(), "")


def is_source(path: str) -> bool:
    """Whether it is written in a programming language."""
    language = language_of(path)
    return bool(language) and language not in PROSE and language not in SETTINGS


def is_test(path: str) -> bool:
    """Whether it is a test or belongs to tests."""
    return _TEST.search(path) is not None


def foreign(path: str) -> str:
    """Why a file was not written by people here: ``vendored``, ``minified``, ``lock file``; empty when it was."""
    if _VENDORED.search(path):
        return "vendored"
    if _MINIFIED.search(path):
        return "minified"
    return "lock file" if _LOCKS.search(path) else ""


def tested_stem(path: str) -> str:
    """The name of the source file, without extension, that a test file is named after; empty when it is not."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    tested = re.sub(r"^test_|_test$|_spec$|[._-](?:test|spec)$|Tests?$", "", stem)
    return tested if tested != stem and is_test(path) else ""
