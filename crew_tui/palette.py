"""From the meaning of a text to its style: the theme's colours, and nothing decided by a pane."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from rich.style import Style
from textual.theme import Theme

from crew_tui.lines import Tone

DARK, LIGHT = "crew-dark", "crew-light"


@dataclass(frozen=True, slots=True)
class Palette:
    """Rich styles of one theme. Equal palettes paint equally."""

    tones: Mapping[Tone, Style]
    border: Style
    border_focus: Style
    cursor: Style
    cursor_idle: Style


def palette_of(theme: Theme) -> Palette:
    variables = theme.variables
    base = Style(color=theme.foreground, bgcolor=theme.background)
    return Palette(
        tones={
            Tone.TEXT: base,
            Tone.DIM: base + Style(color=variables["crew-dim"]),
            Tone.TITLE: base + Style(bold=True),
            Tone.ACCENT: base + Style(color=theme.accent),
            Tone.OK: base + Style(color=theme.success),
            Tone.WARN: base + Style(color=theme.warning),
            Tone.FAIL: base + Style(color=theme.error),
        },
        border=base + Style(color=variables["crew-border"]),
        border_focus=base + Style(color=variables["crew-border-focus"]),
        cursor=Style(bgcolor=variables["crew-cursor"]),
        cursor_idle=Style(bgcolor=variables["crew-cursor-idle"]),
    )


def themes() -> tuple[Theme, ...]:
    """The themes that come with the package. :raises OSError: they are not there."""
    folder = files("crew_tui") / "themes"
    return tuple(Theme(**tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))) for name in ("dark", "light"))


def wanted_theme(wish: str, environment: Mapping[str, str]) -> str:
    """The theme called `wish`; when there is none, the one that fits."""
    return wish if wish in (DARK, LIGHT) else fitting_theme(environment)


def fitting_theme(environment: Mapping[str, str]) -> str:
    """`TEXTUAL_THEME` if it names one of ours; else light where the terminal says that its background is."""
    wanted = environment.get("TEXTUAL_THEME")
    if wanted in (DARK, LIGHT):
        return wanted
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in ("7", "15") else DARK
