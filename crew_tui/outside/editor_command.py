"""The person's editor as a command line: `VISUAL`, else `EDITOR`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

#: Those that have to be told to wait until the file is closed, by the name of their program.
_AT_ONCE_BACK = frozenset({"code", "codium", "cursor"})


def editor_of(environment: Mapping[str, str]) -> list[str]:
    """What opens a file that is named behind it, and ends when the person is done; empty when no editor is set.

    :raises ValueError: a quotation in it does not end.
    """
    argv = shlex.split(environment.get("VISUAL", "").strip() or environment.get("EDITOR", ""))
    waits = not argv or Path(argv[0]).name not in _AT_ONCE_BACK or "--wait" in argv or "-w" in argv
    return argv if waits else [*argv, "--wait"]
