"""The pipes between us and an agent that is being started."""

from __future__ import annotations

import contextlib
import os
from typing import Self


class Pipes:
    """Made before the agent is started, each as (our end, the agent's end); reading and writing ours never blocks.

    On leaving, the agent's ends are closed here: an agent that was started has its own copies. Our ends are closed
    too, unless they were kept.
    """

    def __init__(self) -> None:
        self._ours = contextlib.ExitStack()
        self._agents = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def to_agent(self) -> tuple[int, int]:
        """:raises OSError: there are no descriptors left."""
        reading, writing = os.pipe()
        return self._made(ours=writing, agents=reading)

    def from_agent(self) -> tuple[int, int]:
        """:raises OSError: there are no descriptors left."""
        reading, writing = os.pipe()
        return self._made(ours=reading, agents=writing)

    def _made(self, *, ours: int, agents: int) -> tuple[int, int]:
        self._ours.callback(os.close, ours)
        self._agents.callback(os.close, agents)
        os.set_blocking(ours, False)
        return ours, agents

    def keep(self) -> None:
        """The agent has started: our ends stay open, and whoever has them closes them."""
        self._ours.pop_all()

    def __exit__(self, *_: object) -> None:
        self._agents.close()
        self._ours.close()
