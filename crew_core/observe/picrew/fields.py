"""Taking fields out of records that somebody else wrote: what has the wrong type is as good as absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

Record = Mapping[str, Any]

#: A moment outside is a broken clock, not something that happened.
_FIRST_YEAR, _LAST_YEAR = 2020, 2100

#: What JavaScript can count to; pi-crew writes nothing larger.
_LARGEST = 2**53


class Malformed(ValueError):
    """Bytes that are no JSON of the expected kind; the message says what and, where known, at which byte."""


def decoded(data: bytes) -> Any:
    """:raises Malformed: it is no JSON."""
    try:
        return msgspec.json.decode(data)
    except UnicodeDecodeError as error:
        raise Malformed("a text in it is no UTF-8") from error
    except RecursionError as error:
        raise Malformed("it is nested too deeply") from error
    except ValueError as error:
        raise Malformed(str(error)) from error


def decoded_record(data: bytes) -> Record:
    """:raises Malformed: it is no JSON object."""
    found = decoded(data)
    if not isinstance(found, dict):
        raise Malformed("it is no JSON object")
    return found


def text(record: Record, name: str) -> str:
    found = record.get(name)
    return found if isinstance(found, str) else ""


def maybe(record: Record, name: str) -> str | None:
    return text(record, name) or None


def whole(record: Record, name: str) -> int | None:
    found = number(record, name)
    return int(found) if found is not None and found.is_integer() else None


def number(record: Record, name: str) -> float | None:
    found = record.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not -_LARGEST <= found <= _LARGEST:
        return None
    return float(found)


def flag(record: Record, name: str) -> bool:
    return record.get(name) is True


def inner(record: Record, name: str) -> Record:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def records(record: Record, name: str) -> tuple[Record, ...]:
    found = record.get(name)
    return tuple(each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()


def texts(record: Record, name: str) -> tuple[str, ...]:
    found = record.get(name)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def moment(iso: str | None) -> float | None:
    """Seconds since 1970 of an ISO 8601 moment; None if it is missing, has no zone or cannot be true."""
    if not iso:
        return None
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return None
    if at.tzinfo is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return None
    return at.timestamp()
