"""The skills of a task within their budget: how work of a kind is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crew_core.engine.foreign_text import one_line, visible
from crew_core.engine.prompts.cutting import cut_at_border
from crew_core.engine.prompts.enclosure import enclosed, tag_for
from crew_core.engine.prompts.record import SkillsUse, SkillUse
from crew_core.model.plan import RunPlan, SkillPlan, TaskPlan

#: The numbers are pi-crew's (runtime-spec §12.3). A skill that needs more room is documentation; a prompt with more
#: of them than fit here is followed in none.
MOST_SKILLS = 32
SKILL_CHARS = 1_500
SKILLS_CHARS = 6_000

#: Less of a skill than this is a title without advice.
LEAST_CHARS = 200

_NAME_CHARS = 80


def skill_names(run: RunPlan, task: TaskPlan) -> tuple[str, ...]:
    """Each once, as ``resources`` chose them: what the role has by itself, then those of agent, role and step.

    A task that a planner planned belongs to no step: it has those of its role.
    """
    named = list(task.skills)
    if task.added_by is not None and task.item is None:
        named += [name for role in run.roles if role.name == task.role for name in role.skills]
    return tuple(dict.fromkeys(named))


def skills_block(names: tuple[str, ...], skills: Mapping[str, SkillPlan]) -> tuple[str, SkillsUse]:
    """The block, and what became of each name. What comes first in ``names`` gets its room first."""
    known = [name for name in names if name in skills]
    parts, taken, left_out = [], [], known[MOST_SKILLS:]
    room = SKILLS_CHARS
    for name in known[:MOST_SKILLS]:
        whole = visible(skills[name].text).strip()
        text = cut_at_border(whole, min(SKILL_CHARS, room))
        if not text or len(text) < min(LEAST_CHARS, len(whole)):
            left_out.append(name)
            continue
        parts.append(_skill(name, skills[name], text, len(whole) - len(text)))
        taken.append(SkillUse(name, len(text), len(whole) - len(text)))
        room -= len(text)
    missing = tuple(name for name in names if name not in skills)
    use = SkillsUse(tuple(taken), tuple(name for name in names if name in left_out), missing)
    told = [*parts, *_notes(use)]
    return ("# Skills\n\nHow work like this is done here.\n\n" + "\n\n".join(told) if told else ""), use


def _skill(name: str, skill: SkillPlan, text: str, cut: int) -> str:
    block = enclosed(tag_for("skill", text), text, name=name, about=skill.description)
    return f"{block}\n\n(The last {cut} characters of it are left out.)" if cut else block


def _notes(use: SkillsUse) -> Iterator[str]:
    if use.left_out:
        yield f"Left out for want of room: {_listed(use.left_out)}."
    if use.missing:
        yield f"Named, but not there: {_listed(use.missing)}."


def _listed(names: tuple[str, ...]) -> str:
    told = ", ".join(one_line(name, _NAME_CHARS) for name in names[:MOST_SKILLS])
    return told if len(names) <= MOST_SKILLS else f"{told} and {len(names) - MOST_SKILLS} more"
