"""The shape, word and tone of every status, in two sets: one for UTF-8 terminals, one for all others."""

from __future__ import annotations

import locale
from collections.abc import Mapping
from dataclasses import dataclass, field

from crew_core.model.status import RunStatus, TaskStatus
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
    #: Corners and edges: top left, top right, bottom left, bottom right, horizontal, vertical.
    frame: str
    frame_focus: str
    rule: str
    #: What stands in formatted text for a character that this set must not use; each one cell.
    instead: Mapping[int, str] = field(default_factory=dict)


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
    frame="┌┐└┘─│",
    frame_focus="┏┓┗┛━┃",
    rule="─",
)

_INSTEAD = str.maketrans({"…": "~", "–": "-", "·": "-", "×": "x"})

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
    frame="++++-|",
    frame_focus="++++=|",
    rule="-",
    instead=_INSTEAD,
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
    frame="      ",
    frame_focus="      ",
    rule=" ",
    instead=_INSTEAD,
)

_TONES: Mapping[str, Tone] = {
    "running": Tone.ACCENT,
    "waiting": Tone.DIM,
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
    return Sign(glyphs.statuses[status.value], status.value, _TONES[status.value])


def glyphs_for(environment: Mapping[str, str], *, plain: bool) -> Glyphs:
    """The set that the terminal can show: ASCII for `TERM=dumb` and for locales that are not UTF-8."""
    if plain:
        return PLAIN
    encoding = locale.getpreferredencoding(False).lower().replace("-", "")
    return ASCII if environment.get("TERM") == "dumb" or encoding != "utf8" else UNICODE
