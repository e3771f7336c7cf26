"""The task packet: everything that an agent is told of its task, as one record that is enforced, not only said."""

from __future__ import annotations

import msgspec

from crew_core.model.plan import SCHEMA_VERSION, Wants
from crew_core.model.status import Access

__all__ = ["PacketRole", "TaskPacket", "Wants"]


class PacketRole(msgspec.Struct, frozen=True, rename="camel"):
    """A role that a plan may give work to."""

    name: str
    access: Access
    description: str = ""


class TaskPacket(msgspec.Struct, frozen=True, rename="camel"):
    """``packet.json`` of an attempt.

    ``item`` is what this task of a fan-out is about. ``checks_refused`` says why the project's own check commands
    may not be run; empty when they may. ``correction`` is what was wrong with the answer of the attempt before.
    """

    run_id: str
    task_id: str
    step_id: str
    role: str
    agent: str
    goal: str
    text: str
    cwd: str
    access: Access
    inputs_path: str
    wants: Wants = Wants.ANSWER
    item: str | None = None
    max_items: int = 12
    roles: tuple[PacketRole, ...] = ()
    checks_refused: str = "the project is not trusted"
    check_timeout_s: float = 120.0
    correction: str = ""
    schema_version: int = SCHEMA_VERSION
