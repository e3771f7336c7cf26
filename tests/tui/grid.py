"""A screen as text: what a person would read, line by line, and the styles that it has."""

from __future__ import annotations

from rich.style import Style
from textual._context import visible_screen_stack
from textual.screen import Screen
from textual.strip import Strip

_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse")


def strips(screen: Screen[object]) -> list[Strip]:
    """What is painted, line by line."""
    # As the app does before it paints: what covers a screen shows it through, and remembers what it painted.
    visible_screen_stack.set(screen.app._background_screens)
    return screen._compositor.render_strips()


def grid(screen: Screen[object]) -> list[str]:
    """The text of each screen line."""
    return ["".join(segment.text for segment in line) for line in strips(screen)]


def styled_grid(screen: Screen[object]) -> str:
    """The text, and below it the runs of style of each line with a legend of the styles."""
    legend: dict[str, str] = {}
    runs = []
    for line in strips(screen):
        row = ""
        for segment in line:
            told = _words(segment.style or Style())
            row += legend.setdefault(told, _letter(len(legend))) * segment.cell_length
        runs.append(row)
    styles = "\n".join(f"{letter} {told}" for told, letter in legend.items())
    text = "\n".join(text.rstrip() for text in grid(screen))
    return f"{text}\n=== styles\n" + "\n".join(runs) + f"\n===\n{styles}\n"


def _words(style: Style) -> str:
    parts = [style.color.name if style.color else "-", style.bgcolor.name if style.bgcolor else "-"]
    return " ".join(parts + [name for name in _ATTRIBUTES if getattr(style, name)])


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 52]
