"""Reading that a screen waits for, done aside in a thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from crew_core.observe.text_book import why_not
from crew_core.ops.errors import OpsError

T = TypeVar("T")

RunSoon = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Failed:
    """`why` is a sentence for a person; `path`: what could not be read, where that is known."""

    why: str
    path: Path | None = None


def read_aside(read: Callable[[], T], take: Callable[[T | Failed], None], run_soon: RunSoon) -> None:
    """Call `read` in a thread, and `take` on the loop with what came of it."""

    def work() -> None:
        try:
            result: T | Failed = read()
        except OSError as error:
            result = Failed(why_not(error), Path(os.fsdecode(error.filename)) if error.filename else None)
        except OpsError as error:
            result = Failed(str(error))
        except Exception as error:
            from crew_tui import crash

            result = Failed(f"{type(error).__name__}: {error}; {crash.record(error)}")
        run_soon(partial(take, result))

    threading.Thread(target=work, name="aside", daemon=True).start()
