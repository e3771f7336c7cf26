"""When the dashboard itself fails: the details go to a file, one line goes to the person."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from crew_tui.text import clean


def log_path() -> Path:
    """`$XDG_STATE_HOME/crew-tui/dashboard.log`."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "crew-tui" / "dashboard.log"


def record(error: BaseException) -> str:
    """Append the traceback to the log; returns where to look, or why there is nothing to look at."""
    path = log_path()
    told = "".join(traceback.format_exception(error))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{datetime.now(UTC).isoformat()}\n{told}\n")
    except OSError as unwritable:
        return f"and {path} cannot be written: {clean(str(unwritable))}"
    return f"details in {path}"


def one_line(error: BaseException, where: str) -> str:
    """As every error of the command line: what, why, what to do."""
    why = clean(str(error)) or "no reason given"
    return f"crew-tui: the dashboard failed: {type(error).__name__}: {why}; {where}; runs go on"
