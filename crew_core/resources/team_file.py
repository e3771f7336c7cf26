"""A team: ``<name>.team.md``, whose list items map roles to agents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.fences import outside_fences
from crew_core.resources.front_matter import Document, positive_integer, read_document, unknown_keys
from crew_core.store.layout import is_safe_id

_USED = frozenset({"name", "description", "defaultWorkflow", "workflow", "maxConcurrency"})

#: Keys of pi-crew's teams that load and say nothing here yet.
UNUSED = frozenset({"workspaceMode", "source", "triggers", "useWhen", "avoidWhen", "cost", "category"})

_ROLE = re.compile(r"-\s*(?P<name>[A-Za-z0-9_-]+)\s*(?::(?P<rest>.*))?$")
_TOKEN = re.compile(r"(?<!\S)(?P<key>agent|model|skills|maxConcurrency)=(?P<value>\S*)")


@dataclass(frozen=True, slots=True)
class Role:
    """``workers`` bounds how many tasks of the role run at a time in one run."""

    name: str
    agent: str
    line: int
    model: str | None = None
    workers: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class TeamFile:
    name: str
    path: Path
    description: str
    default_workflow: str | None
    workers: int | None
    roles: tuple[Role, ...]
    workflow_line: int = 1
    unused: tuple[str, ...] = ()

    def role(self, name: str) -> Role | None:
        return next((role for role in self.roles if role.name == name), None)


def read_team(path: Path) -> TeamFile:
    """:raises ResourceError: with everything that is wrong with it."""
    document = read_document(path)
    faults = unknown_keys(document, _USED | UNUSED)
    name = document.text("name") or path.name.removesuffix(".team.md")
    if not is_safe_id(name):
        faults.append(document.fault("name", f"name {name!r} is no id", "letters, digits, - and _ only"))
    workflow_key = "defaultWorkflow" if "defaultWorkflow" in document.values else "workflow"
    workers = positive_integer(document, "maxConcurrency", faults)
    roles = tuple(_roles(document, faults))
    if not roles:
        faults.append(
            Fault(path, document.body_line, "the team has no role", "add a line like: - tester: agent=tester")
        )
    if faults:
        raise ResourceError(faults)
    return TeamFile(
        name=name,
        path=path,
        description=document.text("description") or "",
        default_workflow=document.text(workflow_key),
        workers=workers,
        roles=roles,
        workflow_line=document.fault(workflow_key, "").line,
        unused=tuple(key for key in document.values if key in UNUSED),
    )


def _roles(document: Document, faults: list[Fault]) -> Iterator[Role]:
    """List items that do not begin with a name are prose."""
    seen: dict[str, int] = {}
    for number, line in outside_fences(document.body, document.body_line):
        found = _ROLE.match(line)
        if found is None:
            continue
        role = _role(document, found["name"], found["rest"] or "", number, faults)
        if role.name in seen:
            what = f"role {role.name!r} is there already, on line {seen[role.name]}"
            faults.append(Fault(document.path, number, what, "remove one of them"))
        seen[role.name] = number
        yield role


def _role(document: Document, name: str, rest: str, line: int, faults: list[Fault]) -> Role:
    tokens = {found["key"]: found["value"] for found in _TOKEN.finditer(rest)}
    workers = tokens.get("maxConcurrency")
    if workers is not None and (not workers.isdigit() or int(workers) < 1):
        what = f"maxConcurrency of role {name!r} is {workers!r}"
        faults.append(Fault(document.path, line, what, "it must be a whole number from 1 up"))
        workers = None
    agent = tokens.get("agent", name)
    if not agent:
        faults.append(Fault(document.path, line, f"role {name!r} names no agent", "write agent=NAME"))
    return Role(
        name=name,
        agent=agent,
        line=line,
        model=tokens.get("model") or None,
        workers=int(workers) if workers else None,
        description=" ".join(_TOKEN.sub("", rest).split()),
    )
