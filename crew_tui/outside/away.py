"""Leaving the terminal to another program, and coming back to the screen as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

#: A key that the person means for the other program reaches us as a signal as well, as long as it shares our group.
_THEIRS = (signal.SIGINT, signal.SIGQUIT)


def away(
    app: App[Any],
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    says: str = "",
) -> str:
    """Run `argv` on the terminal until it ends; the dashboard paints nothing and reads no keys meanwhile.

    To be called on the loop, which waits as well: what is read meanwhile is shown afterwards. Runs do not
    depend on it.

    :param says: a line for the person, above what the program writes.
    :returns: why it could not be run; empty if it was, whatever came of it.
    """
    why = ""
    try:
        with app.suspend(), _not_for_us():
            if says:
                sys.stderr.write(f"{says}\n")
                sys.stderr.flush()
            # An error that left this block would leave the terminal to nobody.
            try:
                subprocess.run(argv, cwd=cwd, env=environment, check=False)
            except OSError as error:
                why = f"{argv[0]} cannot be run: {error.strerror or error}"
    except SuspendNotSupported:
        why = "this terminal cannot be left to another program"
    return why


@contextmanager
def _not_for_us() -> Iterator[None]:
    """A handler, and not SIG_IGN, which the other program would inherit."""
    before = {number: signal.signal(number, lambda *_: None) for number in _THEIRS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
