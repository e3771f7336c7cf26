"""Permission requests of programs: what is decided at once, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crew_core.agents.permission import OPTIONS, Standing, in_words
from crew_core.agents.role_tools import Does, Grant
from crew_core.agents.telling import answered
from crew_core.agents.tool_calls import writable_args
from crew_core.agents.tool_words import gist
from crew_core.model.attempt import AttemptSpec
from crew_core.model.steering import Decision
from crew_core.model.transcript import AgentEvent, Kind

#: What is said of a request when it needs no answer any more.
MOOT = "needs no answer any more"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of the program. ``reads``: it looks at the working directory and does nothing else; ``changes``: it may
    change the directory."""

    id: str
    tool: str
    text: str
    args: dict[str, Any]
    reads: bool = False
    changes: bool = True
    #: What kind of tool it is; None: of a kind that no list of tools speaks of.
    does: Does | None = None


class Asking:
    """The requests of one attempt. Decided by the role's tools and access, by the permission mode, and by what a person
    has always allowed."""

    def __init__(self, spec: AttemptSpec) -> None:
        self._standing = Standing(spec)
        self._grant = Grant(spec)
        self._open: dict[str, Ask] = {}

    def asked(self, ask: Ask) -> tuple[Decision | None, list[AgentEvent]]:
        """The decision, None when a person has to make it, and what is told."""
        told = [
            AgentEvent(
                kind=Kind.PERMISSION,
                id=ask.id,
                tool=ask.tool,
                text=gist(ask.text or ask.args),
                data={"args": writable_args(ask.args), "options": list(OPTIONS)},
            )
        ]
        if ask.does is not None and not ask.reads and not self._grant.allows(ask.does):
            return Decision.DENY, [*told, answered(ask.id, "denied by the role's tools")]
        decision = self._standing.of(ask.tool, reads=ask.reads, changes=ask.changes)
        if decision is None:
            self._open[ask.id] = ask
        else:
            told.append(answered(ask.id, self._by_what(ask, decision)))
        return decision, told

    def _by_what(self, ask: Ask, decision: Decision) -> str:
        """What was decided without a person, and by what."""
        if decision is Decision.DENY:
            return "denied by the role's access"
        if ask.reads:
            return "allowed: it only reads"
        return "allowed, as always" if self._standing.always(ask.tool) else "allowed by the permission mode"

    def answer(self, ask_id: str, decision: Decision, text: str) -> list[AgentEvent] | None:
        """A person has decided, and said this with it; None when nothing is asked under this id."""
        ask = self._open.pop(ask_id, None)
        if ask is None:
            return None
        if decision is Decision.ALWAYS:
            self._standing.allow_always(ask.tool)
        return [answered(ask_id, in_words(decision, text))]

    def withdrawn(self, ask_id: str) -> list[AgentEvent]:
        """The program needs no answer to this one any more."""
        return [] if self._open.pop(ask_id, None) is None else [answered(ask_id, MOOT)]

    def all_withdrawn(self) -> list[AgentEvent]:
        """None of those that are open needs an answer any more."""
        return [event for ask_id in tuple(self._open) for event in self.withdrawn(ask_id)]
