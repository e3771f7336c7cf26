"""Waking a reader, and never failing at it."""

from __future__ import annotations

import selectors
import stat
from pathlib import Path

from crew_core.store.doorbell import Doorbell, ring


def _readable(bell: Doorbell) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(bell, selectors.EVENT_READ)
        return bool(selector.select(0))


def test_a_ring_makes_the_reader_readable_until_it_drains(tmp_path: Path) -> None:
    bell = Doorbell.create_and_open(tmp_path / "bell")
    try:
        assert not _readable(bell)
        assert not bell.drain()
        assert ring(tmp_path / "bell")
        assert _readable(bell)
        assert bell.drain()
        assert not _readable(bell)
    finally:
        bell.close()
    assert stat.S_IMODE((tmp_path / "bell").stat().st_mode) == 0o600


def test_ringing_where_nobody_listens_is_no_error(tmp_path: Path) -> None:
    assert not ring(tmp_path / "missing")
    Doorbell.create_and_open(tmp_path / "bell").close()
    assert not ring(tmp_path / "bell")


def test_a_bell_full_of_rings_still_counts_as_rung(tmp_path: Path) -> None:
    bell = Doorbell.create_and_open(tmp_path / "bell")
    try:
        assert all(ring(tmp_path / "bell") for _ in range(70_000))
        assert bell.drain()
        assert not bell.drain()
    finally:
        bell.close()


def test_a_second_reader_uses_the_same_bell(tmp_path: Path) -> None:
    Doorbell.create_and_open(tmp_path / "bell").close()
    bell = Doorbell.create_and_open(tmp_path / "bell")
    try:
        assert ring(tmp_path / "bell")
        assert bell.drain()
    finally:
        bell.close()


def test_a_plain_file_in_the_place_of_the_bell_is_neither_written_nor_read(tmp_path: Path) -> None:
    (tmp_path / "bell").write_bytes(b"precious")
    assert not ring(tmp_path / "bell")
    bell = Doorbell.create_and_open(tmp_path / "bell")
    try:
        assert bell.silent
        assert not _readable(bell)
        assert not bell.drain()
    finally:
        bell.close()
    assert (tmp_path / "bell").read_bytes() == b"precious"
