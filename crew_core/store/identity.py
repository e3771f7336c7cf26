"""Which process is which: the seam between us and the kernel's process table.

A process is named by boot, pid namespace, pid and start time. Nothing is signalled or adopted by a bare pid,
and nothing across a different boot or pid namespace. A zombie counts as dead.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Protocol

from crew_core.model.identity import ProcessIdentity


class Relation(StrEnum):
    """How a recorded process stands to us now."""

    ALIVE = "alive"
    DEAD = "dead"
    #: Recorded under another boot, host or pid namespace: nothing can be said, nothing may be done.
    FOREIGN = "foreign"


class Identities(Protocol):
    """What is asked of the process table."""

    def current(self) -> ProcessIdentity:
        """The calling process."""
        ...

    def of(self, pid: int) -> ProcessIdentity | None:
        """Who has this pid now; None when nobody living has."""
        ...

    def relation(self, identity: ProcessIdentity) -> Relation: ...

    def alive(self, identity: ProcessIdentity) -> bool:
        """True only for a living process of this boot and namespace."""
        ...

    def signal(self, identity: ProcessIdentity, signum: int) -> bool:
        """Send a signal to exactly this process; False when it is dead, foreign, or not ours to signal."""
        ...

    def children(self, pid: int) -> tuple[ProcessIdentity, ...]:
        """Living direct children."""
        ...

    def descendants(self, pid: int) -> tuple[ProcessIdentity, ...]:
        """Living processes below `pid`, parents before children; `pid` itself is not among them."""
        ...

    def with_environment(self, key: str, value: str) -> tuple[ProcessIdentity, ...]:
        """Living processes that were started with `key=value`, except the caller.

        Unreadable ones are passed over.
        """
        ...

    def youngest_with_environment(self, key: str, value: str) -> ProcessIdentity | None:
        """The process that was started last of all, or just before, if it was started with `key=value`.

        One that is another all the time, because it forks and ends, is found by this: a whole table is too old when
        it has been read. None too where the system does not tell who was last.
        """
        ...


def signal_by_pid(identities: Identities, identity: ProcessIdentity, signum: int) -> bool:
    """For kernels, sandboxes and systems without pidfds; leaves a window of microseconds."""
    if not identities.alive(identity):
        return False
    try:
        os.kill(identity.pid, signum)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def real_identities() -> Identities:
    """The process table of this machine."""
    if sys.platform == "linux":
        from crew_core.store.identity_proc import ProcIdentities

        return ProcIdentities()
    from crew_core.store.identity_ps import PsIdentities

    return PsIdentities()
