"""Which team and workflow suit a goal here, with the reasons: rules about words, the repository and what teams say."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crew_core.model.status import Access
from crew_core.ops.advice.goal import goal_of
from crew_core.ops.advice.judging import Judgement, Reason, judge
from crew_core.ops.advice.repository import Repository, look_at
from crew_core.ops.advice.rules import Work
from crew_core.ops.advice.team_words import own_reasons
from crew_core.ops.errors import OpsError
from crew_core.ops.planning import DEFAULT_TEAM, Planned, catalogue_of, plan_run
from crew_core.ops.project import project_of
from crew_core.ops.request import StartRequest, check_goal
from crew_core.ops.trusting import trust_store
from crew_core.resources.catalogue import Catalogue
from crew_core.resources.team_file import TeamFile

_SURE = 5
_LIKELY = 3
_CLEAR_LEAD = 2


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Suited:
    """A team with its points and what they come from."""

    team: str
    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """``tied``: other teams with as many points. ``notes``: what to know before it is started.

    ``command`` starts it, as words for a shell.
    """

    team: str
    workflow: str | None
    confidence: Confidence
    points: int
    reasons: tuple[Reason, ...]
    tied: tuple[str, ...]
    others: tuple[Suited, ...]
    notes: tuple[str, ...]
    repository: Repository
    command: str


def recommend(goal: str, start: Path) -> Recommendation:
    """Judge the goal in the project at or above ``start``. Nothing is written, and no content of the project is run.

    :raises InputWrong: the goal is none, or there is no such directory. :raises OpsError: there is no team at all.
    """
    check_goal("recommend", goal)
    project = project_of(start)
    trust = trust_store().standing(project) if project else None
    trusted = trust is None or trust.holds
    catalogue = catalogue_of(project if trusted else None)
    repository = look_at((project or start).resolve())
    suited = _ranked(goal, catalogue, repository)
    best = suited[0]
    planned, refusal = _planned(StartRequest(goal=goal, cwd=start, team=best.team))
    notes = [] if trusted else [f"{project} is not trusted: its own teams were not asked"]
    return Recommendation(
        team=best.team,
        workflow=planned.plan.workflow if planned else None,
        confidence=_confidence(suited),
        points=best.points,
        reasons=best.reasons,
        tied=tuple(other.team for other in suited[1:] if other.points == best.points > 0),
        others=tuple(other for other in suited[1:] if other.points > 0),
        notes=(*notes, *refusal, *_notes(repository, planned)),
        repository=repository,
        command=shlex.join(["crew-tui", "run", goal, "--team", best.team]),
    )


def _ranked(goal: str, catalogue: Catalogue, repository: Repository) -> list[Suited]:
    """Best first. Of equals the smaller team comes first, and what nobody's words speak for comes last."""
    read = goal_of(goal)
    judgement = judge(read, repository.facts)
    teams = [found.resource for found in catalogue.teams.found.values()]
    if not teams:
        raise OpsError("recommend", "there is no team", "see: crew-tui init")
    suited = [_suited(team, judgement, own_reasons(team, read)) for team in teams]
    return sorted(suited, key=lambda each: (-each.points, _rank(each.team), each.team))


def _suited(team: TeamFile, judgement: Judgement, own: Sequence[Reason]) -> Suited:
    work = next((work for work in Work if work == team.name.casefold()), None)
    reasons = (*(judgement.reasons[work] if work else ()), *own)
    points = (judgement.points[work] if work else 0) + sum(reason.points for reason in own)
    return Suited(team.name, max(0, points), reasons)


def _rank(team: str) -> int:
    """The default team is taken when nothing speaks for any other; then by size."""
    order = [DEFAULT_TEAM, *Work]
    return order.index(team.casefold()) if team.casefold() in order else len(order)


def _confidence(suited: Sequence[Suited]) -> Confidence:
    best = suited[0].points
    lead = best - (suited[1].points if len(suited) > 1 else 0)
    if best >= _SURE and lead >= _CLEAR_LEAD:
        return Confidence.HIGH
    return Confidence.MEDIUM if best >= _LIKELY and lead > 0 else Confidence.LOW


def _planned(request: StartRequest) -> tuple[Planned | None, tuple[str, ...]]:
    """What it would come to here, or why it cannot be started."""
    try:
        planned = plan_run(request)
    except OpsError as error:
        return None, (f"cannot be started: {error}",)
    return planned, (*planned.notices, *(f"cannot be started: {refusal}" for refusal in planned.refusals))


def _notes(repository: Repository, planned: Planned | None) -> list[str]:
    writes = planned is not None and any(agent.access is Access.WRITE for agent in planned.plan.agents.values())
    notes = []
    if writes and repository.uncommitted:
        changes = f"{repository.uncommitted} uncommitted change{'s' if repository.uncommitted > 1 else ''}"
        notes.append(f"{changes} here: commit or stash them first, or the crew's will be mixed with yours")
    if writes and repository.uncommitted is None:
        notes.append("no git here: nothing will show what the crew has changed")
    if writes and repository.files and not repository.tests:
        notes.append("no tests were found here: nothing but reading can tell whether a change is right")
    return notes
