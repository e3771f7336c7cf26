"""What commands print, as a text of the dashboard: the same words in both places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from crew_tui.cli.printing import Piece, Screen
from crew_tui.lines import Tone
from crew_tui.texts.forms import rows
from crew_tui.texts.whole import WholeText
from crew_tui.texts.wrapping import Pieces


@dataclass(frozen=True, slots=True)
class Printed(Screen):
    """Keeps the lines instead of printing them."""

    lines: list[Pieces] = field(default_factory=list)

    def line(self, *pieces: Piece) -> None:
        self.lines.append(tuple((each, Tone.TEXT) if isinstance(each, str) else each for each in pieces))


def printed_text(say: Callable[[Screen], None]) -> WholeText:
    """:param say: says everything on the screen that it is given; called again for another width."""

    def lines(width: int | None) -> list[Pieces]:
        screen = Printed(colour=True, width=width, instead={})
        say(screen)
        return screen.lines

    source = "\n".join("".join(text for text, _ in pieces).rstrip() for pieces in lines(None))
    return WholeText(f"{source}\n", lambda width, wrap: rows(lines(max(20, width - 2)), width, wrap=wrap))
