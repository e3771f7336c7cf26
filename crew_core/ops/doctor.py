"""Every part that a run needs, looked at: what is well, what is not, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from crew_core.config.layers import Loaded
from crew_core.config.settings import Settings
from crew_core.config.trust import Trust
from crew_core.observe.listing import RunIndex
from crew_core.ops.checkup import (
    clock,
    configuration,
    nesting,
    processes,
    programs,
    python,
    storage,
    terminal,
    watching,
    workers,
)
from crew_core.ops.checkup.finding import Finding, Level, fail
from crew_core.ops.checkup.programs import ProgramState
from crew_core.ops.checkup.storage import Place
from crew_core.ops.errors import OpsError
from crew_core.ops.probe_program import ProgramTrial, to_be_tried, try_programs
from crew_core.ops.project import project_of, registered_runs, runs_of
from crew_core.ops.settings import settings_for
from crew_core.ops.trusting import trust_store
from crew_core.ops.versions import Versions
from crew_core.store.identity import real_identities
from crew_core.store.layout import cache_home, config_home, runs_root, state_home
from crew_core.store.machine import MachineStore

#: Older runs than these are looked at by nobody, and each costs a few system calls.
_RUNS = 200


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Checkup:
    """``project`` None: outside of every one. ``programs``: each agent program as it is here."""

    project: Path | None
    sections: tuple[Section, ...]
    programs: tuple[ProgramState, ...] = ()

    @property
    def well(self) -> bool:
        """Nothing that was looked at would keep a run from working."""
        return all(finding.level is not Level.FAIL for section in self.sections for finding in section.findings)


def doctor(start: Path, *, writing: bool = True) -> Checkup:
    """Look at the machine and at the project at or above ``start``.

    ``writing`` False: nothing is tried out on disk. Else each directory gets another one for a moment, and the versions
    of programs are remembered in the cache.

    :raises InputWrong: no such directory.
    """
    project = project_of(start)
    trust = trust_store().standing(project) if project else None
    loaded = _settings(project, trust)
    settings = loaded.settings if isinstance(loaded, Loaded) else None
    places = (
        Place("runs", runs_root(project)),
        Place("state", state_home()),
        Place("settings", config_home()),
        *((Place("runs without a project", runs_root(None)),) if project else ()),
    )
    states: list[ProgramState] = []
    max_depth = settings.limits.max_depth if settings else 1
    looks: dict[str, Callable[[], Iterable[Finding]]] = {
        "program": python.findings,
        "processes": processes.findings,
        "storage": lambda: storage.findings(places, writing=writing),
        "watching": watching.findings,
        "clock": lambda: clock.findings(registered_runs()[:1]),
        "git": lambda: programs.git_findings(project),
        "settings": lambda: configuration.settings_findings(loaded, project),
        "trust": lambda: configuration.trust_findings(trust),
        "resources": lambda: configuration.resource_findings(project),
        "agent programs": lambda: _agent_programs(settings, states, writing=writing),
        "workers": lambda: workers.slot_findings(MachineStore.of_this_user(), real_identities()),
        "runs": lambda: workers.run_findings(_runs(start), real_identities()),
        "terminal": lambda: terminal.findings(os.environ),
        "nesting": lambda: nesting.findings(os.environ, max_depth),
    }
    sections = tuple(Section(title, tuple(_looked(look))) for title, look in looks.items())
    return Checkup(project, sections, tuple(states))


def _agent_programs(settings: Settings | None, states: list[ProgramState], *, writing: bool) -> Iterable[Finding]:
    """``states`` gets them too. A cache that may not be written is read all the same."""
    set_up = settings.programs if settings else {}
    states += programs.program_states(set_up, Versions(cache_home() / "versions.json", writing=writing))
    return programs.agent_findings(states, settings.agent.program if settings else None, set_up)


def try_agent_programs(checkup: Checkup) -> tuple[ProgramTrial, ...]:
    """A live call of each agent program that could work."""
    found = _settings(checkup.project, trust_store().standing(checkup.project) if checkup.project else None)
    return try_programs(to_be_tried(checkup.programs), found.settings.programs if isinstance(found, Loaded) else {})


def _settings(project: Path | None, trust: Trust | None) -> Loaded | OpsError:
    try:
        return settings_for("doctor", project, trust)
    except OpsError as error:
        return error


def _runs(start: Path) -> list[Path]:
    """Of this project and of all others, newest first."""
    elsewhere = [Path(run.path) for run in registered_runs()[:_RUNS]]
    return RunIndex([runs_of(start)], elsewhere).paths()[0][:_RUNS]


def _looked(look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """A look that breaks off is a finding too: what is wrong with the machine may be what broke it."""
    found: list[Finding] = []
    try:
        found.extend(look())
    except Exception as error:
        why = f"could not be looked at: {type(error).__name__}: {error}"
        found.append(fail("checkup", why, "this says what is wrong, or it is a bug of crew-tui: tell us"))
    return found
