"""What goes wrong in a run, as orders for its processes, and whether it has come to that."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from tests.faults.worker_process import VICTIM, VICTIM_FAULTS
from tests.seams.faulty_fs import VARIABLE, Effect, Fault, Kind, environment

#: Durable operations that every run of `crash_run.crash_plan` needs: kind → at least so many of a coordinator.
COORDINATORS = {
    Kind.CREATE: 50,
    Kind.FSYNC: 60,
    Kind.MKDIR: 24,
    Kind.REPLACE: 44,
    Kind.SPAWN: 4,
    Kind.UNLINK: 1,
    Kind.WRITE: 60,
}

#: Those of a supervisor, in the order in which the first of each comes.
SUPERVISORS = (Kind.CREATE, Kind.WRITE, Kind.FSYNC, Kind.LINK, Kind.UNLINK, Kind.REPLACE, Kind.SPAWN)


@dataclass(frozen=True, slots=True)
class Ordered:
    """One fault of the coordinator, or of the supervisor of ``victim`` (``<task>/<n>``)."""

    fault: Fault
    log: Path
    victim: str = ""

    @property
    def orders(self) -> dict[str, str]:
        """To be added to the environment of the coordinator, which hands it on."""
        own = environment(self.fault, log=self.log)
        return {VICTIM: self.victim, VICTIM_FAULTS: own[VARIABLE]} if self.victim else own

    def operations(self) -> list[str]:
        """Kinds of what the process has done, the last one first."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split(" ", 1)[0] for line in reversed(lines)]

    def reached(self) -> bool:
        """Whether the process came to the operation that the fault names."""
        return sum(kind == (self.fault.kind or kind) for kind in self.operations()) >= self.fault.at

    def died_there(self) -> bool:
        """Whether it was the last one of that process."""
        done = self.operations()
        last = bool(done) and done[0] == (self.fault.kind or done[0])
        return last and sum(kind == (self.fault.kind or kind) for kind in done) == self.fault.at


def sample_of(kind: Kind, of: str) -> int:
    """Which one of a coordinator's operations of this kind a sampled test takes: always the same, any of them."""
    return random.Random(f"{of} {kind}").randint(1, COORDINATORS[kind])


def killed_at(log: Path, effect: Effect, at: int, kind: Kind | None = None, victim: str = "") -> Ordered:
    return Ordered(Fault(effect=effect, at=at, kind=kind), log, victim)
