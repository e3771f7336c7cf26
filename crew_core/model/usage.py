"""What a program reports to have used."""

from __future__ import annotations

import msgspec


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """What the program reported; None is unknown, never zero.

    ``input`` leaves out what came from the cache; ``output`` contains ``reasoning``. ``cost`` is in US dollars.
    """

    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    cost: float | None = None
    turns: int | None = None
