"""A list to choose one thing from, narrowed by typing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from crew_tui.choosing import Choice, Fitting, choice_lines, fitting
from crew_tui.screens.typing import TypingScreen
from crew_tui.text import clean
from crew_tui.typed import Typed, pasted, pressed
from crew_tui.widgets.field import Field
from crew_tui.widgets.quiet_pane import QuietPane
from crew_tui.widgets.strip_pane import StripPane
from crew_tui.widgets.view import View

T = TypeVar("T")

#: Lines of a list before it scrolls.
_MOST_LINES = 14

#: Of the box with its border, in cells.
_WIDTH = 72


class ChoosingScreen(TypingScreen[T]):
    """The arrows move, Enter chooses, Esc leaves with None, everything that writes narrows the list.

    The mouse moves the cursor, pressed twice it chooses.
    """

    CSS: ClassVar[str] = f"""
    .choosing {{ width: {_WIDTH}; max-width: 100%; height: auto; max-height: 100%; background: $background;
                       border: heavy $accent; border-title-color: $accent; border-title-style: bold;
                       border-subtitle-color: $crew-dim; }}
    .choosing QuietPane {{ margin: 1 0 0 0; }}
    """

    def __init__(self, title: str, choices: Sequence[Choice], *, start: str = "", label: str = "/") -> None:
        """:param start: the key of the choice that the cursor begins on."""
        super().__init__()
        self._title = clean(title)
        self._label = label
        self._start = start
        self.choices = tuple(choices)
        self.typed = Typed()
        self._found: Sequence[Fitting] = ()

    def compose(self) -> ComposeResult:
        self._field = Field(self.palette, f" {self._label}", placeholder=self.placeholder())
        self.list = QuietPane(self.palette, selectable=True)
        with Vertical(classes="choosing") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = Content(self.keys_told())
            yield self._field
            yield self.list

    def placeholder(self) -> str:
        return "type to narrow the list"

    def keys_told(self) -> str:
        return "Enter choose  ↑↓  Esc"

    def on_mount(self) -> None:
        self.list.styles.height = max(1, min(_MOST_LINES, len(self.choices), self.app.size.height - 5))
        self.narrow(to_first=True)
        if self._start:
            self.list.select(self._start)
        self.moved()

    def on_resize(self) -> None:
        self.call_after_refresh(self.narrow)

    def fitting(self) -> Sequence[Fitting]:
        """What is listed for what has been typed, the best first."""
        return fitting(self.choices, self.typed.text)

    def narrow(self, *, to_first: bool = False) -> None:
        """List what fits now; `to_first`: the cursor goes to the best of it."""
        self._found = self.fitting()
        self._field.show(self.typed)
        # The first frame is painted, and a key may come, before there is a layout: lines as wide as they will be.
        lines = choice_lines(self._found, self.list.inner_width or min(_WIDTH, self.app.size.width) - 2)
        self.list.show(View(lines))
        first = next((each.choice.key for each in self._found if each.choice.enabled), "")
        if to_first:
            self.list.select(first)
            self.list.to_top()

    @property
    def chosen(self) -> Choice | None:
        """What the cursor is on."""
        key = self.list.selected
        return next((each.choice for each in self._found if each.choice.key == key and each.choice.enabled), None)

    @abstractmethod
    def choose(self, choice: Choice) -> None:
        """Enter, or the mouse."""

    def moved(self) -> None:
        """The cursor may be on another choice."""

    def press(self, key: str, character: str | None) -> None:
        match key:
            case "enter":
                if self.chosen is not None:
                    self.choose(self.chosen)
            case "escape":
                self.leave(None)
            case "up" | "ctrl+p" | "shift+tab":
                self._move(self.list.move, -1)
            case "down" | "ctrl+n" | "tab":
                self._move(self.list.move, 1)
            case "pageup":
                self._move(self.list.move_pages, -1)
            case "pagedown":
                self._move(self.list.move_pages, 1)
            case _:
                self.write(pressed(self.typed, key, character))

    def _move(self, move: Callable[[int], None], by: int) -> None:
        move(by)
        self.moved()

    def paste(self, text: str) -> None:
        self.write(pasted(self.typed, text))

    def write(self, now: Typed | None) -> None:
        """The line is another one; None: the key was none that writes."""
        if now is None or now == self.typed:
            return
        narrowed = now.text != self.typed.text
        self.typed = now
        self.narrow(to_first=narrowed)
        self.moved()

    def on_strip_pane_selected(self, event: StripPane.Selected) -> None:
        event.stop()
        self.moved()
        if event.opened and self.chosen is not None:
            self.choose(self.chosen)


class Picker(ChoosingScreen[str]):
    """Dismisses with the key of the chosen one."""

    def choose(self, choice: Choice) -> None:
        self.leave(choice.key)
