"""The skills that a run takes along; one that is not there is left out and said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crew_core.model.plan import SkillPlan
from crew_core.resources.catalogue import Found, Shelf, Withheld
from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.skill_file import LONGEST_SKILL, SkillFile


class SkillsInUse:
    """``found``: by name, as they were asked for. ``notices``: what is missing."""

    def __init__(self, shelf: Shelf[SkillFile]) -> None:
        self.found: dict[str, Found[SkillFile]] = {}
        self._notices: dict[str, str] = {}
        self._shelf = shelf

    @property
    def notices(self) -> tuple[str, ...]:
        return tuple(self._notices.values())

    def take(self, names: Iterable[str], asked: Fault) -> tuple[str, ...]:
        """Those of ``names`` that there are, as they call themselves.

        :raises Withheld: only a project that is not trusted has one of them.
        """
        taken: dict[str, None] = {}
        for name in names:
            try:
                skill = self._shelf.get(name, asked)
            except Withheld:
                raise
            except ResourceError as error:
                fault = error.faults[0]
                self._notices.setdefault(name, str(replace(fault, what=f"{fault.what} (left out)")))
                continue
            taken[skill.resource.name] = None
            self.found[skill.resource.name] = skill
        return tuple(taken)

    def plans(self) -> dict[str, SkillPlan]:
        return {
            name: SkillPlan(
                name=name,
                text=skill.resource.text[:LONGEST_SKILL],
                description=skill.resource.description,
                source=f"{skill.layer}: {skill.resource.path}",
            )
            for name, skill in sorted(self.found.items())
        }
