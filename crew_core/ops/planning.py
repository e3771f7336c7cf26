"""What a run would do: everything is decided here, and nothing is written."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from crew_core.config.layers import Loaded
from crew_core.config.trust import Standing, Trust
from crew_core.model.plan import RunPlan
from crew_core.ops.assigning import Assigned, Wished, assign
from crew_core.ops.choosing import Choice, DrivenPrograms
from crew_core.ops.descent import Descent, descent
from crew_core.ops.direct import add_direct
from crew_core.ops.errors import InputWrong, NotPermitted, OpsError
from crew_core.ops.limiting import unkept_limits
from crew_core.ops.own_checks import checks_plan
from crew_core.ops.project import project_of, refuse_links
from crew_core.ops.request import StartRequest, check_request
from crew_core.ops.settings import settings_for
from crew_core.ops.settled import flags_of, limits_of, prices_of, retry_of, with_retries
from crew_core.ops.trusting import trust_store
from crew_core.resources.catalogue import Catalogue, Layer, Withheld
from crew_core.resources.faults import ResourceError
from crew_core.resources.instructions import Instructions, read_instructions
from crew_core.resources.resolve import ASKED, Resolved, resolve
from crew_core.resources.runnable import unrunnable
from crew_core.store.clock import SystemClock, iso
from crew_core.store.layout import config_home, runs_root

#: The team of a run that names none (pi-crew's rule).
DEFAULT_TEAM = "default"


@dataclass(frozen=True, slots=True)
class Planned:
    """``refusals``: why it may not be started as things stand, the first one first. ``runs`` is where it would write.

    ``choice`` is None when every agent names its own program.
    """

    plan: RunPlan
    runs: Path
    choice: Choice | None
    notices: tuple[str, ...]
    refusals: tuple[OpsError, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the run would be: in which project, how that stands, how deep in other crews."""

    project: Path | None
    trust: Trust | None
    descent: Descent


def plan_run(request: StartRequest) -> Planned:
    """Decide everything about the run. Reads resources, settings, trust and the environment; writes nothing.

    :raises InputWrong: the request or a resource or settings file is wrong. :raises NotPermitted: the project's
        ``.crew`` leads elsewhere, or the environment is not what a crew sets.
    """
    check_request(request)
    project = project_of(request.cwd)
    if project is not None:
        refuse_links(project)
    trust = trust_store().standing(project) if project else None
    loaded = settings_for("run", project, trust, flags_of(request))
    resolved = with_retries(_resolve(request, project, trust), loaded.settings)
    wished = Wished(request.agent, request.model, loaded.settings.agent.program, loaded.settings.programs)
    assigned = assign(resolved, wished)
    place = _Place(project, trust, descent(os.environ, loaded.settings.limits.max_depth))
    instructions = read_instructions(request.cwd.resolve(), project)
    plan = _plan(request, assigned.resolved, loaded, place, instructions)
    return Planned(
        plan=plan,
        runs=runs_root(project),
        choice=assigned.choice,
        notices=(*resolved.notices, *loaded.notices, *instructions.notices, *assigned.notices),
        refusals=(*_refusals(assigned, place), *unkept_limits(plan)),
    )


def catalogue_of(project: Path | None, *, trusted: bool = True) -> Catalogue:
    """Built in, the person's own, and the project's resources; those are only known of when it is not trusted."""
    return Catalogue(config_home(), project / ".crew" if project else None, trusted=trusted)


def _resolve(request: StartRequest, project: Path | None, trust: Trust | None) -> Resolved:
    """Without the resources of a project that is not trusted; with them where there are no others.

    That these may not be used is told by the layers of what is returned.
    """
    try:
        try:
            resolved = _resolve_in(catalogue_of(project, trusted=_its_own_may_be_used(trust)), request)
        except Withheld:
            resolved = _resolve_in(catalogue_of(project), request)
    except ResourceError as error:
        raise _wrong(error) from error
    # What was asked for on the command line comes from no file.
    return replace(resolved, sources=tuple(each for each in resolved.sources if not each.endswith(f": {ASKED}")))


def _its_own_may_be_used(trust: Trust | None) -> bool:
    return trust is None or trust.standing is Standing.TRUSTED


def _resolve_in(catalogue: Catalogue, request: StartRequest) -> Resolved:
    team, workflow = request.team or DEFAULT_TEAM, request.workflow
    if request.role is not None:
        team, workflow = add_direct(catalogue, request.role, request.goal)
    return resolve(catalogue, team, workflow, request.cwd.resolve())


def _wrong(error: ResourceError) -> InputWrong:
    more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
    return InputWrong("run", f"{error.faults[0]}{more}")


def _refusals(assigned: Assigned, place: _Place) -> Iterator[OpsError]:
    trust = place.trust
    if Layer.PROJECT in assigned.resolved.layers and not _its_own_may_be_used(trust) and trust is not None:
        yield _untrusted(trust)
    if faults := unrunnable(assigned.resolved, DrivenPrograms()):
        yield _wrong(ResourceError(faults))
    if place.descent.refusal is not None:
        yield place.descent.refusal


def _untrusted(trust: Trust) -> NotPermitted:
    why = f"{trust.project} is {trust.standing}, and the run would use its {_named(trust.changes)}"
    return NotPermitted("run", why, f"crew-tui trust {trust.project}")


def _named(changes: tuple[str, ...]) -> str:
    """What of the project is not accepted yet: ``agents/new.md, teams/new.team.md and 3 more``."""
    names = [change.partition(" ")[2] for change in changes]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _plan(
    request: StartRequest, resolved: Resolved, loaded: Loaded, place: _Place, instructions: Instructions
) -> RunPlan:
    now = SystemClock().now()
    above = place.descent
    return RunPlan(
        run_id=f"team_{now:%Y%m%d%H%M%S}_{secrets.token_hex(8)}",
        goal=request.goal,
        team=resolved.team.name,
        workflow=resolved.workflow.name,
        cwd=str(request.cwd.resolve()),
        created_at=iso(now),
        tasks=resolved.tasks,
        agents=resolved.agents,
        roles=resolved.roles,
        skills=resolved.skills,
        instructions=instructions.text,
        checks=checks_plan(place.trust, above.depth, loaded.settings.checks.timeout_s),
        limits=limits_of(resolved, loaded),
        retry=retry_of(loaded.settings),
        prices=prices_of(loaded.settings),
        project_root=str(place.project) if place.project else None,
        tether=above.tether or request.tether,
        depth=above.depth,
        max_depth=above.max_depth,
        sources=(*resolved.sources, *instructions.sources),
    )
