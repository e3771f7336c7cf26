"""Talking with the agent: what the person, the clock and its adapter have for it, until nobody listens any more."""

from __future__ import annotations

import math
import selectors
from collections import deque

from crew_core.agents.protocol import Launch, Reaction
from crew_core.agents.telling import delivery
from crew_core.model.steering import DeliveryState, Steer
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.clock import Clock
from crew_core.worker.agent_input import AgentInput
from crew_core.worker.dismissal import Dismissal
from crew_core.worker.launch import Agent
from crew_core.worker.stopping import Stopping
from crew_core.worker.stream import Stream
from crew_core.worker.tree import Tree

#: How often an adapter is told what time it is.
TICK_S = 1.0

#: How long after it was consulted a program's own record is read once more.
AGAIN_S = 0.1


class Conversation:
    """The adapter says what it means, here it is done. Times are seconds on the monotonic clock."""

    def __init__(
        self, stream: Stream, tree: Tree, stopping: Stopping, selector: selectors.BaseSelector, clock: Clock
    ) -> None:
        self._stream = stream
        self._tree = tree
        self._stopping = stopping
        self._clock = clock
        self._input = AgentInput(selector)
        self._dismissal = Dismissal()
        self._ticked_at = clock.monotonic()
        self._consult_at = math.inf

    def begin(self, agent: Agent, launch: Launch) -> None:
        """With the prompt, for a program that reads it from its stdin."""
        self._input.attach(agent.stdin, launch.stdin or b"", close=launch.close_stdin)

    def end(self) -> None:
        """The leader is gone: its stdin is closed."""
        self._input.close()

    @property
    def congested(self) -> bool:
        """The agent has to read before it is made to hear more."""
        return self._input.full

    @property
    def due_at(self) -> float:
        """When something is to be done here by itself."""
        return self._consult_at if self._stopping.begun else min(self._consult_at, self._dismissal.due_at)

    def overstays(self, now: float) -> bool:
        """Its work was done in time and it has not ended by itself."""
        return self._dismissal.overdue(now) and not self._tree.leader_ended and not self._stopping.begun

    def go_on(self, steers: deque[Steer], now: float) -> None:
        """Say what is to be said, tell the adapter the time, read once more what it wanted read."""
        while steers:
            self._say(steers.popleft())
        if now >= self._ticked_at + TICK_S and not self._tree.leader_ended:
            self._ticked_at = now
            self.react(self._stream.tick(now))
        if now >= self._consult_at:
            self._consult_at = math.inf
            self.react(self._stream.consult_again())

    def _say(self, steer: Steer) -> None:
        """To the agent, if it still listens."""
        self._stream.record([AgentEvent(kind=Kind.STEER, id=steer.id, text=steer.said)])
        if self._tree.leader_ended or self._stopping.begun or self._dismissal.begun:
            self._stream.record([delivery(steer.id, DeliveryState.LOST, "the agent had ended its work")])
        else:
            self.react(self._stream.control(steer))

    def react(self, reaction: Reaction) -> None:
        """Carry out what the adapter wants done."""
        self._input.send(reaction.outgoing, close=reaction.close_stdin or reaction.done)
        if reaction.done:
            self._dismissal.begin(self._clock.monotonic())
        if reaction.signal is not None:
            self._tree.interrupt(reaction.signal)
        if reaction.consult is not None:
            self._consult_at = self._clock.monotonic() + AGAIN_S
            self.react(self._stream.consult(reaction.consult))
