"""`plan`: what `run` with the same words would do."""

from __future__ import annotations

import msgspec

from crew_core.model.plan import Limits, RunPlan, TaskPlan
from crew_core.model.status import EdgePolicy
from crew_core.ops.assigning import unable
from crew_core.ops.order import in_order
from crew_core.ops.planning import Planned, plan_run
from crew_core.ops.request import StartRequest
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Heading, Row, Screen, note, screen_for
from crew_tui.lines import Tone
from crew_tui.plan_words import models_asked, stopped_after
from crew_tui.quantities import UNKNOWN, duration, plural
from crew_tui.text import clean

#: Stands for the value of a variable.
HIDDEN = "…"

_HEADINGS = (
    Heading("TASK"),
    Heading("AGENT"),
    Heading("PROGRAM"),
    Heading("ACCESS"),
    Heading("RETRIES", right=True),
    Heading("TIMEOUT", right=True),
    Heading("AFTER"),
)


def plan(call: Call) -> int:
    """Tasks in their order with everything that is decided about them, and why it would be refused, if so."""
    planned = plan_run(request_of(call))
    if call.json:
        document({"plan": _record(planned)})
    else:
        for notice in planned.notices:
            note(notice)
        _show(planned, screen_for(plain=call.plain))
        for refusal in planned.refusals:
            note(f"run would be refused: {refusal}")
    return planned.refusals[0].exit_status if planned.refusals else 0


def request_of(call: Call) -> StartRequest:
    """The options that `run` and `plan` have in common."""
    options = call.options
    return StartRequest(
        goal=options.goal,
        cwd=call.start,
        team=options.team,
        workflow=options.workflow,
        role=options.role,
        agent=options.agent,
        model=options.model,
        max_minutes=options.max_minutes,
        max_workers=options.max_workers,
        max_tokens=options.max_tokens,
        max_cost=options.max_cost,
        settings=tuple(options.settings),
    )


def _record(planned: Planned) -> dict[str, object]:
    """The plan as `workflow.json` would have it; its id and time are those of a real run only."""
    record = msgspec.to_builtins(planned.plan)
    for of_a_run in ("runId", "createdAt", "schemaVersion"):
        del record[of_a_run]
    for agent in record["agents"].values():
        # What a person keeps in variables may be a secret, and this is made to be passed on.
        agent["settings"]["env"] = dict.fromkeys(agent["settings"]["env"], HIDDEN)
    return {
        **record,
        "order": [task.id for task in in_order(planned.plan.tasks)],
        "runsDirectory": planned.runs,
        "agentProgram": planned.choice,
        "cannot": {each.program: unable(each.program) for each in planned.plan.agents.values()},
        "notices": planned.notices,
        "refusals": [
            {"what": each.what, "why": each.why, "hint": each.hint, "exitStatus": each.exit_status}
            for each in planned.refusals
        ],
    }


def _show(planned: Planned, screen: Screen) -> None:
    of = planned.plan
    screen.sentence("goal", clean(of.goal))
    screen.sentence(
        "team",
        f"{clean(of.team)}, workflow {clean(of.workflow)}, {plural(len(of.tasks), 'task')}: {_limits(of.limits)}",
    )
    screen.fact("works in", clean(of.cwd))
    screen.fact("writes", clean(str(planned.runs)))
    screen.sentence("checks", f"not run: {of.checks.refused}" if of.checks.refused else "the project's own may run")
    if of.depth:
        screen.sentence("depth", f"{of.depth} of {of.max_depth}: it ends with the worker that starts it")
    for program in dict.fromkeys(agent.program for agent in of.agents.values()):
        if cannot := unable(program):
            screen.sentence("cannot", f"{clean(program)}: {', '.join(cannot)}")
    for model in models_asked(of):
        screen.sentence("model", clean(model))
    screen.line()
    screen.table(_HEADINGS, [_row(task, of) for task in in_order(of.tasks)])


def _limits(limits: Limits) -> str:
    roles = ", ".join(f"{clean(role)} {most}" for role, most in limits.role_workers.items())
    return ", ".join(
        (
            f"at most {limits.max_workers} at a time",
            f"{limits.writers_per_directory} of them writing in a directory",
            *stopped_after(limits),
            *((f"by role: {roles}",) if roles else ()),
        )
    )


def _row(task: TaskPlan, of: RunPlan) -> Row:
    agent = of.agents[task.agent]
    after = [edge.task if edge.policy is EdgePolicy.SUCCESS else f"{edge.task}:{edge.policy}" for edge in task.edges]
    filled = clean(task.agent if task.role == task.agent else f"{task.agent} as {task.role}")
    verified = f"then verified by: {', '.join(each.command for each in task.verify)}" if task.verify else ""
    return Row(
        (
            clean(task.id),
            filled,
            (clean(agent.program) or UNKNOWN, Tone.ACCENT),
            agent.access.value,
            str(task.max_retries),
            duration(task.timeout_s),
            clean(", ".join(after)) or UNKNOWN,
        ),
        note=clean(verified),
    )
