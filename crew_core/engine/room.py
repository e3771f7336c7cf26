"""Whether the machine has room for one more worker now: its memory, and the start of the ones before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crew_core.agents import registry
from crew_core.agents.protocol import Needs, UnknownProgram
from crew_core.model.state import Hold, HoldCause, Task
from crew_core.model.status import AttemptCause
from crew_core.store.memory import Free

#: Kept free for the system, for us and for what agents start: compilers, tests. Of a small machine, this share.
RESERVE_BYTES = 512 << 20
RESERVE_SHARE = 8

#: What starts faster than this needs nobody to wait for it (agents of our own take 0.05 s).
LIGHT_START_S = 0.1

#: Check commands are scripts, whatever program their agent is.
_CHECK = Needs()


def needs_of(program: str, cause: AttemptCause = AttemptCause.FIRST) -> Needs:
    """What an attempt costs; little where nobody knows: without an adapter it will not even start."""
    if cause is AttemptCause.VERIFY:
        return _CHECK
    try:
        return registry.needs(program)
    except UnknownProgram:
        return Needs()


def is_heavy(needs: Needs) -> bool:
    """It takes a place among those that start now."""
    return needs.start_s >= LIGHT_START_S


def reserve_bytes(total_bytes: int) -> int:
    """What is not given to workers."""
    return min(RESERVE_BYTES, total_bytes // RESERVE_SHARE)


def starts_at_once(cores: int) -> int:
    """Starting a program takes a core and more (0.4 to 4 s of it): half of the cores are left to those that work."""
    return max(1, cores // 2)


@dataclass(slots=True)
class Room:
    """Decides one candidate after the other; one that starts is counted by ``take``.

    ``starting`` is what each heavy program of any run takes, in bytes, that has not told anything yet: its memory is
    not seen in ``free`` so far.
    ``anybody`` says whether any worker of the machine runs: the only one is never held, however little there is.
    """

    free: Callable[[], Free | None]
    anybody: Callable[[], bool]
    starting: Sequence[int] = ()
    at_once: int = 1
    _taken: list[Needs] = field(default_factory=list)
    _free: Free | None = None

    def hold(self, needs: Needs) -> Hold | None:
        """What keeps a worker with these needs from starting now."""
        others = [*self.starting, *(each.memory_bytes for each in self._taken)]
        if is_heavy(needs) and len(self.starting) + sum(map(is_heavy, self._taken)) >= self.at_once:
            return Hold(cause=HoldCause.START_UP)
        if self._free is None:
            self._free = self.free()
        if self._free is None:
            return None
        spoken_for = reserve_bytes(self._free.total_bytes) + sum(others)
        if self._free.available_bytes - spoken_for >= needs.memory_bytes:
            return None
        return Hold(cause=HoldCause.MEMORY) if others or self.anybody() else None

    def take(self, needs: Needs) -> None:
        self._taken.append(needs)

    def hold_task(self, task: Task, cause: AttemptCause) -> Hold | None:
        return self.hold(needs_of(task.program, cause))

    def take_task(self, task: Task, cause: AttemptCause) -> None:
        self.take(needs_of(task.program, cause))
