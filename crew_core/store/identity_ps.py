"""The process table of macOS and other systems without /proc, read from `ps`."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity import Relation, signal_by_pid

_COLUMNS = "pid=,ppid=,stat=,lstart="
#: `lstart` prints five words: "Fri May 15 16:23:31 2026".
_STARTED = "%a %b %d %H:%M:%S %Y"


@dataclass(frozen=True, slots=True)
class _Row:
    pid: int
    parent: int
    living: bool
    started: int
    environment: str


class PsIdentities:
    """`Identities` by `ps` and `sysctl`.

    `startTicks` is the start in whole seconds since 1970 as UTC, because `ps` says no more. There are no
    pidfds, so between the last look and the signal a pid could, in principle, change hands within the same
    second.
    """

    def __init__(self, boot_id: str | None = None) -> None:
        self._boot_id = boot_id or _boot_session()

    def current(self) -> ProcessIdentity:
        identity = self.of(os.getpid())
        if identity is None:
            raise RuntimeError("ps does not show the calling process")
        return identity

    def of(self, pid: int) -> ProcessIdentity | None:
        return next((self._identity(row) for row in _ps("-p", str(pid)) if row.living), None)

    def relation(self, identity: ProcessIdentity) -> Relation:
        if identity.boot_id != self._boot_id or identity.pid_namespace != "host":
            return Relation.FOREIGN
        return Relation.ALIVE if self.of(identity.pid) == identity else Relation.DEAD

    def alive(self, identity: ProcessIdentity) -> bool:
        return self.relation(identity) is Relation.ALIVE

    def signal(self, identity: ProcessIdentity, signum: int) -> bool:
        return signal_by_pid(self, identity, signum)

    def children(self, pid: int) -> tuple[ProcessIdentity, ...]:
        return tuple(self._identity(row) for row in _ps("-ax") if row.parent == pid and row.living)

    def descendants(self, pid: int) -> tuple[ProcessIdentity, ...]:
        table: defaultdict[int, list[_Row]] = defaultdict(list)
        for row in _ps("-ax"):
            if row.living:
                table[row.parent].append(row)
        found: dict[int, ProcessIdentity] = {}
        front = [pid]
        while front:
            fresh = [row for parent in front for row in table[parent] if row.pid not in found]
            found.update((row.pid, self._identity(row)) for row in fresh)
            front = [row.pid for row in fresh]
        return tuple(found.values())

    def with_environment(self, key: str, value: str) -> tuple[ProcessIdentity, ...]:
        # `ps -E` prints the environment after the command, separated by blanks: enough for ids, which hold
        # none.
        rows = _ps("-axEww", columns=f"{_COLUMNS},command=")
        own = os.getpid()
        wanted = f"{key}={value}"
        return tuple(
            self._identity(row) for row in rows if row.living and row.pid != own and wanted in row.environment.split()
        )

    def youngest_with_environment(self, key: str, value: str) -> ProcessIdentity | None:
        return None

    def _identity(self, row: _Row) -> ProcessIdentity:
        return ProcessIdentity(self._boot_id, "host", row.pid, row.started)


def _ps(*options: str, columns: str = _COLUMNS) -> list[_Row]:
    # The C locale and UTC make `lstart` readable by a program, and the same for ever.
    environment = {"PATH": "/bin:/usr/bin", "LC_ALL": "C", "TZ": "UTC"}
    command = ["ps", *options, "-o", columns]
    done = subprocess.run(command, capture_output=True, env=environment, text=True, errors="replace", check=False)
    return [_parse(line.split(None, 8)) for line in done.stdout.splitlines() if len(line.split(None, 8)) >= 8]


def _parse(words: Sequence[str]) -> _Row:
    started = datetime.strptime(" ".join([*words[3:8], "+0000"]), f"{_STARTED} %z")
    return _Row(
        pid=int(words[0]),
        parent=int(words[1]),
        living=not words[2].startswith("Z"),
        started=int(started.timestamp()),
        environment=words[8] if len(words) > 8 else "",
    )


def _boot_session() -> str:
    done = subprocess.run(
        ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
