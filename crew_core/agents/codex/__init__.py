"""The program ``codex``: OpenAI's Codex over ``codex app-server``, one thread per attempt.

Here is all that knows Codex's messages. What JSON-RPC is lies in ``agents/json_rpc.py``; what is the same for programs
that speak it and take one turn at a time, in ``agents/turn_by_turn.py``.
"""

from __future__ import annotations

from crew_core.agents.codex.session import ABILITIES, CodexSession
from crew_core.agents.protocol import Briefing, Needs
from crew_core.model.attempt import AttemptSpec

__all__ = ["ABILITIES", "NEEDS", "CodexSession", "session"]

#: Measured, of version 0.169: memory of one process that waits for its model, and its first line.
NEEDS = Needs(memory_bytes=130 << 20, start_s=0.2)


def session(spec: AttemptSpec, briefing: Briefing) -> CodexSession:
    """See ``registry``."""
    return CodexSession(spec, briefing)
