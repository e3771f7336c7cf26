"""A program with nothing but a text, over which a test opens modal screens; it remembers what they answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from crew_tui.theme_files import themes
from tests.tui.grid import grid

#: Of a screen that has not answered.
NO_ANSWER = object()


class Host(App[None]):
    """`o` opens the screen, as a key of the dashboard does; `pressed` are the keys that came to the host itself."""

    CSS = """
    ModalScreen { align: center middle; }
    .box { width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 1 2; border: heavy $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", priority=True),
        *(Binding(key, f"note({key!r})", priority=True) for key in ("f5", "f6")),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, make: Callable[[Host], Screen[Any]]) -> None:
        super().__init__()
        for each in themes():
            self.register_theme(each)
        self.theme = "crew-dark"
        self._make = make
        self.answer: object = NO_ANSWER
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static("what is below")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action in ("open", "note") and len(self.screen_stack) > 1)

    def action_open(self) -> None:
        self.push_screen(self._make(self), self._answered)

    def action_note(self, key: str) -> None:
        self.pressed.append(key)

    def _answered(self, answer: object) -> None:
        self.answer = answer

    def type(self, *keys: str) -> None:
        """All at once, as a terminal hands over what was typed while the program was busy: letters or names of keys."""
        for key in keys:
            named = len(key) > 1
            self.post_message(events.Key("space" if key == " " else key, None if named else key))

    def lines(self) -> list[str]:
        """What stands on the screen."""
        return grid(self.screen)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines())


@asynccontextmanager
async def opened(
    make: Callable[[Host], Screen[Any]], size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """The screen is open and has been painted."""
    app = Host(make)
    async with app.run_test(size=size) as pilot:
        await pilot.press("o")
        await pilot.pause()
        yield app, pilot
