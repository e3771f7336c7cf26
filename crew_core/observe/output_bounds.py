"""How much of what agents print is read at a time, and how much of it is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputBounds:
    """``piece_bytes``: the end of a long file that is read first, and as much before it each time more is asked for.

    ``warm_up_bytes`` before a piece tell what goes on where it begins: a text in pieces, a tool at work. ``lines`` and
    ``chars`` are kept of each agent; twice as much is let go at once. ``most_lines`` and ``most_chars`` are kept in all
    while nothing may be let go because somebody reads what is older; then what comes waits in its file. With 8 agents
    about 20 MB in the first case, 40 MB in the second.
    """

    piece_bytes: int = 262_144
    warm_up_bytes: int = 65_536
    lines: int = 5_000
    chars: int = 1_000_000
    most_lines: int = 100_000
    most_chars: int = 16_000_000


BOUNDS = OutputBounds()
