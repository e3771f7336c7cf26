"""The shape, word and tone of every status, in two sets: one for UTF-8 terminals, one for all others."""

from __future__ import annotations

import locale
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crew_core.model.status import RunStatus, TaskStatus
from crew_tui.ascii_only import INSTEAD
from crew_tui.lines import Tone


@dataclass(frozen=True, slots=True)
class Sign:
    """How a status looks: a shape of one cell, the word that is used everywhere, a tone."""

    shape: str
    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Glyphs:
    """All shapes that panes draw with; each is exactly one cell wide in rich and in common terminals."""

    statuses: Mapping[str, str]
    attention: str
    unknown: str
    cursor: str
    full: str
    empty: str
    crumb: str
    live: str
    polling: str
    stale: str
    dot: str
    bar: str
    up: str
    down: str
    folded: str
    unfolded: str
    #: Corners and edges: top left, top right, bottom left, bottom right, horizontal, vertical.
    frame: str
    frame_focus: str
    rule: str
    #: What stands for a character that this set must not use, wherever it comes from; each one cell.
    instead: Mapping[int, str] = field(default_factory=dict)
    #: Drawn one after the other at what runs, in place of its shape; empty where nothing may move.
    spinner: str = ""


UNICODE = Glyphs(
    statuses={
        "running": "▶",
        "waiting": "…",
        "queued": "◦",
        "blocked": "‖",
        "completed": "✓",
        "failed": "✗",
        "cancelled": "■",
        "skipped": "–",
    },
    attention="!",
    unknown="?",
    cursor="›",
    full="▓",
    empty="░",
    crumb="▸",
    live="●",
    polling="◌",
    stale="○",
    dot="·",
    bar="│",
    up="▲",
    down="▼",
    folded="▸",
    unfolded="▾",
    frame="┌┐└┘─│",
    frame_focus="┏┓┗┛━┃",
    rule="─",
)

#: In a line, the place of the spinner: a character that no text has, replaced by one of its frames when it is painted.
TURNING = "\ufdd0"

_SPINNER, _ASCII_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"

ASCII = Glyphs(
    statuses={
        "running": ">",
        "waiting": "~",
        "queued": ".",
        "blocked": "=",
        "completed": "v",
        "failed": "x",
        "cancelled": "#",
        "skipped": "-",
    },
    attention="!",
    unknown="?",
    cursor=">",
    full="#",
    empty=".",
    crumb=">",
    live="*",
    polling="~",
    stale="o",
    dot="-",
    bar="|",
    up="^",
    down="v",
    folded="+",
    unfolded="-",
    frame="++++-|",
    frame_focus="++++=|",
    rule="-",
    instead=INSTEAD,
)

#: No boxes: for screen readers and logs.
PLAIN = Glyphs(
    statuses=ASCII.statuses,
    attention="!",
    unknown="?",
    cursor=">",
    full="#",
    empty=".",
    crumb=">",
    live="*",
    polling="~",
    stale="o",
    dot="-",
    bar=" ",
    up="^",
    down="v",
    # What is read out has everything unfolded.
    folded=" ",
    unfolded=" ",
    frame="      ",
    frame_focus="      ",
    rule=" ",
    instead=INSTEAD,
)

_TONES: Mapping[str, Tone] = {
    "running": Tone.RUN,
    "waiting": Tone.WAIT,
    "queued": Tone.DIM,
    "blocked": Tone.WARN,
    "completed": Tone.OK,
    "failed": Tone.FAIL,
    "cancelled": Tone.WARN,
    "skipped": Tone.DIM,
}


def sign_of(status: RunStatus | TaskStatus | None, glyphs: Glyphs) -> Sign:
    """None is a status that could not be read."""
    if status is None:
        return Sign(glyphs.unknown, "unknown", Tone.FAIL)
    shape = TURNING if glyphs.spinner and status.value == "running" else glyphs.statuses[status.value]
    return Sign(shape, status.value, _TONES[status.value])


class GlyphWish(StrEnum):
    """What a person may ask for: `ui.glyphs`."""

    AUTO = "auto"
    UNICODE = "unicode"
    ASCII = "ascii"


def glyphs_for(
    environment: Mapping[str, str], *, plain: bool = False, wish: str = GlyphWish.AUTO, spins: bool = False
) -> Glyphs:
    """What is wished for, else the set that the terminal can show.

    That is ASCII for `TERM=dumb` and for locales that are not UTF-8. `plain` counts before all else.

    :param spins: a sign turns at what runs.
    """
    if plain:
        return PLAIN
    encoding = locale.getpreferredencoding(False).lower().replace("-", "")
    poor = environment.get("TERM") == "dumb" or encoding != "utf8"
    if wish == GlyphWish.ASCII or (poor and wish != GlyphWish.UNICODE):
        return replace(ASCII, spinner=_ASCII_SPINNER) if spins else ASCII
    return replace(UNICODE, spinner=_SPINNER) if spins else UNICODE
