"""Looking into JSON that may be anything: what is of another type than it should be is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def object_at(value: Any, *path: str) -> dict[str, Any]:
    """The object there, or an empty one."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def objects_at(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of the list there."""
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text_at(value: Mapping[str, Any], name: str) -> str:
    """The text there, or an empty one."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def count_at(value: Mapping[str, Any], name: str) -> int | None:
    """The whole number of zero or more that is there."""
    found = value.get(name)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 1 << 63 else None


def amount_at(value: Mapping[str, Any], name: str) -> float | None:
    """The number of zero or more that is there."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if 0 <= found < 1e300 else None
