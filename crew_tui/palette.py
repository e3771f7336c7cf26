"""From the meaning of a text to its style: the theme's colours, and nothing decided by a pane."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rich.color import Color as RichColor
from rich.style import Style

from crew_tui.lines import AGENTS, Ink, Tone

_PLAIN = re.compile(r"#[0-9a-fA-F]{6}")


class Colours(Protocol):
    """What a palette is made from: a theme of Textual, or its table."""

    @property
    def foreground(self) -> str | None: ...

    @property
    def background(self) -> str | None: ...

    @property
    def accent(self) -> str | None: ...

    @property
    def success(self) -> str | None: ...

    @property
    def warning(self) -> str | None: ...

    @property
    def error(self) -> str | None: ...

    @property
    def variables(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Palette:
    """Rich styles of one theme. Equal palettes paint equally."""

    tones: Mapping[Tone, Style]
    border: Style
    border_focus: Style
    cursor: Style
    cursor_idle: Style
    #: The theme has no colours at all.
    colourless: bool = False

    def style(self, tone: Tone | Ink, over: Style) -> Style:
        """That of a text in a row which `over` marks as selected. What a search has found keeps its own background."""
        if isinstance(tone, Ink):
            return self.tones[tone.tone] + (tone.style.without_color if self.colourless else tone.style) + over
        return self.tones[tone] if tone is Tone.MATCH else self.tones[tone] + over


def palette_of(theme: Colours) -> Palette:
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

    tones = {
        Tone.TEXT: base,
        Tone.TITLE: style(Tone.TITLE, theme.foreground, "bold"),
        Tone.ACCENT: style(Tone.ACCENT, theme.accent),
        Tone.OK: style(Tone.OK, theme.success),
        Tone.WARN: style(Tone.WARN, theme.warning),
        Tone.FAIL: style(Tone.FAIL, theme.error),
        **{tone: named(tone) for tone in (Tone.DIM, Tone.RUN, Tone.WAIT, Tone.ADDED, Tone.REMOVED, *AGENTS)},
        Tone.MATCH: named(Tone.MATCH) + Style(bgcolor=_colour(variables["crew-match-background"])),
    }
    return Palette(
        tones=tones,
        border=named("border"),
        border_focus=named("border-focus"),
        cursor=cursor("cursor"),
        cursor_idle=cursor("cursor-idle"),
        colourless=len({each.color for each in tones.values()}) == 1,
    )


def _colour(text: str | None) -> RichColor | None:
    if not text:
        return None
    if _PLAIN.fullmatch(text):
        return RichColor.parse(text)
    # Names and shares of colours are Textual's; the first frame of our own themes does without.
    from textual.color import Color

    return Color.parse(text).rich_color
