"""What the agent is told, read from the files that the coordinator wrote beside the spec."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from crew_core.agents.protocol import Briefing
from crew_core.model.attempt import AttemptSpec
from crew_core.store.layout import AttemptLayout


@dataclass(frozen=True, slots=True)
class Read:
    """``prompt_hash`` names the first prompt of the conversation, also where this attempt goes on with one."""

    told: Briefing
    prompt_hash: str


def read_briefing(files: AttemptLayout, spec: AttemptSpec) -> Read:
    """Without a prompt on disk the step's own text is all that is told."""
    told = Briefing(system=_text(files.system_prompt), prompt=_text(files.prompt) or spec.text)
    if spec.resume is not None:
        return Read(told, spec.resume.prompt_hash)
    return Read(told, hashlib.sha256(told.prompt.encode("utf-8", "replace")).hexdigest())


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return ""
