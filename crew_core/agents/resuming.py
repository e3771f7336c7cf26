"""Going on with a conversation: only with the right one."""

from __future__ import annotations

import hashlib

from crew_core.model.attempt import AttemptSpec, SessionRef


def refuse_another(spec: AttemptSpec) -> None:
    """:raises ValueError: what the attempt is to go on with is another program's, or was held in another directory."""
    resume = spec.resume
    if resume is None:
        return
    if not resume.id:
        raise ValueError("the conversation to go on with has no id")
    if resume.program != spec.program:
        raise ValueError(f"the conversation to go on with is {resume.program}'s, not {spec.program}'s")
    if resume.cwd != spec.cwd:
        raise ValueError(f"the conversation to go on with was held in {resume.cwd}, not in {spec.cwd}")


def first_prompt_differs(resume: SessionRef, prompt: str) -> str | None:
    """Why a conversation that began with ``prompt`` is not the one that is meant; an empty one says nothing."""
    if not prompt or not resume.prompt_hash:
        return None
    found = hashlib.sha256(prompt.encode("utf-8", "replace")).hexdigest()
    return None if found == resume.prompt_hash else f"conversation {resume.id} began with another prompt"
