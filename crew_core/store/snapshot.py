"""Whole records as files: written in one piece, read with a check of their format."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from crew_core.model.plan import SCHEMA_VERSION
from crew_core.store.errors import Corrupt, NewerFormat
from crew_core.store.fs import Fs, write_durable, write_replace

T = TypeVar("T")


class _Version(msgspec.Struct, frozen=True, rename="camel"):
    schema_version: int = SCHEMA_VERSION


def write_snapshot(fs: Fs, path: Path, record: Any, *, durable: bool = True) -> None:
    """Replace the file at `path` by `record` as JSON.

    With `durable` False it is whole for readers but unsynced.

    :raises OSError: the old file is still whole; if only the last sync failed, the new one is.
    """
    text = msgspec.json.encode(record) + b"\n"
    if durable:
        write_durable(fs, path, text)
    else:
        write_replace(fs, path, text)


def read_snapshot(path: Path, kind: type[T]) -> T:
    """The record at `path`. The file is not changed, whatever it holds.

    :raises FileNotFoundError: there is none. :raises NewerFormat: written by a newer version.
    :raises Corrupt: not JSON, or not a `kind`.
    """
    return decode_snapshot(path, path.read_bytes(), kind)


def decode_snapshot(path: Path, data: bytes, kind: type[T]) -> T:
    """Like `read_snapshot`, for bytes that were read already; `path` is for the errors."""
    check_format(path, data)
    return _decode(path, data, kind)


def decode_any_format(path: Path, data: bytes, kind: type[T]) -> tuple[T, NewerFormat | None]:
    """Like `decode_snapshot`, to show: also a record of a newer format that still has our fields, with that fact.

    :raises NewerFormat: it has not.
    """
    try:
        return decode_snapshot(path, data, kind), None
    except NewerFormat as newer:
        try:
            return _decode(path, data, kind), newer
        except Corrupt:
            raise newer from None


def check_format(path: Path, data: bytes) -> None:
    """:raises NewerFormat: the record is of a newer format. :raises Corrupt: it is no record."""
    version = _decode(path, data, _Version).schema_version
    if version > SCHEMA_VERSION:
        raise NewerFormat(path, version, SCHEMA_VERSION)


def _decode(path: Path, data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError) as error:
        raise Corrupt(path, str(error)) from error
