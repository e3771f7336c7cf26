"""Which skills a task is given: what its role has by itself, then what agent, role and step name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

#: What roles of these names have by themselves, in any team.
ROLE_SKILLS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "analyst": ("read-only-explorer", "task-packets"),
        "critic": ("read-only-explorer", "multi-perspective-review"),
        "executor": ("safe-bash", "git-hygiene", "verification-before-done"),
        "explorer": ("read-only-explorer",),
        "planner": ("read-only-explorer", "task-packets"),
        "reviewer": ("read-only-explorer", "multi-perspective-review"),
        "security-reviewer": ("read-only-explorer", "security-review-checklist"),
        "test-engineer": ("test-design", "safe-bash", "verification-before-done"),
        "verifier": ("verification-before-done", "safe-bash"),
        "writer": ("writing-reports",),
    }
)

#: pi-crew's bound; more would say nothing.
MOST_SKILLS = 32


def chosen_skills(
    role: str,
    of_agent: Sequence[str],
    of_role: Sequence[str] | None,
    of_step: Sequence[str] | None = (),
) -> tuple[str, ...]:
    """Each once, in this order. None (``skills: false``) of role or step leaves out what the role has by itself."""
    own = () if of_role is None or of_step is None else ROLE_SKILLS.get(role, ())
    return tuple(dict.fromkeys((*own, *of_agent, *(of_role or ()), *(of_step or ()))))[:MOST_SKILLS]
