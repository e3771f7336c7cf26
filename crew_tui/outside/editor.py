"""A file in the person's editor, which has the terminal meanwhile."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from textual.app import App

from crew_tui.outside.away import away
from crew_tui.outside.editor_command import editor_of

NO_EDITOR = "no editor is set: put VISUAL or EDITOR into your environment, as in export EDITOR=nano"


def open_in_editor(app: App[Any], path: Path, *, own: bool = False, environment: Mapping[str, str] = os.environ) -> str:
    """Show `path` in the editor; returns what is to be told, if anything.

    A file of a run is shown as a copy that is gone with the dashboard: nothing done in an editor changes a run.

    :param own: a file of the person's, such as a workflow, that is to be changed in its place.
    """
    try:
        argv = editor_of(environment)
        if not argv:
            return NO_EDITOR
        shown = path if own else copied(path)
    except ValueError as error:
        return f"VISUAL or EDITOR cannot be read: {error}"
    except OSError as error:
        return f"{path} cannot be read: {error.strerror or error}"
    return away(app, [*argv, str(shown)])


def copied(path: Path) -> Path:
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
