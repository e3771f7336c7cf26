"""The moment at which Textual gets the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.driver import Driver

from crew_tui.resize_signal import take_in_order


def taking_over(driver: type[Driver], hand_over: Callable[[], None]) -> type[Driver]:
    """A driver that calls `hand_over` before it changes anything of the terminal: what it finds it will restore."""
    base: Any = driver

    class TakingOver(base):  # type: ignore[misc]
        def start_application_mode(self) -> None:
            hand_over()
            super().start_application_mode()
            take_in_order()

    return TakingOver
