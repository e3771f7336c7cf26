"""The dashboard with a clock at its frames: ``bench.timed_app FILE ARGUMENTS…`` writes their milliseconds to FILE."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from textual.screen import Screen

from crew_tui.cli.main import main


def timed(file: Path) -> list[float]:
    """From now on, how long each frame takes to be composed and written."""
    frames: list[float] = []
    refresh = Screen._compositor_refresh

    def measured(screen: Screen[object]) -> None:
        began = time.perf_counter()
        refresh(screen)
        frames.append((time.perf_counter() - began) * 1000)
        if len(frames) % 20 == 0:
            partly = file.with_suffix(".new")
            partly.write_text("\n".join(map(str, frames)))
            partly.replace(file)

    Screen._compositor_refresh = measured  # type: ignore[method-assign,assignment]
    return frames


if __name__ == "__main__":
    timed(Path(sys.argv[1]))
    sys.argv = ["crew-tui", *sys.argv[2:]]
    sys.exit(main())
