"""One line to type at the bottom of the screen, over what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from crew_tui.earlier import earlier
from crew_tui.lines import MARK, Line, Piece, Tone, limited
from crew_tui.screens.typing import TypingScreen
from crew_tui.text import clean
from crew_tui.typed import Typed, pasted, pressed, typed
from crew_tui.widgets.field import Field
from crew_tui.widgets.quiet_pane import QuietPane
from crew_tui.widgets.view import View


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`word` is listed; taking it makes the whole line `text` with the caret after `at` characters."""

    word: str
    text: str
    at: int


Suggest = Callable[[str, int], Sequence[Suggestion]]


class Prompt(TypingScreen[str]):
    """Dismisses with the line after Enter, with None after Esc."""

    CSS: ClassVar[str] = """
    Prompt.-over { align: left bottom; background: transparent; }
    Prompt Vertical { height: auto; max-height: 2; background: $panel; }
    Prompt QuietPane { height: 1; display: none; }
    Prompt QuietPane.-some { display: block; }
    """

    def __init__(
        self,
        label: str,
        initial: str = "",
        *,
        turns: tuple[str, str] | None = None,
        placeholder: str = "",
        changed: Callable[[str], str] = lambda text: "",
        suggestions: Suggest | None = None,
        kind: str = "",
        enter: str = "keep",
        escape: str = "as before",
    ) -> None:
        """
        :param turns: two ways to do it, in a word or two; Tab turns from the first to the second and back.
        :param changed: called with each new line; returns what is said about it at the right edge.
        :param suggestions: how the line may go on, for the line and the place of its caret; Tab takes one.
        :param kind: what the line is; lines of the same kind typed before come with Up and Down.
        :param enter: what Enter does, in a word; `escape` likewise.
        """
        super().__init__()
        self.add_class("-over")
        self._label = label
        self._turns = turns
        #: It is to be done in the second way.
        self.turned = False
        self._placeholder = placeholder
        self._changed = changed
        self._suggest = suggestions or (lambda text, at: ())
        self._keys = (f"Enter {enter}  ", "Tab complete  " if suggestions else "", f"Esc {escape}  ↑ earlier")
        self._kind = kind or label
        self.typed = typed(initial)
        #: What is offered, and which of it Tab has taken.
        self._offered: tuple[Suggestion, ...] = ()
        self._taken = -1
        #: How far back one has gone, and the line that one came from.
        self._back = -1
        self._draft = self.typed

    def compose(self) -> ComposeResult:
        self._list = QuietPane(self.palette, bordered=False)
        self._field = Field(self.palette, f" {self._label}", placeholder=self._placeholder)
        with Vertical():
            yield self._list
            yield self._field

    def on_mount(self) -> None:
        self._look()

    def press(self, key: str, character: str | None) -> None:
        match key:
            case "enter":
                earlier(self.app).add(self._kind, self.typed.text)
                self.leave(self.typed.text)
            case "escape":
                self.leave(None)
            case "tab" | "shift+tab" if self._turns:
                self._turn(self._turns)
            case "tab":
                self._take(1)
            case "shift+tab":
                self._take(-1)
            case "up" | "ctrl+p":
                self._recall(1)
            case "down" | "ctrl+n":
                self._recall(-1)
            case _:
                self._type(pressed(self.typed, key, character))

    def _turn(self, turns: tuple[str, str]) -> None:
        self.turned = not self.turned
        self._field.call(f" {turns[1]} {self._label}" if self.turned else f" {self._label}")
        self._look()

    def paste(self, text: str) -> None:
        self._type(pasted(self.typed, text))

    def _type(self, now: Typed | None) -> None:
        if now is not None and now != self.typed:
            self._back = -1
            self._set(now)

    def _set(self, now: Typed) -> None:
        self.typed = now
        self._taken = -1
        self._look()

    def _look(self) -> None:
        """Say what comes of the line, and how it may go on."""
        note = clean(self._changed(self.typed.text))
        if self._taken < 0:
            self._offered = tuple(self._suggest(self.typed.text, self.typed.at))
        enter, tab, rest = self._keys
        if self._turns:
            tab = f"Tab {self._turns[not self.turned]}  "
        self._field.show(self.typed, note=note or f"{enter}{tab}{rest}")
        self._list.set_class(bool(self._offered), "-some")
        self._list.show(View((offered_line(self._offered, self._taken, self.app.size.width),)))

    def _take(self, by: int) -> None:
        if not self._offered:
            return
        self._taken = (self._taken + by) % len(self._offered) if self._taken >= 0 or by > 0 else len(self._offered) - 1
        taken = self._offered[self._taken]
        self.typed = Typed(taken.text, taken.at)
        if len(self._offered) == 1:
            # Nothing else to choose from: the next Tab goes on from here.
            self._taken = -1
        self._look()

    def _recall(self, by: int) -> None:
        lines = earlier(self.app).of(self._kind)
        back = max(-1, min(self._back + by, len(lines) - 1))
        if back != self._back:
            self._draft = self.typed if self._back < 0 else self._draft
            self._back = back
            self._set(self._draft if back < 0 else typed(lines[back]))


def offered_line(offered: Sequence[Suggestion], taken: int, width: int) -> Line:
    """The words that may come next, the taken one marked; they begin so late that the taken one is seen."""
    pieces: list[Piece] = []
    first = max(0, taken - 3)
    for place, each in enumerate(offered[first:], first):
        word = clean(each.word)
        pieces.append((f"[{word}]" if place == taken else f" {word} ", Tone.ACCENT if place == taken else Tone.DIM))
    return Line(((MARK, Tone.TEXT), *limited(pieces, width - 1)))
