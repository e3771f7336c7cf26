"""What is left of memory, as each system tells it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from crew_core.store.memory import Free, MemoryOfLinux, MemoryOfMac, real_memory

_MIB = 1 << 20


def _machine(tmp_path: Path, group: str = "0::/a/b\n") -> MemoryOfLinux:
    proc, cgroups = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (cgroups / "a" / "b").mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal:  8192 kB\nMemFree: 1 kB\nMemAvailable:   4096 kB\n")
    (proc / "self" / "cgroup").write_text(group)
    return MemoryOfLinux(proc, cgroups)


def _limit(place: Path, most: str, used: int, files: int = 0) -> None:
    (place / "memory.max").write_text(f"{most}\n")
    (place / "memory.current").write_text(f"{used}\n")
    (place / "memory.stat").write_text(f"anon 5\ninactive_file {files}\n")


def test_linux_says_what_is_available(tmp_path: Path) -> None:
    assert _machine(tmp_path).free() == Free(4 * _MIB, 8 * _MIB)


def test_the_tightest_limit_above_us_counts_without_what_is_kept_of_files(tmp_path: Path) -> None:
    memory = _machine(tmp_path)
    _limit(tmp_path / "cgroup" / "a" / "b", "max", 10)
    _limit(tmp_path / "cgroup" / "a", str(2 * _MIB), _MIB + _MIB // 2, _MIB // 4)
    assert memory.free() == Free(_MIB // 2 + _MIB // 4, 2 * _MIB)
    _limit(tmp_path / "cgroup" / "a", str(2 * _MIB), 3 * _MIB)
    assert memory.free() == Free(0, 2 * _MIB)


@pytest.mark.parametrize("text", ["", "MemTotal: 1 kB\n", "MemTotal:\nMemAvailable: x kB\n"])
def test_what_cannot_be_read_is_not_known(tmp_path: Path, text: str) -> None:
    memory = _machine(tmp_path)
    (tmp_path / "proc" / "meminfo").write_text(text)
    assert memory.free() is None


_VM_STAT = """\
Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               100.
Pages active:                            5000.
Pages inactive:                            50.
Pages speculative:                         10.
Pages purgeable:                            4.
"Translation faults":                 1234567.
"""


def test_a_mac_counts_the_pages_that_can_be_had_and_is_not_asked_all_the_time() -> None:
    asked: list[str] = []
    now = [0.0]

    def vm_stat() -> str:
        asked.append("")
        return _VM_STAT

    memory = MemoryOfMac(vm_stat, lambda: 8 * _MIB, lambda: now[0])
    assert memory.free() == memory.free() == Free(164 * 16384, 8 * _MIB)
    assert len(asked) == 1
    now[0] = 1.0
    memory.free()
    assert len(asked) == 2


def test_a_mac_that_does_not_say_is_not_known() -> None:
    def broken() -> str:
        raise subprocess.SubprocessError("no")

    assert MemoryOfMac(broken, lambda: 1, lambda: 0.0).free() is None
    assert MemoryOfMac(lambda: "nothing", lambda: 1, lambda: 0.0).free() is None


def test_this_machine_has_some() -> None:
    free = real_memory().free()
    assert free is not None
    assert 0 < free.available_bytes <= free.total_bytes
