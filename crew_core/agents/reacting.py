"""Gathering what an adapter tells and sends while it takes several messages, into one reaction."""

from __future__ import annotations

from collections.abc import Iterable

from crew_core.agents.protocol import Consult, Reaction
from crew_core.model.transcript import AgentEvent


class Reacting:
    """``tell`` and ``send`` while something is taken in; ``reaction`` hands it over, once."""

    def __init__(self) -> None:
        self._events: list[AgentEvent] = []
        self._outgoing = bytearray()
        self._done = False
        self._close_stdin = False
        self._consult: Consult | None = None

    def tell(self, events: Iterable[AgentEvent]) -> None:
        self._events += events

    def send(self, data: bytes) -> None:
        self._outgoing += data

    def end(self) -> None:
        """The work is over."""
        self._done = True

    def close_stdin(self) -> None:
        self._close_stdin = True

    def consult(self, consult: Consult) -> None:
        """Several in one reaction are one."""
        self._consult = consult

    def reaction(self) -> Reaction:
        told = Reaction(tuple(self._events), bytes(self._outgoing), self._close_stdin, None, self._done, self._consult)
        self._events, self._outgoing = [], bytearray()
        self._done = self._close_stdin = False
        self._consult = None
        return told
