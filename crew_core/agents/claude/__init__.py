"""The program ``claude``: Claude Code, driven by JSON lines on stdin and stdout. Nothing here does any I/O."""

from __future__ import annotations

from crew_core.agents.claude.session import ABILITIES, ClaudeSession
from crew_core.agents.protocol import Briefing, Needs
from crew_core.model.attempt import AttemptSpec

__all__ = ["ABILITIES", "NEEDS", "session"]

#: Measured with Claude Code 2.1.330: its resident memory, and the time to its first line.
NEEDS = Needs(memory_bytes=185 << 20, start_s=0.45)


def session(spec: AttemptSpec, briefing: Briefing) -> ClaudeSession:
    """See ``registry``."""
    return ClaudeSession(spec, briefing)
