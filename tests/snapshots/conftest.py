"""The terminal that goldens are looked at with."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def look() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("TEXTUAL_THEME", "crew-dark")
        # Where nothing else is said, times are those of the machine.
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()
