"""pi-crew's words for states, as ours."""

from __future__ import annotations

from crew_core.model.status import Access, RunStatus, TaskStatus

#: ``planning`` is declared and never entered; ``stopped`` is what pi-crew says of agents that were told to end.
_RUN = {status.value: status for status in RunStatus} | {
    "planning": RunStatus.RUNNING,
    "stopped": RunStatus.CANCELLED,
}

_TASK = {status.value: status for status in TaskStatus} | {
    "needs_attention": TaskStatus.RUNNING,
    "stopped": TaskStatus.CANCELLED,
}

#: Roles that pi-crew tells to change nothing; every other one counts as mutating in its plan approval.
READ_ONLY_ROLES = frozenset(
    {"explorer", "reviewer", "security-reviewer", "verifier", "analyst", "critic", "planner", "writer"}
)


def run_status(word: str) -> RunStatus | None:
    """None: no word that we know, so that nothing is known."""
    return _RUN.get(word)


def task_status(word: str) -> TaskStatus | None:
    return _TASK.get(word)


def access_of(role: str) -> Access:
    return Access.READ if role in READ_ONLY_ROLES else Access.WRITE
