"""Places to work in: as many as the limit says, each for as long as its worker lives."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec
import pytest

from crew_core.model.identity import ProcessIdentity
from crew_core.store.slots import DirectoryWriters, HeldBy, Slot, SlotPool, SlotRow
from tests.seams.faulty_fs import Effect, Fault, FaultyFs
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.processes import SLEEPER, waiting

FS = UnsyncedFs()


def _row(task: str) -> SlotRow:
    return SlotRow("run", task, "/w", ProcessIdentity("boot", "1", 42, 4200))


@pytest.fixture
def pool(tmp_path: Path) -> SlotPool:
    return SlotPool(FS, tmp_path / "slots")


def _take(pool: SlotPool, limit: int, task: str = "t") -> Slot:
    slot = pool.try_take(limit, _row(task))
    assert slot is not None
    return slot


def test_there_are_as_many_slots_as_the_limit_and_their_holders_are_known(pool: SlotPool) -> None:
    assert pool.holders() == []
    taken = [_take(pool, 2, "a"), _take(pool, 2, "b")]
    assert pool.try_take(2, _row("c")) is None
    assert pool.holders() == [_row("a"), _row("b")]
    taken[0].release()
    assert pool.holders() == [_row("b")]
    again = _take(pool, 2, "c")
    assert pool.holders() == [_row("c"), _row("b")]
    for slot in (again, taken[1]):
        slot.release()
        slot.release()
    assert pool.holders() == []


def test_a_holder_says_how_much_memory_it_will_take(pool: SlotPool) -> None:
    heavy = msgspec.structs.replace(_row("a"), memory_bytes=1 << 30)
    slot = pool.try_take(1, heavy)
    assert slot is not None
    assert pool.holders() == [heavy]
    slot.release()
    # Not what the file still says.
    again = _take(pool, 1)
    assert pool.holders() == [_row("t")]
    again.release()


def test_a_slot_lasts_as_long_as_the_process_that_inherited_it(pool: SlotPool) -> None:
    slot = _take(pool, 1)
    with waiting("-c", SLEEPER, pass_fds=[slot.fd]) as worker:
        slot.release()
        assert pool.try_take(1, _row("other")) is None
        worker.kill()
        worker.wait()
        _take(pool, 1, "other").release()


def test_a_child_that_is_not_given_the_slot_does_not_keep_it(pool: SlotPool) -> None:
    slot = _take(pool, 1)
    with waiting("-c", SLEEPER):
        slot.release()
        _take(pool, 1).release()


def test_a_lower_limit_counts_the_workers_that_a_higher_one_let_in(pool: SlotPool) -> None:
    many = [_take(pool, 4) for _ in range(4)]
    for slot in many[:2]:
        slot.release()
    assert pool.try_take(2, _row("t")) is None
    many[2].release()
    one = _take(pool, 2)
    assert pool.try_take(2, _row("t")) is None
    for slot in (one, many[3]):
        slot.release()


def test_a_limit_of_none_gives_none(pool: SlotPool) -> None:
    assert pool.try_take(0, _row("t")) is None


def test_a_supervisor_can_say_that_it_is_the_holder_now(pool: SlotPool) -> None:
    slot = _take(pool, 1)
    row = msgspec.structs.replace(_row("t"), identity=ProcessIdentity("boot", "1", 43, 4300))
    slot.rewrite(row)
    assert pool.holders() == [row]
    slot.release()


def test_a_directory_has_one_writer_under_any_of_its_names(tmp_path: Path) -> None:
    writers = DirectoryWriters(FS, tmp_path / "writers")
    (tmp_path / "w").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "w")
    slot = writers.try_take(tmp_path / "w", 1, _row("first"))
    assert isinstance(slot, Slot)
    assert writers.try_take(tmp_path / "alias", 1, _row("second")) == HeldBy(_row("first"))
    other = writers.try_take(tmp_path / "other", 1, _row("third"))
    assert isinstance(other, Slot)
    slot.release()
    second = writers.try_take(tmp_path / "alias" / ".", 1, _row("second"))
    assert isinstance(second, Slot)
    second.release()
    other.release()


def test_more_writers_are_let_in_when_told_so(tmp_path: Path) -> None:
    writers = DirectoryWriters(FS, tmp_path / "writers")
    both = [writers.try_take(tmp_path, 2, _row(name)) for name in "ab"]
    assert all(isinstance(slot, Slot) for slot in both)
    assert isinstance(writers.try_take(tmp_path, 2, _row("c")), HeldBy)
    for slot in both:
        assert isinstance(slot, Slot)
        slot.release()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize("effect", [Effect.FAIL, Effect.SHORT])
def test_a_slot_that_cannot_be_labelled_is_not_held(tmp_path: Path, code: int, effect: Effect) -> None:
    whole = FaultyFs(FS)
    slot = SlotPool(whole, tmp_path / "0").try_take(1, _row("t"))
    assert slot is not None
    slot.release()
    for n in range(1, len(whole.operations) + 1):
        fs = FaultyFs(FS, [Fault(effect, at=n, errno=code)])
        before = len(os.listdir("/dev/fd"))
        with pytest.raises(OSError):
            SlotPool(fs, tmp_path / str(n)).try_take(1, _row("t"))
        assert len(os.listdir("/dev/fd")) == before
        _take(SlotPool(FS, tmp_path / str(n)), 1).release()
