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


def decimal(value: object) -> float | None:
    """Any number, else None."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
