"""Settings, trust, and the resource files of every layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crew_core.config.layers import Loaded
from crew_core.config.trust import Standing, Trust
from crew_core.ops.checkup.finding import Finding, Level, fail, ok, warn
from crew_core.ops.choosing import DrivenPrograms
from crew_core.ops.errors import NotPermitted, OpsError
from crew_core.ops.planning import catalogue_of
from crew_core.ops.project import refuse_links
from crew_core.resources import checking
from crew_core.store.layout import config_home

#: Of one kind; the others are told by `crew-tui validate`.
_SHOWN = 10

_KINDS = ("teams", "workflows", "agents", "skills")


def settings_findings(loaded: Loaded | OpsError, project: Path | None) -> Iterator[Finding]:
    """``loaded`` is the error when they could not be."""
    if isinstance(loaded, OpsError):
        yield fail("settings", loaded.why, loaded.hint or "correct this line")
        return
    for notice in loaded.notices:
        yield warn("settings", notice, f"trust the project ({project}), or take it out of there")
    if not loaded.notices:
        yield ok("settings", f"{config_home()}{f', {project}/.crew' if project else ''}")


def trust_findings(trust: Trust | None) -> Iterator[Finding]:
    if trust is None:
        yield ok("trust", "no project here")
        return
    try:
        refuse_links(trust.project)
    except NotPermitted as error:
        yield fail("layout", f"{error.what} {error.why}", error.hint)
    accept = f"look at what it brings, then: crew-tui trust {trust.project}"
    match trust.standing:
        case Standing.TRUSTED | Standing.NOTHING:
            yield ok("trust", f"{trust.project}: {trust.standing}")
        case Standing.UNTRUSTED | Standing.CHANGED | Standing.MISSING:
            yield warn("trust", f"{trust.project}: {trust.standing}; nothing of its own runs", accept)


def resource_findings(project: Path | None) -> Iterator[Finding]:
    """What a run that needs the file would be refused for, and what will not be as it was meant.

    The project's own are read as if they were trusted: whoever is to accept them wants to know.
    """
    catalogue = catalogue_of(project)
    problems = checking.check(catalogue, DrivenPrograms())
    for problem in problems[:_SHOWN]:
        fault = problem.fault
        said = str(fault).removesuffix(f"; {fault.remedy}")
        level = Level.FAIL if problem.level is checking.Level.ERROR else Level.WARN
        yield Finding(level, "resources", said, fault.remedy or "correct this line")
    if len(problems) > _SHOWN:
        yield warn("resources", f"{len(problems) - _SHOWN} more problems", "correct those above first")
    if not problems:
        counts = (f"{len(shelf.found)} {kind}" for kind, shelf in zip(_KINDS, catalogue.shelves(), strict=True))
        yield ok("resources", ", ".join(counts))
