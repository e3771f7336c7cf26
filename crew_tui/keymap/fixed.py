"""Keys that are the same for everybody: those of questions, lists and lines to type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fixed:
    """Some keys and what they do, as text."""

    keys: str
    says: str


@dataclass(frozen=True, slots=True)
class FixedKeys:
    """Those of one kind of screen."""

    place: str
    keys: tuple[Fixed, ...]


FIXED: tuple[FixedKeys, ...] = (
    FixedKeys(
        "Lists to choose from",
        (
            Fixed("letters", "narrow the list"),
            Fixed("↑ ↓ PgUp PgDn", "move; Ctrl-P and Ctrl-N do as well"),
            Fixed("Enter", "choose"),
            Fixed("Esc", "choose nothing"),
        ),
    ),
    FixedKeys(
        "Lines to type",
        (
            Fixed("Enter", "keep it"),
            Fixed("Tab Shift-Tab", "the next suggestion, the one before"),
            Fixed("↑ ↓", "lines typed earlier"),
            Fixed("Ctrl-A Ctrl-E", "to the beginning, to the end"),
            Fixed("Ctrl-← Ctrl-→", "one word back, one word on"),
            Fixed("Ctrl-W Ctrl-U Ctrl-K", "delete the word, all before, all behind"),
            Fixed("Esc", "as it was before"),
        ),
    ),
    FixedKeys(
        "New run",
        (
            Fixed("Tab ↓ Shift-Tab ↑", "next field, field before"),
            Fixed("Enter", "next field; on the last one start"),
            Fixed("Ctrl-J", "another line in the goal"),
            Fixed("Ctrl-L", "choose from what there is"),
            Fixed("PgUp PgDn", "move the preview"),
            Fixed("Ctrl-S", "start the run"),
            Fixed("Esc", "not now"),
        ),
    ),
    FixedKeys("Questions", (Fixed("y", "do it"), Fixed("n Esc Enter q", "do not"))),
    FixedKeys(
        "Everywhere",
        (
            Fixed("Ctrl-Q", "leave the dashboard; runs go on"),
            Fixed("Ctrl-C", "the same when pressed again within 2 s; the first one only says so"),
            Fixed("Ctrl-Z", "back to the shell; fg there comes back here"),
        ),
    ),
)
