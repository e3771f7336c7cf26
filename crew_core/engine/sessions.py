"""Conversations that go on: which one an attempt had, and whether the next one may take it up."""

from __future__ import annotations

import hashlib
import os

from crew_core.agents.protocol import Abilities
from crew_core.model.attempt import AttemptSpec, SessionRef
from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptOutcome
from crew_core.model.transcript import AgentEvent
from crew_core.store.errors import StoreError
from crew_core.store.layout import AttemptLayout, RunLayout
from crew_core.store.snapshot import read_snapshot

#: An attempt that ended so was cut off in the middle of its work. One that failed is begun anew: what it failed of may
#: be its conversation.
_CUT_OFF = frozenset({AttemptOutcome.LOST, AttemptOutcome.CANCELLED})


def session_told(files: AttemptLayout, event: AgentEvent) -> SessionRef | None:
    """The conversation that a ``session`` event names, for an attempt whose supervisor left no result."""
    try:
        spec = read_snapshot(files.spec, AttemptSpec)
    except (OSError, StoreError):
        # Without its spec nothing could be verified: it is not gone on with.
        return None
    if not event.id:
        return None
    began = spec.resume.prompt_hash if spec.resume is not None else _prompt_hash(files)
    return SessionRef(spec.program, event.id, str((event.data or {}).get("cwd") or spec.cwd), began)


def conversation(task: Task, program: str, able: Abilities, layout: RunLayout) -> SessionRef | None:
    """What the next attempt of the task's agent goes on with; None: it begins anew.

    The attempt before it was cut off, or its answer is to be corrected; program, directory and first prompt are the
    same as they were; and nobody asked for it to be done anew.
    """
    made = task.tried
    last = made[-1] if made else None
    if last is None or last.session is None or last.n <= task.anew_after or not able.resume:
        return None
    if last.outcome not in _CUT_OFF and task.refused != last.n:
        return None
    session = last.session
    same = session.program == program and os.path.realpath(session.cwd) == os.path.realpath(task.cwd)
    first = _begun_by(task, last)
    if not session.id or not session.prompt_hash or not same or first is None:
        return None
    return session if session.prompt_hash == _prompt_hash(layout.attempt(task.id, first.n)) else None


def _begun_by(task: Task, attempt: Attempt) -> Attempt | None:
    """The attempt that began the conversation of ``attempt``."""
    while attempt.resume is not None:
        known = attempt.resume.id
        before = [a for a in task.attempts if a.n < attempt.n and a.session is not None and a.session.id == known]
        if not before:
            return None
        attempt = before[-1]
    return attempt


def _prompt_hash(files: AttemptLayout) -> str:
    """As its supervisor computed it."""
    try:
        told = files.prompt.read_text("utf-8", "replace")
    except OSError:
        # Never equal to the hash of a prompt.
        return ""
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
