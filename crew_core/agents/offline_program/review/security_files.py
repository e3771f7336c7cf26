"""What a security reviewer looks for in a file as a whole: secrets, and dependencies that are not pinned."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crew_core.agents.offline_program.review.finding import Severity
from crew_core.agents.offline_program.review.rule import FileRule
from crew_core.agents.offline_program.review.subject import Subject
from crew_core.agents.offline_program.secrets import assigns_secret
from crew_core.agents.offline_program.survey.entry_points import line_with, parsed_json, table
from crew_core.agents.offline_program.survey.languages import PROSE
from crew_core.agents.secret_forms import secret_kind

Place = tuple[int, int, str]

_LONGEST_LINE = 2_000


def _keys(subject: Subject) -> Iterator[Place]:
    for number, line in enumerate(subject.lines, 1):
        if len(line) <= _LONGEST_LINE and (kind := secret_kind(line)):
            yield number, number, kind


def _passwords(subject: Subject) -> Iterator[Place]:
    if subject.language in PROSE:
        return
    for number, line in enumerate(subject.lines, 1):
        if len(line) <= _LONGEST_LINE and not secret_kind(line) and assigns_secret(line):
            yield number, number, ""


def _requirements(subject: Subject) -> Iterator[Place]:
    if not re.fullmatch(r"requirements[\w.-]*\.txt", subject.name):
        return
    for number, line in enumerate(subject.lines, 1):
        wanted = line.partition("#")[0].strip()
        if wanted and not wanted.startswith("-") and not re.search(r"[=~<@]", wanted):
            yield number, number, wanted[:60]


def _packages(subject: Subject) -> Iterator[Place]:
    if subject.name != "package.json":
        return
    content = parsed_json(subject.text)
    for package, version in (table(content, "dependencies") | table(content, "devDependencies")).items():
        if version in ("*", "latest", ""):
            line = line_with(subject.text, f'"{re.escape(package)}"\\s*:')
            yield line, line, package


def _container_user(subject: Subject) -> Iterator[Place]:
    if subject.language != "Dockerfile" or re.search(r"(?im)^USER\s", subject.text):
        return
    if found := re.search(r"(?im)^(?:CMD|ENTRYPOINT)\s", subject.text):
        line = subject.text.count("\n", 0, found.start()) + 1
        yield line, line, ""


RULES = (
    FileRule("sec-secret", Severity.HIGH, "a secret is written down here", _keys),
    FileRule("sec-password", Severity.HIGH, "a literal is given to something named like a secret", _passwords,
             tests=False),
    FileRule("sec-container-user", Severity.LOW, "no USER is given: the container runs as root", _container_user),
    FileRule("sec-unpinned", Severity.LOW, "a dependency without any version", _requirements),
    FileRule("sec-unpinned-node", Severity.LOW, "a dependency of any version", _packages),
)  # fmt: skip
