"""A plan that the run can carry out: who looks at which part, and who judges what they found."""

from __future__ import annotations

from collections.abc import Sequence

from crew_core.agents.offline_program.mentions import mentions
from crew_core.agents.offline_program.plain_text import name, shown
from crew_core.agents.offline_program.plan import Phase, Plan, PlannedTask
from crew_core.agents.offline_program.survey.areas import areas
from crew_core.agents.offline_program.survey.languages import is_source
from crew_core.agents.offline_program.survey.survey import Survey
from crew_core.agents.offline_program.work import Work
from crew_core.model.packet import PacketRole
from crew_core.model.status import Access

#: Who looks at a part, in order of preference.
_LOOKERS = ("explorer", "analyst")

#: What is done beside looking: role → its task; ``{goal}`` is the goal.
_BESIDE = {
    "test-engineer": "Run the project's own checks and make a work list of what fails. Goal: {goal}",
    "security-reviewer": "Look for security problems that matter for the goal. Goal: {goal}",
}

#: What is done when all have looked.
_AFTER = {
    "reviewer": "Review the change, or the tree when nothing is changed, in the light of what was found. Goal: {goal}",
    "verifier": "Run the checks and compare them with what the earlier tasks say. Goal: {goal}",
    "critic": "Say what the results contradict and what they leave open. Goal: {goal}",
    "writer": "Write the report: what was found, what is risky, what is open. Goal: {goal}",
}

#: More parts at once than this are no plan but a list.
_PARTS = 6


def planned(work: Work, survey: Survey) -> Plan:
    """At most ``max_items`` tasks, for roles of the packet only; empty when it names none."""
    roles = {role.name: role for role in work.packet.roles if role.name != work.packet.role}
    room = work.packet.max_items
    goal = shown(work.packet.goal, 400)
    looker = _looker(roles)
    after = [PlannedTask(role, text.replace("{goal}", goal)) for role, text in _AFTER.items() if role in roles]
    after = after[: max(1, room // 3)] if looker else after[:room]
    beside = [PlannedTask(role, text.replace("{goal}", goal)) for role, text in _BESIDE.items() if role in roles]
    parts = (parts_of(work, survey) or ("",)) if looker else ()
    if looker:
        # Judging needs something to judge.
        after = after[: max(0, room - 1)]
    left = room - len(after)
    parts = parts[: min(_PARTS, max(1, left - len(beside)))]
    looks = [PlannedTask(looker, _look(path, goal)) for path in parts]
    return Plan((Phase("look", tuple([*looks, *beside][:left])), Phase("judge", tuple(after))))


def _look(path: str, goal: str) -> str:
    where = f"`{path}`" if path else "the whole directory"
    return f"Look at {where}: what it does, what in it matters for the goal, and what is risky. Goal: {goal}"


def _looker(roles: dict[str, PacketRole]) -> str:
    """Who looks at the parts: a known looker, else whoever changes nothing and has no task of its own."""
    for role in _LOOKERS:
        if role in roles:
            return role
    own = _BESIDE.keys() | _AFTER.keys()
    others = sorted((r for r in roles.values() if r.name not in own), key=lambda r: (r.access is Access.WRITE, r.name))
    return others[0].name if others else ""


def parts_of(work: Work, survey: Survey) -> tuple[str, ...]:
    """Parts of the tree, those first that earlier results name; only names that can be written into a sentence."""
    named = earlier_files(work, survey)
    parts = areas(survey, work.packet.max_items + _PARTS)
    parts = tuple(part for part in parts if name(part) == part and " " not in part)
    order = {part: -sum(path == part or path.startswith(part + "/") for path in named) for part in parts}
    return tuple(sorted(parts, key=lambda part: order[part]))


def earlier_files(work: Work, survey: Survey) -> Sequence[str]:
    """Files of the tree that earlier results name, once for each naming."""
    named = (mention.path for each in work.earlier for mention in mentions(each.whole()))
    return [path for path in named if path in survey.all_files and is_source(path)]
