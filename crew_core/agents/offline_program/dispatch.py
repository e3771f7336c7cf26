"""Which role does what; a role that is not known here is taken for the nearest that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crew_core.agents.offline_program.roles.checker import check
from crew_core.agents.offline_program.roles.explorer import explore
from crew_core.agents.offline_program.roles.planner import plan
from crew_core.agents.offline_program.roles.reporter import report
from crew_core.agents.offline_program.roles.reviewer import review, review_security
from crew_core.agents.offline_program.roles.verifier import verify
from crew_core.agents.offline_program.work import Outcome, Work
from crew_core.model.packet import TaskPacket, Wants
from crew_core.model.status import Access

Role = Callable[[Work], Outcome]

ROLES: Mapping[str, Role] = {
    "explorer": explore,
    "planner": plan,
    "executor": check,
    "test-engineer": check,
    "reviewer": review,
    "security-reviewer": review_security,
    "verifier": verify,
    "analyst": report,
    "critic": report,
    "writer": report,
}

#: Part of an unknown role's name → the role it is taken for; the first that fits.
_LIKE = {
    "secur": "security-reviewer",
    "review": "reviewer",
    "audit": "reviewer",
    "verif": "verifier",
    "plan": "planner",
    "architect": "planner",
    "test": "test-engineer",
    "explor": "explorer",
    "map": "explorer",
    "scout": "explorer",
    "research": "explorer",
    "report": "writer",
    "summar": "writer",
    "critic": "critic",
    "analy": "analyst",
}


def role_for(packet: TaskPacket, has_inputs: bool) -> Role:
    """By the role's name, then by what it resembles, then by what is wanted, then by what it may do."""
    if known := ROLES.get(packet.role):
        return known
    lowered = packet.role.lower()
    for part, role in _LIKE.items():
        if part in lowered:
            return ROLES[role]
    match packet.wants:
        case Wants.PLAN:
            return plan
        case Wants.VERDICT:
            return verify
        case Wants.LIST:
            return explore
        case Wants.ANSWER:
            if packet.access is Access.WRITE:
                return check
            return report if has_inputs else explore
