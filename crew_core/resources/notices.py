"""What may surprise whoever uses resources: what they hide, what of a project is not used, keys without effect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from crew_core.resources.agent_file import AgentFile
from crew_core.resources.catalogue import Found, Resource
from crew_core.resources.kinds import project_of
from crew_core.resources.team_file import TeamFile
from crew_core.resources.workflow_file import WorkflowFile

#: More lines than this that say the same of different files become one.
_SINGLY = 3


def notices_of(everything: Sequence[Found[Resource]]) -> list[str]:
    shadowing = [item for item in everything if item.shadows]
    lines = [f"{item.resource.path} is used instead of {', '.join(map(str, item.shadows))}" for item in shadowing]
    if len(lines) > _SINGLY:
        what = _names([item.resource.path for item in shadowing])
        lines = [f"{len(lines)} files are used instead of others of their names: {what}"]
    return lines + _withheld(everything) + _unused(everything)


def _withheld(everything: Sequence[Found[Resource]]) -> list[str]:
    pairs = [(item.withheld, item.resource.path) for item in everything if item.withheld is not None]
    if not pairs:
        return []
    hint = f"crew-tui trust {quote(str(project_of(pairs[0][0])))}"
    if len(pairs) > _SINGLY:
        what = _names([theirs for theirs, _ in pairs])
        return [f"{len(pairs)} files of the project are not used, because it is not trusted: {what}; {hint}"]
    return [f"{theirs} is not used, because the project is not trusted, but {ours}; {hint}" for theirs, ours in pairs]


def _unused(everything: Sequence[Found[Resource]]) -> list[str]:
    found = {item.resource.path: unused_keys(item.resource) for item in everything}
    found = {path: keys for path, keys in found.items() if keys}
    if len(found) > _SINGLY:
        keys = sorted({key for keys in found.values() for key in keys})
        return [f"no effect here: {', '.join(keys)} (in {_names(list(found))})"]
    return [f"{path}: no effect here: {', '.join(keys)}" for path, keys in found.items()]


def unused_keys(resource: Resource) -> list[str]:
    """Keys of pi-crew that load and say nothing here."""
    match resource:
        case AgentFile() | TeamFile():
            return list(resource.unused)
        case WorkflowFile():
            return sorted({key for step in resource.steps for key in step.unused})
        case _:
            return []


def _names(paths: Sequence[Path]) -> str:
    """``agents/a.md, teams/t.team.md``."""
    return ", ".join(f"{path.parent.name}/{path.name}" for path in paths)
