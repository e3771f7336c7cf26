"""From the meaning of a text to its style: the theme's colours, and nothing decided by a pane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from crew_tui.lines import AGENTS, Tone


@dataclass(frozen=True, slots=True)
class Palette:
    """Rich styles of one theme. Equal palettes paint equally."""

    tones: Mapping[Tone, Style]
    border: Style
    border_focus: Style
    cursor: Style
    cursor_idle: Style

    def style(self, tone: Tone, over: Style) -> Style:
        """That of a text in a row which `over` marks as selected. What a search has found keeps its own background."""
        return self.tones[tone] if tone is Tone.MATCH else self.tones[tone] + over


def palette_of(theme: Theme) -> Palette:
    """Colours are the theme's own and those of its `crew-…` variables; a `crew-…-style` adds bold, dim and such."""
    variables = theme.variables
    base = Style(color=_colour(theme.foreground), bgcolor=_colour(theme.background))

    def style(name: str, colour: str | None, attributes: str = "") -> Style:
        return base + Style(color=_colour(colour)) + Style.parse(variables.get(f"crew-{name}-style", attributes))

    def named(name: str) -> Style:
        return style(name, variables[f"crew-{name}"])

    def cursor(name: str) -> Style:
        attributes = Style.parse(variables.get(f"crew-{name}-style", ""))
        text = _colour(variables.get(f"crew-{name}-text"))
        return Style(color=text, bgcolor=_colour(variables[f"crew-{name}"])) + attributes

    return Palette(
        tones={
            Tone.TEXT: base,
            Tone.TITLE: style(Tone.TITLE, theme.foreground, "bold"),
            Tone.ACCENT: style(Tone.ACCENT, theme.accent),
            Tone.OK: style(Tone.OK, theme.success),
            Tone.WARN: style(Tone.WARN, theme.warning),
            Tone.FAIL: style(Tone.FAIL, theme.error),
            **{tone: named(tone) for tone in (Tone.DIM, Tone.RUN, Tone.WAIT, Tone.ADDED, Tone.REMOVED, *AGENTS)},
            Tone.MATCH: named(Tone.MATCH) + Style(bgcolor=_colour(variables["crew-match-background"])),
        },
        border=named("border"),
        border_focus=named("border-focus"),
        cursor=cursor("cursor"),
        cursor_idle=cursor("cursor-idle"),
    )


def _colour(text: str | None) -> RichColor | None:
    return Color.parse(text).rich_color if text else None
