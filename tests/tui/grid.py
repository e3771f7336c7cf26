"""A screen as text: what a person would read, line by line, and the styles that it has."""

from __future__ import annotations

from rich.style import Style
from textual.screen import Screen


def grid(screen: Screen[object]) -> list[str]:
    """The text of each screen line."""
    return ["".join(segment.text for segment in line) for line in screen._compositor.render_strips()]


def styled_grid(screen: Screen[object]) -> str:
    """The text, and below it the runs of style of each line with a legend of the styles."""
    legend: dict[str, str] = {}
    runs = []
    for line in screen._compositor.render_strips():
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
    return " ".join(parts + ["bold"] * bool(style.bold) + ["reverse"] * bool(style.reverse))


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 52]
