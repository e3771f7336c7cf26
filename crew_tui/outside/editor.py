"""A file in the person's editor: `VISUAL`, else `EDITOR`."""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import stat
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from textual.app import App

from crew_tui.outside.away import away

NO_EDITOR = "no editor is set: put VISUAL or EDITOR into your environment, as in export EDITOR=nano"

#: Editors that take `+LINE` before the file, by the name of their program.
_PLUS = frozenset(
    {"vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "joe", "jed", "mg", "ne", "kak"}
)
#: Those that take `FILE:LINE`.
_COLON = frozenset({"hx", "helix", "subl", "zed"})
#: Those that want to be told, and to be told to wait.
_GOTO = frozenset({"code", "codium", "cursor"})


def open_in_editor(
    app: App[Any],
    path: Path,
    line: int | None = None,
    *,
    own: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> str:
    """Show `path` in the editor, at `line` (from 1) if that is known; returns what is to be told, if anything.

    A file of a run is shown as a copy that is gone with the dashboard: nothing done in an editor changes a run.

    :param own: a file of the person's, such as a workflow, that is to be changed in its place.
    """
    try:
        argv = editor_of(environment)
        if not argv:
            return NO_EDITOR
        shown = path if own else _copied(path)
    except ValueError as error:
        return f"VISUAL or EDITOR cannot be read: {error}"
    except OSError as error:
        return f"{path} cannot be read: {error.strerror or error}"
    return away(app, [*argv, *at_line(argv, shown, line)])


def editor_of(environment: Mapping[str, str]) -> list[str]:
    """Its command line; empty when none is set. :raises ValueError: a quotation in it does not end."""
    return shlex.split(environment.get("VISUAL", "").strip() or environment.get("EDITOR", ""))


def at_line(argv: list[str], path: Path, line: int | None) -> list[str]:
    """The arguments that open `path`, at `line` where the editor is known to understand that."""
    name = Path(argv[0]).name
    if name in _GOTO:
        wait = [] if "--wait" in argv or "-w" in argv else ["--wait"]
        return [*wait, "--goto", f"{path}:{line}"] if line else [*wait, str(path)]
    if line and name in _PLUS:
        return [f"+{line}", str(path)]
    if line and name in _COLON:
        return [f"{path}:{line}"]
    return [str(path)]


def _copied(path: Path) -> Path:
    """A copy that cannot be written, under the same name. :raises OSError: the file is none, or cannot be read."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "is no regular file")
    copy = Path(tempfile.mkdtemp(dir=_copies())) / path.name
    shutil.copyfile(path, copy)
    copy.chmod(0o400)
    return copy


@cache
def _copies() -> Path:
    """Where copies are until the program ends: an editor with windows of its own may read one later."""
    made = Path(tempfile.mkdtemp(prefix="crew-tui-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
