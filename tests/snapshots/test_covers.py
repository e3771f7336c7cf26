"""The screens that cover the main one, and the states of their panes: text and styles, at four sizes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.snapshots.covering import opened
from tests.snapshots.covers import COVER_STATES, COVERS
from tests.snapshots.goldens import SIZES, compare, size_name
from tests.snapshots.matches import MATCHES, matches_listed
from tests.tui.grid import styled_grid


def _marks(size: tuple[int, int], *sampled: tuple[int, int]) -> tuple[pytest.MarkDecorator, ...]:
    """The sizes that are not sampled are torture's."""
    return () if size in sampled else (pytest.mark.torture,)


def _at_each_size(covers: Iterable[str], *sampled: tuple[int, int]) -> list[object]:
    return [
        pytest.param(name, size, id=f"{name}-{size_name(size)}", marks=_marks(size, *sampled))
        for name in covers
        for size in SIZES
    ]


@pytest.mark.parametrize(
    ("name", "size"), [*_at_each_size(COVERS, (80, 24), (120, 40)), *_at_each_size(COVER_STATES, (80, 24))]
)
async def test_the_screen_over_the_main_one_looks_as_it_did(name: str, size: tuple[int, int], look: None) -> None:
    async with opened({**COVERS, **COVER_STATES}[name], size) as app:
        compare(f"{name}-{size_name(size)}.txt", styled_grid(app.screen))


@pytest.mark.parametrize(
    "size", [pytest.param(each, marks=_marks(each, (80, 24), (120, 40))) for each in SIZES], ids=size_name
)
async def test_the_list_of_matches_looks_as_it_did(size: tuple[int, int], look: None) -> None:
    async with matches_listed(size) as app:
        compare(f"{MATCHES}-{size_name(size)}.txt", styled_grid(app.screen))
