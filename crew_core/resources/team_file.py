"""A team: ``<name>.team.md``, whose list items map roles to agents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import MOST_FAULTS, Fault, ResourceError, closest
from crew_core.resources.fences import outside_fences
from crew_core.resources.front_matter import (
    MOST_WORKERS,
    WORKERS_REMEDY,
    Document,
    name_of,
    read_document,
    unknown_keys,
    whole_number,
    workers,
)
from crew_core.resources.skill_file import named_skills, wrong_skill_names

_USED = frozenset(
    {"name", "description", "defaultWorkflow", "workflow", "maxConcurrency", "triggers", "useWhen", "avoidWhen"}
)

#: Keys of pi-crew's teams that load and say nothing here yet.
UNUSED = frozenset({"workspaceMode", "source", "cost", "category"})

_TOKENS = ("agent", "model", "skills", "maxConcurrency")

#: Tokens of a role that load and say nothing here yet.
_UNUSED_TOKENS = frozenset({"model"})

_ROLE = re.compile(r"-\s*(?P<name>[A-Za-z0-9_][A-Za-z0-9_-]*)\s*(?::(?P<rest>.*))?$")
_TOKEN = re.compile(r"(?<!\S)(?P<key>[A-Za-z]+)=(?P<value>\S*)")
_LIST_ITEM = re.compile(r"\s*[-*+]")


@dataclass(frozen=True, slots=True)
class Role:
    """``workers`` bounds how many tasks of the role run at a time in one run.

    ``skills`` None: it wants none of those that roles of its name have by themselves. ``names_agent`` False: the agent
    is the one with the role's name.
    """

    name: str
    agent: str
    line: int
    model: str | None = None
    workers: int | None = None
    description: str = ""
    skills: tuple[str, ...] | None = ()
    names_agent: bool = True


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
    name = name_of(document, path.name.removesuffix(".team.md"), faults)
    workflow_key = "defaultWorkflow" if "defaultWorkflow" in document.values else "workflow"
    most = workers(document, "maxConcurrency", faults)
    roles, unused = _roles(document, faults)
    if not roles and not faults:
        remedy = "add a line like: - tester: agent=tester"
        faults.append(Fault(path, 1, "the team has no role", remedy))
    if faults:
        raise ResourceError(sorted(faults, key=lambda fault: fault.line)[:MOST_FAULTS], name)
    return TeamFile(
        name=name,
        path=path,
        description=document.text("description") or "",
        default_workflow=document.text(workflow_key),
        workers=most,
        roles=roles,
        workflow_line=document.line(workflow_key),
        unused=(*(key for key in document.values if key in UNUSED), *unused),
    )


def _roles(document: Document, faults: list[Fault]) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """Roles in their order, and the tokens without effect. List items that do not begin with a name are prose."""
    roles: dict[str, Role] = {}
    unused: dict[str, None] = {}
    for number, line in outside_fences(document.path, document.body, document.body_line, faults):
        found = _ROLE.match(line)
        if found is None:
            if _LIST_ITEM.match(line) and "agent" in _tokens(line):
                what = "looks like a role, but does not begin with - and a name"
                faults.append(Fault(document.path, number, what, "write it like: - tester: agent=tester"))
            continue
        rest = found["rest"] or ""
        role = _role(document, found["name"], rest, number, faults)
        if role.name in roles:
            what = f"role {role.name!r} is there already, on line {roles[role.name].line}"
            faults.append(Fault(document.path, number, what, "remove one of them"))
        roles.setdefault(role.name, role)
        unused |= dict.fromkeys(f"{key} of role {role.name}" for key in _tokens(rest) if key in _UNUSED_TOKENS)
    return tuple(roles.values()), tuple(unused)


def _tokens(rest: str) -> dict[str, str]:
    return {found["key"]: found["value"] for found in _TOKEN.finditer(rest)}


def _role(document: Document, name: str, rest: str, line: int, faults: list[Fault]) -> Role:
    tokens = _tokens(rest)
    for key in tokens.keys() - set(_TOKENS):
        close = closest(key, _TOKENS, 0.7)
        if close is not None:
            what = f"role {name!r}: unknown key {key!r}"
            faults.append(Fault(document.path, line, what, f"did you mean {close!r}?"))
    most = None
    if "maxConcurrency" in tokens:
        most = whole_number(tokens["maxConcurrency"], 1, MOST_WORKERS)
        if most is None:
            what = f"maxConcurrency of role {name!r} is {tokens['maxConcurrency']!r}"
            faults.append(Fault(document.path, line, what, WORKERS_REMEDY))
    agent = tokens.get("agent", name)
    if not agent:
        faults.append(Fault(document.path, line, f"role {name!r} names no agent", "write agent=NAME"))
    skills = named_skills(tokens.get("skills", ""))
    for what, remedy in wrong_skill_names(skills or ()):
        faults.append(Fault(document.path, line, f"role {name!r}: {what}", remedy))
    return Role(
        name=name,
        agent=agent,
        line=line,
        model=tokens.get("model") or None,
        workers=most,
        description=" ".join(_TOKEN.sub(_but_ours, rest).split()),
        skills=skills,
        names_agent="agent" in tokens,
    )


def _but_ours(found: re.Match[str]) -> str:
    return "" if found["key"] in _TOKENS else found[0]
