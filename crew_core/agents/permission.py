"""Who decides when a program asks whether it may use a tool."""

from __future__ import annotations

from crew_core.model.attempt import AttemptSpec, Decision
from crew_core.model.status import Access, PermissionMode

#: What a person may answer.
OPTIONS = tuple(decision.value for decision in Decision)


def decided(spec: AttemptSpec, *, reads: bool, changes: bool = True) -> Decision | None:
    """The answer that stands before anybody is asked; None: a person decides.

    ``reads``: it looks at the working directory and does nothing else. ``changes``: it may change the directory, which
    an agent with read access is never allowed; what neither reads nor changes, such as a search of the web, it is.
    """
    if reads:
        return Decision.ALLOW
    if changes and spec.access is Access.READ:
        return Decision.DENY
    return Decision.ALLOW if spec.permissions is PermissionMode.AUTO else None


def refusal(spec: AttemptSpec, tool: str) -> str:
    """What a program is told when nobody was asked."""
    if spec.access is Access.READ:
        return f"{tool} is not allowed here: this task may read and change nothing"
    return f"{tool} is not allowed here"
