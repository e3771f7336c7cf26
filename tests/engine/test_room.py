"""Workers are bounded by memory, and heavy programs start one after the other; the only worker is never held."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.protocol import Needs
from crew_core.engine.admission import Admission, Admitted
from crew_core.engine.room import LIGHT_START_S, RESERVE_BYTES, Room, is_heavy, needs_of, reserve_bytes, starts_at_once
from crew_core.model.plan import Limits
from crew_core.model.state import Hold, HoldCause
from crew_core.model.status import AttemptCause
from crew_core.store.memory import Free
from tests.engine.run_builders import Book, plan, task
from tests.engine.test_scheduling_laws import MemoryMachine

_GIB = 1 << 30
_NEEDS = st.builds(
    Needs,
    memory_bytes=st.integers(0, 2 * _GIB),
    start_s=st.sampled_from([0.0, LIGHT_START_S, 0.5, 3.0]),
)


def _admitted(room: Room, wanted: list[Needs]) -> list[Needs]:
    """Every candidate is asked for in turn, as the scheduler does."""
    admitted = []
    for needs in wanted:
        if room.hold(needs) is None:
            room.take(needs)
            admitted.append(needs)
    return admitted


@given(
    st.lists(_NEEDS, max_size=8),
    st.lists(st.integers(0, 2 * _GIB), max_size=4),
    st.integers(0, 8 * _GIB),
    st.integers(0, 8 * _GIB),
    st.booleans(),
    st.integers(1, 4),
)
def test_no_more_is_given_away_than_there_is_but_for_the_only_worker(
    wanted: list[Needs], starting: list[int], available: int, more: int, anybody: bool, at_once: int
) -> None:
    total = available + more
    room = Room(lambda: Free(available, total), lambda: anybody or bool(starting), starting, at_once)
    admitted = _admitted(room, wanted)
    assert len(starting) + sum(map(is_heavy, admitted)) <= max(at_once, len(starting))
    given = sum(starting) + sum(needs.memory_bytes for needs in admitted)
    alone = not anybody and not starting and len(admitted) == 1
    assert not admitted or alone or given + reserve_bytes(total) <= available or _first_was_alone(admitted, anybody)
    if wanted and not anybody and not starting:
        assert admitted[0] is wanted[0]


def _first_was_alone(admitted: list[Needs], anybody: bool) -> bool:
    """Behind an only worker that had no room, nothing but what needs nothing comes in."""
    return not anybody and all(needs.memory_bytes == 0 for needs in admitted[1:])


@given(st.lists(_NEEDS, min_size=1, max_size=8), st.booleans())
def test_where_nobody_knows_the_memory_only_the_starts_are_bounded(wanted: list[Needs], anybody: bool) -> None:
    room = Room(lambda: None, lambda: anybody, (), 1)
    admitted = _admitted(room, wanted)
    light = [needs for needs in wanted if needs.start_s < LIGHT_START_S]
    assert [needs for needs in admitted if needs.start_s < LIGHT_START_S] == light
    assert len(admitted) - len(light) == min(1, len(wanted) - len(light))


def test_what_holds_is_said_and_heavy_starts_are_looked_at_before_memory() -> None:
    heavy, light = Needs(_GIB, 3.0), Needs(_GIB)
    room = Room(lambda: Free(_GIB, 8 * _GIB), lambda: True, (_GIB,), 1)
    assert room.hold(heavy) == Hold(cause=HoldCause.START_UP)
    assert room.hold(light) == Hold(cause=HoldCause.MEMORY)
    assert Room(lambda: Free(3 * _GIB, 8 * _GIB), lambda: True, (_GIB,), 2).hold(heavy) is None


def test_memory_is_asked_for_once_and_only_when_it_matters() -> None:
    asked = []

    def free() -> Free:
        asked.append(1)
        return Free(_GIB, _GIB)

    room = Room(free, lambda: True)
    assert asked == []
    for _ in range(3):
        room.hold(Needs())
    assert asked == [1]


def test_a_small_machine_keeps_a_share_and_half_of_the_cores() -> None:
    assert reserve_bytes(16 * _GIB) == RESERVE_BYTES
    assert reserve_bytes(_GIB) == _GIB // 8
    assert [starts_at_once(cores) for cores in (1, 2, 3, 8)] == [1, 1, 1, 4]


def test_check_commands_and_unknown_programs_need_little() -> None:
    assert needs_of("no such program") == needs_of("shell") == Needs()
    assert needs_of("claude", AttemptCause.VERIFY) == Needs()


def test_admission_holds_what_has_no_room_and_takes_nothing_for_it() -> None:
    of = plan(task("t0", agent="writer"), task("t1", agent="writer", cwd="/y"), limits=Limits(max_workers=4))
    tasks = Book(of).state.tasks
    machine = MemoryMachine(0, frozenset())
    room = Room(lambda: Free(0, _GIB), lambda: machine.used > 0)
    admission = Admission(of.limits, machine, room=room)
    assert isinstance(admission.admit(tasks["t0"]), Admitted)
    assert admission.admit(tasks["t1"]) == Hold(cause=HoldCause.MEMORY)
    assert machine.used == 1
