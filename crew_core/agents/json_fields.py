"""Reading fields of JSON that a program sent: what has another type than expected counts as absent."""

from __future__ import annotations

from typing import Any


def mapping(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """The array, or an empty one."""
    return value if isinstance(value, list) else []


def string(value: object) -> str:
    """The string, or an empty one."""
    return value if isinstance(value, str) else ""


def integer(value: object) -> int | None:
    """A whole number, else None; ``true`` is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of the array."""
    return [each for each in sequence(value) if isinstance(each, dict)]


def count(value: object) -> int | None:
    """A whole number of zero or more, also one with nothing behind its point, else None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found = integer(value)
    return found if found is not None and 0 <= found < 1 << 63 else None


def amount(value: object) -> float | None:
    """A number of zero or more, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e300 else None
