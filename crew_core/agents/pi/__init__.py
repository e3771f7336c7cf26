"""The program ``pi``, driven by its RPC mode: JSON lines on stdin and stdout. Nothing here does any I/O."""

from __future__ import annotations

from crew_core.agents.pi.session import ABILITIES, PiSession
from crew_core.agents.protocol import Briefing, Needs
from crew_core.model.attempt import AttemptSpec

__all__ = ["ABILITIES", "NEEDS", "session"]

#: Measured with pi 0.87.1: its resident memory, and the time to its first line.
NEEDS = Needs(memory_bytes=117 << 20, start_s=0.25)


def session(spec: AttemptSpec, briefing: Briefing) -> PiSession:
    """See ``registry``."""
    return PiSession(spec, briefing)
