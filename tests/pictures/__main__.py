"""`python -m tests.pictures`: the SVGs and the sheet beside the snapshots; with `--sheet FILE`, a sheet of your choice.

`python -m tests.pictures --sheet look.png --theme crew-light --size 120x40 --screen agents --screen runs`
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from crew_tui.theme_tables import OWN
from tests.pictures.gallery import PICTURED, contacts, write
from tests.pictures.sheet import sheet


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


def main() -> None:
    asking = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    asking.add_argument("--sheet", type=Path, help="write this PNG and nothing else")
    asking.add_argument("--screen", action="append", choices=PICTURED)
    asking.add_argument("--theme", action="append", choices=OWN)
    asking.add_argument("--size", action="append", type=_size, help="such as 80x24")
    asking.add_argument("--across", type=int, default=3, help="pictures in a row")
    asking.add_argument("--font", type=int, default=10, help="pixels of the font; 10 is the smallest that can be read")
    asked = asking.parse_args()
    if asked.sheet is None:
        for path in asyncio.run(write()):
            print(path)
        return
    wanted = {"screens": asked.screen, "themes": asked.theme, "sizes": asked.size}
    pictures = asyncio.run(contacts(**{name: each for name, each in wanted.items() if each}))
    sheet(pictures, across=asked.across, size=asked.font).save(asked.sheet)
    print(asked.sheet)


if __name__ == "__main__":
    main()
