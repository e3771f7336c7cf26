"""Every process that has to be gone before the end is reported: our descendants, whatever session they are in."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity import Identities
from crew_core.worker.cgroup import Cgroup

#: A storm of forks is frozen before it is killed; each pass catches what was born during the one before.
_FREEZE_PASSES = 20


class Tree:
    """We are a subreaper, so that orphans become our children: the tree is all that is below us."""

    def __init__(self, identities: Identities, cgroup: Cgroup | None) -> None:
        self._identities = identities
        self._cgroup = cgroup
        self.group: int | None = None
        self.exit_status: int | None = None
        self._ended: set[ProcessIdentity] = set()

    @property
    def ended(self) -> int:
        """How many processes had to be told to end."""
        return len(self._ended)

    @property
    def leader_ended(self) -> bool:
        return self.exit_status is not None

    def living(self) -> tuple[ProcessIdentity, ...]:
        return self._identities.descendants(os.getpid())

    def reap(self) -> bool:
        """Collect all that has ended; remember how the leader ended. False when there is no child at all.

        To a subreaper that is the kernel's word that nothing is left: who loses its parent becomes a child of
        ours in the same moment. ``living`` can miss a process that forks and ends faster than /proc is read.
        """
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.group:
                self.exit_status = status

    def signal(self, number: int) -> None:
        """Signal every process of the tree, each once."""
        living = self.living()
        self._signal_group(number)
        for identity in living:
            if not self._in_group(identity):
                self._identities.signal(identity, number)
        self._ended.update(living)

    def _in_group(self, identity: ProcessIdentity) -> bool:
        if self.group is None or self.leader_ended:
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            return os.getpgid(identity.pid) == self.group
        return False

    def interrupt(self, number: int) -> None:
        """Signal the agent's own group, as a terminal would."""
        self._signal_group(number)

    def kill(self) -> None:
        """SIGKILL to all of it, frozen first."""
        if self._cgroup is not None:
            # Who is ended as a whole cannot be counted afterwards.
            self._ended.update(self.living())
            self._cgroup.kill()
        frozen: set[ProcessIdentity] = set()
        for _ in range(_FREEZE_PASSES):
            childless = not self.reap()
            living = self.living()
            fresh = [identity for identity in living if identity not in frozen]
            for identity in fresh:
                self._identities.signal(identity, signal.SIGSTOP)
            frozen.update(fresh)
            # Seeing nobody proves nothing while there are children.
            if not fresh and (living or childless):
                break
        self._signal_group(signal.SIGKILL)
        for identity in frozen:
            self._identities.signal(identity, signal.SIGKILL)
        self._ended |= frozen

    def _signal_group(self, number: int) -> None:
        # Once the leader is reaped its number may belong to somebody else.
        if self.group is not None and not self.leader_ended:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, number)

    def names(self, living: tuple[ProcessIdentity, ...]) -> tuple[str, ...]:
        """Command lines, for the list of what was left behind."""
        return tuple(_command_line(identity.pid) for identity in living[:20])


def _command_line(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        text = ""
    return f"{pid} {text.strip()[:200]}".strip()
