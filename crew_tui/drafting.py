"""What a run that is not started yet would do: asked of the planner in a thread, told in lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from crew_tui.lines import BLANK, Column, Line, Tone, columns, paragraph
from crew_tui.plan_words import models_asked, stopped_after
from crew_tui.quantities import dollars, duration, plural
from crew_tui.text import clean

if TYPE_CHECKING:
    from crew_core.model.plan import Limits, RunPlan, TaskPlan
    from crew_core.ops.choosing import Program
    from crew_core.ops.errors import OpsError
    from crew_core.ops.request import StartRequest

#: Stands in for the goal until there is one: everything else can be planned without it.
_NO_GOAL = "(no goal yet)"

#: Of a limit that nobody has set.
NO_LIMIT = "no limit"

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form asks for, as it was typed; None leaves the choice to the program."""

    goal: str
    team: str | None = None
    workflow: str | None = None
    agent: str | None = None
    model: str | None = None
    max_tokens: str | None = None
    max_cost: str | None = None
    max_minutes: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A team, a workflow or an agent program that can be named. `why_not`: why it would be refused."""

    name: str
    says: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What there is to choose from."""

    teams: tuple[Name, ...] = ()
    workflows: tuple[Name, ...] = ()
    programs: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What would come of a wish. `wrong`: why there is no plan; `refused`: why the plan could not be started."""

    wish: Wish
    plan: RunPlan | None = None
    tasks: tuple[TaskPlan, ...] = ()
    notices: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    wrong: str = ""

    @property
    def hindered(self) -> str:
        """Why it cannot be started; empty if it can."""
        return self.wrong or (self.refused[0] if self.refused else "")


def request_of(wish: Wish, cwd: Path) -> StartRequest:
    """What the command line would ask for with these words. :raises InputWrong: a limit is no number."""
    from crew_core.ops.errors import InputWrong
    from crew_core.ops.request import StartRequest

    def number(name: str, text: str | None, kind: Callable[[str], N], said: str, sign: str = "") -> N | None:
        try:
            # As the form itself shows what is configured: 1,000,000 and $3.00.
            return kind(text.replace(",", "").removeprefix(sign)) if text is not None else None
        except ValueError:
            raise InputWrong("run", f"{name}: {text!r} is no {said}") from None

    return StartRequest(
        wish.goal,
        cwd,
        team=wish.team,
        workflow=wish.workflow,
        agent=wish.agent,
        model=wish.model,
        max_tokens=number("tokens", wish.max_tokens, int, "whole number"),
        max_cost=number("cost", wish.max_cost, float, "number of US dollars", "$"),
        max_minutes=number("minutes", wish.max_minutes, float, "number"),
    )


def draft(wish: Wish, cwd: Path) -> Draft:
    """For a thread: reads resources and settings, writes nothing, raises nothing that a person could have caused."""
    from crew_core.ops.errors import OpsError
    from crew_core.ops.order import in_order
    from crew_core.ops.planning import plan_run

    goal = wish.goal if wish.goal.strip() else _NO_GOAL
    try:
        planned = plan_run(request_of(replace(wish, goal=goal), cwd))
    except OpsError as error:
        return Draft(wish, wrong=_told(error))
    return Draft(
        wish,
        planned.plan,
        tuple(in_order(planned.plan.tasks)),
        planned.notices,
        tuple(_told(refusal) for refusal in planned.refusals),
    )


def names_at(cwd: Path) -> Names:
    """For a thread: the names that the form offers for a run that works in `cwd`; what cannot be read is left out."""
    from crew_core.ops.choosing import AUTO, known_programs
    from crew_core.ops.errors import OpsError
    from crew_core.ops.resources import Kind, list_resources
    from crew_core.ops.settings import settings_at

    def of(kind: Kind) -> tuple[Name, ...]:
        return tuple(Name(each.name, each.description, each.problem) for each in list_resources(cwd, kind))

    def programs(known: Iterable[Program]) -> tuple[Name, ...]:
        found = (Name(each.name, each.path or "", each.why_not) for each in known if each.adapter)
        return (Name(AUTO, "the first that is installed and can work"), *found)

    try:
        set_up = settings_at(cwd).settings.programs
        return Names(of(Kind.TEAM), of(Kind.WORKFLOW), programs(known_programs(set_up)))
    except OpsError:
        # The draft says what is wrong there.
        return Names(programs=programs(known_programs()))


def _told(error: OpsError) -> str:
    return f"{error.why}; {error.hint}" if error.hint else error.why


@dataclass(frozen=True, slots=True)
class Planner:
    """Whom the form asks. Both are called in a thread, with the directory in which the run would work."""

    draft: Callable[[Wish, Path], Draft] = draft
    names: Callable[[Path], Names] = names_at


def draft_lines(now: Draft, width: int) -> tuple[Line, ...]:
    """Who works on it within which limits, the tasks in their order, what is to be known, what would be refused."""
    if now.plan is None:
        return paragraph(clean(now.wrong), width, Tone.FAIL)
    of = now.plan
    told = f"team {of.team}, workflow {of.workflow}, {plural(len(of.tasks), 'task')}: {_limits(of.limits)}"
    lines = [
        *(
            each
            for refusal in now.refused
            for each in paragraph(clean(f"would be refused: {refusal}"), width, Tone.FAIL)
        ),
        *paragraph(clean(told), width),
        *paragraph(clean(f"works in {of.cwd}"), width, Tone.DIM),
        *(each for said in models_asked(of) for each in paragraph(clean(f"model {said}"), width, Tone.DIM)),
        *(paragraph(clean(f"checks are not run: {of.checks.refused}"), width, Tone.DIM) if of.checks.refused else ()),
        BLANK,
        *(_task(task, of, width) for task in now.tasks),
    ]
    if now.notices:
        lines.append(BLANK)
    lines += [each for notice in now.notices for each in paragraph(clean(notice), width, Tone.DIM)]
    return tuple(lines)


def _limits(limits: Limits) -> str:
    most, writing = f"at most {limits.max_workers} at a time", f"{limits.writers_per_directory} of them writing"
    return ", ".join((most, writing, *stopped_after(limits)))


def configured(limits: Limits) -> dict[str, str]:
    """What holds for each limit of the form."""
    tokens, cost, minutes = limits.max_tokens, limits.max_cost, limits.max_run_minutes
    return {
        "tokens": NO_LIMIT if tokens is None else f"{tokens:,}",
        "cost": NO_LIMIT if cost is None else dollars(cost),
        "minutes": NO_LIMIT if minutes is None else f"{minutes:g}",
    }


def _task(task: TaskPlan, of: RunPlan, width: int) -> Line:
    agent = of.agents[task.agent]
    filled = task.agent if task.role == task.agent else f"{task.agent} as {task.role}"
    after = ", ".join(edge.task for edge in task.edges)
    return columns(
        (
            Column(clean(task.id), 16),
            Column(clean(filled), 14, Tone.DIM, priority=1),
            Column(clean(agent.program), 8, Tone.ACCENT),
            Column(agent.access.value, 5, Tone.DIM, priority=3),
            Column(duration(task.timeout_s), 6, Tone.DIM, right=True, priority=4),
            Column(clean(f"after {after}" if after else "first"), 14, Tone.DIM, priority=2, grows=True),
        ),
        width,
    )
