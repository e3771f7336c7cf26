"""Dependencies as lines of box characters: from a task to the right, down, and with an arrow into what waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, split_graphemes

from crew_tui.lines import Piece, Tone
from crew_tui.panes.graph_layout import Layout
from crew_tui.panes.timeline_bars import joined

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_SHAPES = {
    _LEFT | _RIGHT: "─",
    _UP | _DOWN: "│",
    _LEFT | _DOWN: "┐",
    _UP | _RIGHT: "└",
    _UP | _DOWN | _RIGHT: "├",
    _UP | _DOWN | _LEFT: "┤",
    _UP | _LEFT | _RIGHT: "┴",
    # What comes from the left must not seem to lead down: it passes below, as where lines only cross.
    _UP | _DOWN | _LEFT | _RIGHT: "├",
}
_ARROW = "▶"

#: Cells before the first track of a channel and behind the last one, with the arrow.
_BEFORE, _BEHIND = 2, 2

#: Between two tracks, so that neighbours can be told apart.
_APART = 2


@dataclass(frozen=True, slots=True)
class Label:
    """What stands for a task: pieces of clean text."""

    pieces: tuple[Piece, ...]

    @property
    def cells(self) -> int:
        return sum(cell_len(text) for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Drawing:
    """`rows` in the order of the layout; `columns` where the label of each begins. `width` is that of the whole."""

    rows: tuple[tuple[Piece, ...], ...]
    columns: tuple[int, ...]
    width: int


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Tasks of one layer that the very same tasks wait for: one vertical line serves them all."""

    sources: tuple[int, ...]
    targets: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.sources[0]

    @property
    def last(self) -> int:
        return self.targets[-1]


def draw(layout: Layout, labels: Mapping[str, Label], highlighted: Sequence[str] = ()) -> Drawing:
    """Lines lead to the right and down. Where two cross, the vertical one passes over the other.

    :param highlighted: a chain whose lines are drawn in the accent.
    """
    channels = _channels(layout)
    starts, ends, width = _columns(layout, labels, channels)
    grid = _Grid(len(layout.order))
    rows = {name: row for row, name in enumerate(layout.order)}
    label_ends = [starts[layout.layer[name]] + labels[name].cells for name in layout.order]
    arrows = [starts[layout.layer[name]] - _BEHIND for name in layout.order]
    chain = {(rows[a], rows[b]) for a, b in pairwise(highlighted)}
    for layer, bundles in channels.items():
        for bundle, track in bundles:
            grid.join(bundle, ends[layer] + _BEFORE + track * _APART, label_ends, arrows, chain)
    columns = tuple(starts[layout.layer[name]] for name in layout.order)
    drawn = tuple(
        grid.row(row, labels[name], columns[row], is_target=bool(layout.after[name]))
        for row, name in enumerate(layout.order)
    )
    return Drawing(drawn, columns, width)


def _channels(layout: Layout) -> dict[int, list[tuple[_Bundle, int]]]:
    """For each layer the bundles that begin there, each with the number of its track from the left."""
    rows = {name: row for row, name in enumerate(layout.order)}
    targets: dict[str, list[int]] = {}
    for name in layout.order:
        for each in layout.after[name]:
            targets.setdefault(each, []).append(rows[name])
    same: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for name, wanted in targets.items():
        same.setdefault((layout.layer[name], tuple(sorted(wanted))), []).append(rows[name])
    bundles: dict[int, list[_Bundle]] = {}
    for (layer, ends), sources in same.items():
        bundles.setdefault(layer, []).append(_Bundle(tuple(sorted(sources)), ends))
    return {layer: _tracked(members) for layer, members in bundles.items()}


def _tracked(bundles: Sequence[_Bundle]) -> list[tuple[_Bundle, int]]:
    """Those that begin further down lie further left, where others reach across them least."""
    placed: list[tuple[_Bundle, int]] = []
    for bundle in sorted(bundles, key=lambda each: -each.first):
        beside = [track for other, track in placed if other.first <= bundle.last and bundle.first <= other.last]
        placed.append((bundle, max(beside, default=-1) + 1))
    return placed


def _columns(
    layout: Layout, labels: Mapping[str, Label], channels: Mapping[int, Sequence[tuple[_Bundle, int]]]
) -> tuple[list[int], list[int], int]:
    """Where the labels of each layer begin and end, and how wide it all is."""
    depth = max(layout.layer.values(), default=-1) + 1
    widest = [0] * depth
    for name in layout.order:
        widest[layout.layer[name]] = max(widest[layout.layer[name]], labels[name].cells)
    starts, ends, at = [], [], 0
    for layer in range(depth):
        starts.append(at)
        ends.append(at + widest[layer])
        tracks = max((track for _, track in channels.get(layer, ())), default=0)
        at = ends[-1] + _BEFORE + tracks * _APART + 1 + _BEHIND
    return starts, ends, ends[-1] if ends else 0


class _Grid:
    """Cells with the ways that lead out of them."""

    def __init__(self, rows: int) -> None:
        self._ways: list[dict[int, int]] = [{} for _ in range(rows)]
        #: Cells in which a vertical line passes over whatever else is there.
        self._over: list[set[int]] = [set() for _ in range(rows)]
        self._accent: list[set[int]] = [set() for _ in range(rows)]

    def join(
        self, bundle: _Bundle, x: int, label_ends: Sequence[int], arrows: Sequence[int], chain: set[tuple[int, int]]
    ) -> None:
        ends = {*bundle.sources, *bundle.targets}
        for row in range(bundle.first, bundle.last + 1):
            ways = (_UP if row > bundle.first else 0) | (_DOWN if row < bundle.last else 0)
            if row in ends:
                self._add(row, x, ways)
            else:
                self._add(row, x, 0)
                self._over[row].add(x)
        for source in bundle.sources:
            self._across(source, label_ends[source] + 1, x)
        for target in bundle.targets:
            self._across(target, x, arrows[target])
        for source, target in chain:
            if source in bundle.sources and target in bundle.targets:
                self._highlight(source, target, x, label_ends[source] + 1, arrows[target])

    def _add(self, row: int, x: int, ways: int) -> None:
        self._ways[row][x] = self._ways[row].get(x, 0) | ways

    def _across(self, row: int, start: int, end: int) -> None:
        """From `start` to `end`, which are joints or open ends."""
        for x in range(start, end + 1):
            self._add(row, x, (_LEFT if x > start else 0) | (_RIGHT if x < end else 0))

    def _highlight(self, source: int, target: int, x: int, start: int, arrow: int) -> None:
        self._accent[source].update(range(start, x + 1))
        for row in range(source, target + 1):
            self._accent[row].add(x)
        self._accent[target].update(range(x, arrow + 1))

    def row(self, row: int, label: Label, column: int, *, is_target: bool) -> tuple[Piece, ...]:
        ways, over, accent = self._ways[row], self._over[row], self._accent[row]

        def cell(x: int) -> Piece:
            tone = Tone.ACCENT if x in accent else Tone.DIM
            if x in over:
                return "│", tone
            if x not in ways:
                return " ", tone
            if is_target and x == column - _BEHIND:
                return _ARROW, tone
            return _SHAPES.get(ways[x], "─"), tone

        last = max(ways, default=-1)
        end = column + label.cells
        left = [cell(x) for x in range(column)]
        right = [cell(x) for x in range(end, last + 1)]
        return (*joined(left), *label.pieces, *joined(right))


def cropped(pieces: Sequence[Piece], first: int, width: int) -> Iterator[Piece]:
    """The cells from `first` on, `width` of them; half of a wide character at an edge is a blank."""
    at = 0
    for text, tone in pieces:
        cells = cell_len(text)
        if at + cells > first and at < first + width:
            yield _cut_out(text, max(0, first - at), min(cells, first + width - at)), tone
        at += cells


def _cut_out(text: str, start: int, end: int) -> str:
    if text.isascii() or len(text) == cell_len(text):
        return text[start:end]
    kept, at = "", 0
    for begin, stop, cells in split_graphemes(text)[0]:
        inside = max(0, min(end, at + cells) - max(start, at))
        kept += text[begin:stop] if inside == cells else " " * inside
        at += cells
    return kept
