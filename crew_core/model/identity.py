"""The identity of one process: never a bare pid, never a wall-clock time."""

from __future__ import annotations

import msgspec


class ProcessIdentity(msgspec.Struct, frozen=True, rename="camel"):
    """Names one process for ever: a pid may be reused, this four-tuple may not.

    ``start_ticks`` is the kernel's start time of the process in clock ticks since boot.
    """

    boot_id: str
    pid_namespace: str
    pid: int
    start_ticks: int

    def encode(self) -> str:
        """The form that fits into one environment variable."""
        return f"{self.boot_id}:{self.pid_namespace}:{self.pid}:{self.start_ticks}"

    @classmethod
    def decode(cls, text: str) -> ProcessIdentity:
        """Read what ``encode`` wrote.

        :raises ValueError: the text is not of that form.
        """
        boot_id, namespace, pid, ticks = text.rsplit(":", 3)
        return cls(boot_id=boot_id, pid_namespace=namespace, pid=int(pid), start_ticks=int(ticks))
