"""Checks of other ecosystems: each a row that says by which file it is recognised and how it runs offline."""

from __future__ import annotations

import os
from dataclasses import dataclass

from crew_core.agents.offline_program.checks.check import Check, Found, Kind, PassedOver
from crew_core.agents.offline_program.checks.danger import danger_in
from crew_core.agents.offline_program.git import installed
from crew_core.agents.offline_program.survey.entry_points import parsed_json, table
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import read_text
from crew_core.agents.offline_program.work import Work


@dataclass(frozen=True, slots=True)
class _Ecosystem:
    """``marker`` is the file that gives it away; ``needs`` another that must be there, or the tool would write it.

    ``program`` begins with ``./`` when it is a wrapper that belongs to the project.
    """

    marker: str
    program: str
    arguments: tuple[str, ...]
    needs: str = ""
    refused: str = ""


_ECOSYSTEMS = (
    _Ecosystem("Cargo.toml", "cargo", ("test", "--offline", "--locked"), needs="Cargo.lock"),
    _Ecosystem("go.mod", "go", ("test", "./...")),
    _Ecosystem("gradlew", "./gradlew", ("--offline", "--console=plain", "test")),
    _Ecosystem("mvnw", "./mvnw", ("-o", "-B", "-q", "test")),
)

#: These fetch what they need before they test; without a network that fails, and says nothing of the project.
_FETCHING = {"tox.ini": "tox", "noxfile.py": "nox"}

_CI = ".ci/run"


def ecosystem_checks(work: Work, listing: Listing) -> Found:
    """Rust, Go, Gradle, Maven and Composer."""
    found = Found()
    for each in _ECOSYSTEMS:
        if each.marker in listing:
            found += _check(work, listing, each)
    if "composer.json" in listing:
        found += _composer(work)
    return found


def last_resorts(work: Work, listing: Listing, others: Found) -> Found:
    """``.ci/run`` when nothing else tests; tox and nox are only named."""
    found = Found()
    for marker, tool in _FETCHING.items():
        if marker in listing:
            found += Found(passed_over=(PassedOver(tool, f"{tool} fetches what it needs from the network"),))
    if _CI not in listing:
        return found
    if others.has(Kind.TEST):
        same = next(check.command for check in others.checks if check.kind is Kind.TEST)
        return found + Found(passed_over=(PassedOver(_CI, f"{same} runs tests already"),))
    if danger := danger_in(read_text(work.root, _CI)):
        return found + Found(passed_over=(PassedOver(_CI, f"it has {danger!r}"),))
    if not os.access(work.root / _CI, os.X_OK):
        return found + Found(passed_over=(PassedOver(_CI, "it is not executable"),))
    return found + Found((Check(_CI, (str(work.root / _CI),), Kind.TEST, _CI),))


def _check(work: Work, listing: Listing, each: _Ecosystem) -> Found:
    command = " ".join((each.program, *each.arguments))
    if each.needs and each.needs not in listing:
        return Found(passed_over=(PassedOver(command, f"there is no {each.needs}, and the tool would write it"),))
    if each.program.startswith("./"):
        own = work.root / each.program
        program = str(own) if os.access(own, os.X_OK) else ""
    else:
        program = installed(each.program)
    if not program:
        return Found(passed_over=(PassedOver(command, f"{each.program} is not installed or not executable"),))
    return Found((Check(command, (program, *each.arguments), Kind.TEST, each.marker),))


def _composer(work: Work) -> Found:
    script = table(parsed_json(read_text(work.root, "composer.json")), "scripts").get("test")
    if not script:
        return Found()
    command = "composer run-script test"
    if danger := danger_in(str(script)):
        return Found(passed_over=(PassedOver(command, f"its script has {danger!r}"),))
    program = installed("composer")
    if not program:
        return Found(passed_over=(PassedOver(command, "composer is not installed"),))
    argv = (program, "--no-interaction", "run-script", "test")
    return Found((Check(command, argv, Kind.TEST, "composer.json: scripts.test"),))
