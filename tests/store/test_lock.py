"""Never two coordinators, and never a lock that outlives its holder."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from crew_core.model.identity import ProcessIdentity
from crew_core.store.errors import LockHeld, LockLost, LocksUnsupported
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.store.lock import LockRecord, RunLock, is_free, locks_work, read_holder, require_locks
from tests.store.processes import SLEEPER, waiting

FS = RealFs()


def _record(epoch: int, at: str = "2026-01-02T03:04:05.000Z") -> LockRecord:
    return LockRecord(ProcessIdentity("boot", "1", 42, 4200), epoch, at)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "coordinator.lock"


def test_a_second_holder_is_refused_and_told_who_has_it(path: Path) -> None:
    assert is_free(path)
    lock = RunLock.acquire(path, FS)
    lock.write(_record(3))
    assert not is_free(path)
    with pytest.raises(LockHeld) as refusal:
        RunLock.acquire(path, FS)
    assert refusal.value.holder == _record(3)
    lock.release()
    lock.release()
    assert is_free(path)


def test_the_last_record_stays_for_the_next_epoch(path: Path) -> None:
    assert read_holder(path) is None
    lock = RunLock.acquire(path, FS)
    assert read_holder(path) is None
    lock.write(_record(3))
    lock.release()
    assert read_holder(path) == _record(3)


def test_a_shorter_record_leaves_nothing_of_a_longer_one(path: Path) -> None:
    lock = RunLock.acquire(path, FS)
    inode = path.stat().st_ino
    lock.write(_record(1, at="x" * 5000))
    lock.write(_record(2))
    lock.release()
    assert read_holder(path) == _record(2)
    assert path.stat().st_ino == inode


@pytest.mark.parametrize("replace", [True, False])
def test_a_lock_file_that_was_replaced_or_removed_is_noticed(path: Path, replace: bool) -> None:
    lock = RunLock.acquire(path, FS)
    lock.verify()
    path.rename(path.with_name("aside"))
    if replace:
        path.write_bytes(b"")
    with pytest.raises(LockLost):
        lock.verify()
    lock.release()


class _ReplacedOnceFs(RealFs):
    """Somebody puts another file in the place of the lock between its first opening and its locking."""

    def __init__(self) -> None:
        self.opened = 0

    def open_in_place(self, path: Path, mode: int = 0o600) -> int:
        fd = super().open_in_place(path, mode)
        self.opened += 1
        if self.opened == 1:
            path.rename(path.with_name("aside"))
        return fd


def test_a_lock_on_a_file_that_was_replaced_meanwhile_does_not_count(path: Path) -> None:
    fs = _ReplacedOnceFs()
    lock = RunLock.acquire(path, fs)
    assert fs.opened == 2
    lock.verify()
    assert not is_free(path)
    lock.release()


def test_kill_9_of_the_holder_frees_the_lock_at_once(path: Path) -> None:
    with waiting("-m", "tests.store.holder", str(path)) as holder:
        with pytest.raises(LockHeld) as refusal:
            RunLock.acquire(path, FS)
        assert refusal.value.holder is not None
        assert refusal.value.holder.identity == real_identities().of(holder.pid)
        assert not is_free(path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert is_free(path)
        lock = RunLock.acquire(path, FS)
        last = read_holder(path)
        assert last is not None
        assert last.epoch == 7
        lock.release()


def test_a_child_of_the_holder_does_not_get_the_lock(path: Path) -> None:
    lock = RunLock.acquire(path, FS)
    with waiting("-c", SLEEPER):
        lock.release()
        assert is_free(path)


def test_looking_takes_the_lock_from_nobody(path: Path) -> None:
    path.touch()
    with waiting(
        "-c",
        "import sys; from pathlib import Path; from crew_core.store.lock import is_free\n"
        "print('looking', flush=True)\n"
        "while is_free(Path(sys.argv[1])) or True: pass",
        str(path),
    ):
        for _ in range(200):
            RunLock.acquire(path, FS).release()


def test_a_link_in_the_place_of_the_lock_is_refused(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))
    with pytest.raises(OSError):
        RunLock.acquire(path, FS)
    assert not path.with_name("elsewhere").exists()


def test_no_descriptor_is_left_by_a_refusal(path: Path) -> None:
    lock = RunLock.acquire(path, FS)
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(LockHeld):
        RunLock.acquire(path, FS)
    assert len(os.listdir("/dev/fd")) == before
    lock.release()


def test_working_locks_are_recognized_and_nothing_is_left_behind(tmp_path: Path) -> None:
    before = set(os.listdir(tmp_path))
    assert locks_work(tmp_path, FS)
    require_locks(tmp_path, FS)
    assert set(os.listdir(tmp_path)) == before


class _LocklessFs(RealFs):
    """Every descriptor is of a file of its own, as where locks are local to a descriptor."""

    def create_exclusive(self, path: Path, mode: int = 0o600) -> int:
        fd = super().create_exclusive(path, mode)
        self.unlink(path)
        os.close(super().create_exclusive(path, mode))
        return fd


def test_locks_that_two_holders_get_are_refused(tmp_path: Path) -> None:
    assert not locks_work(tmp_path, _LocklessFs())
    with pytest.raises(LocksUnsupported):
        require_locks(tmp_path, _LocklessFs())
