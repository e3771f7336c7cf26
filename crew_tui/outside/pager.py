"""A file in the person's pager, which has the terminal meanwhile."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App

from crew_tui.outside.away import away
from crew_tui.outside.editor import copied

#: Where the person has not said which: what `man` and `git` take.
_USUAL = "less"


def open_in_pager(app: App[Any], path: Path, *, environment: Mapping[str, str] = os.environ) -> str:
    """Show a copy of `path` in `PAGER`; returns what is to be told, if anything."""
    try:
        argv = shlex.split(environment.get("PAGER", "")) or [_USUAL]
        shown = copied(path)
    except ValueError as error:
        return f"PAGER cannot be read: {error}"
    except OSError as error:
        return f"{path} cannot be read: {error.strerror or error}"
    return away(app, [*argv, str(shown)])
