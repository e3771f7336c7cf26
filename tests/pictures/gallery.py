"""Which pictures are made of which screens, and where they go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crew_tui.theme_tables import DARK, OWN
from tests.pictures.cells import Picture
from tests.pictures.sheet import sheet
from tests.pictures.svg import svg
from tests.pictures.taking import taken, taken_of_cover
from tests.snapshots.cases import SCREENS
from tests.snapshots.covers import COVERS
from tests.snapshots.matches import MATCHES

FOLDER = Path(__file__).parents[2] / "snapshots"
SHEET = "contact-sheet.png"

#: What every theme is seen on: most kinds of text, and a box over them.
OF_THEMES = ("agents", "confirm")

#: Pictures for the documentation; the sizes that people mostly have.
_LARGE, _SMALL = (120, 40), (80, 24)


#: All that pictures are made of: screens of the dashboard, and those that cover the main one.
PICTURED = (*SCREENS, *(name for name in COVERS if name != "event"), MATCHES)

#: Each screen in the dark theme, and two of them in all others: what the documentation shows.
LOOKS = {
    **{f"{name}-dark": (name, DARK) for name in PICTURED},
    **{f"{name}-{theme.removeprefix('crew-')}": (name, theme) for theme in OWN for name in OF_THEMES},
}


async def looks() -> dict[str, Picture]:
    """A picture for each of `LOOKS`."""
    return {look: await _of(name, _LARGE, theme) for look, (name, theme) in LOOKS.items()}


async def contacts(
    screens: Sequence[str] = PICTURED,
    themes: Sequence[str] = OWN,
    sizes: Sequence[tuple[int, int]] = (_SMALL, _LARGE),
) -> dict[str, Picture]:
    """Screens by themes and sizes, under what they are called on a sheet."""
    return {
        f"{name} · {theme} · {width}x{height}": await _of(name, (width, height), theme)
        for width, height in sizes
        for theme in themes
        for name in screens
    }


async def write(folder: Path = FOLDER) -> list[Path]:
    """One SVG for each look, in `svg/`, and a sheet of them all; returns what was written."""
    (folder / "svg").mkdir(parents=True, exist_ok=True)
    pictures = await looks()
    made = []
    for name, shown in pictures.items():
        made.append(folder / "svg" / f"{name}.svg")
        made[-1].write_text(svg(shown, f"crew-tui, {name}"), encoding="utf-8")
    small = await contacts(sizes=(_SMALL,), themes=(DARK,))
    others = await contacts(OF_THEMES, [theme for theme in OWN if theme != DARK], (_SMALL,))
    made.append(folder / SHEET)
    sheet({**small, **others}, across=4).save(made[-1], optimize=True)
    return made


async def _of(name: str, size: tuple[int, int], theme: str) -> Picture:
    case = SCREENS.get(name)
    if case is None:
        return await taken_of_cover(name, size, theme)
    return await taken(case.slices, case.keys, size=size, theme=theme, shows=case.shows)
