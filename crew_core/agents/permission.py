"""Who decides when a program asks whether it may use a tool."""

from __future__ import annotations

from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access, PermissionMode
from crew_core.model.steering import Decision

#: What a person may answer.
OPTIONS = tuple(decision.value for decision in Decision)


class Standing:
    """The answers that stand before anybody is asked: by access, by mode, and by what a person has always allowed."""

    def __init__(self, spec: AttemptSpec) -> None:
        self._spec = spec
        self._always: set[str] = set()

    def allow_always(self, tool: str) -> None:
        self._always.add(tool)

    def always(self, tool: str) -> bool:
        """Whether a person has always allowed it."""
        return tool in self._always

    def of(self, tool: str, *, reads: bool, changes: bool = True) -> Decision | None:
        """The answer for a tool; None: a person decides.

        ``reads``: it looks at the working directory and does nothing else. ``changes``: it may change the directory,
        which an agent with read access is never allowed; what neither reads nor changes, such as a search of the web,
        it is.
        """
        if reads:
            return Decision.ALLOW
        if changes and self._spec.access is Access.READ:
            return Decision.DENY
        if self._spec.permissions is PermissionMode.AUTO or self.always(tool):
            return Decision.ALLOW
        return None


def in_words(decision: Decision, text: str) -> str:
    """What a person has decided, and said with it."""
    return f"{decision.value}: {text}" if text else decision.value


def refusal(spec: AttemptSpec, tool: str) -> str:
    """What a program is told when nobody was asked."""
    if spec.access is Access.READ:
        return f"{tool} is not allowed here: this task may read and change nothing"
    return f"{tool} is not allowed here"
