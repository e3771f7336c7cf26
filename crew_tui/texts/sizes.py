"""Numbers of bytes as they stand on screen."""

from __future__ import annotations

_STEP = 1024
_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def byte_count(number: int) -> str:
    """`0 bytes` · `812 bytes` · `1.2 KB` · `84 KB` · `100 MB`; a KB is 1,024 bytes."""
    if number == 1:
        return "1 byte"
    size = float(number)
    unit = _UNITS[0]
    for unit in _UNITS:
        if size < _STEP or unit == _UNITS[-1]:
            break
        size /= _STEP
    small = unit != _UNITS[0] and size < 10
    return f"{int(size * 10) / 10:.1f} {unit}" if small else f"{int(size)} {unit}"
