"""A shell in the directory of a task or of a run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App

from crew_tui.outside.away import away
from crew_tui.text import clean

#: Where `SHELL` says nothing, or names what is not there.
_FALLBACK = "/bin/sh"

#: Says in the shell which run one came from: `crew-tui status $CREW_RUN`. Not CREW_RUN_ID: who has that in the
#: environment is taken for a worker of the run.
RUN = "CREW_RUN"


def open_shell(app: App[Any], directory: Path, run_id: str, *, environment: Mapping[str, str] = os.environ) -> str:
    """Give the terminal to a shell in `directory` until it ends; returns what is to be told, if anything.

    Its environment is the person's, and `CREW_RUN`.
    """
    if not directory.is_dir():
        return f"{directory} is not there any more"
    says = f"crew-tui: a shell in {clean(str(directory))}; exit or Ctrl-D goes back to the dashboard"
    return away(app, [shell_of(environment)], cwd=directory, environment={**environment, RUN: run_id}, says=says)


def shell_of(environment: Mapping[str, str]) -> str:
    """The person's shell if it can be run, else the one that is everywhere."""
    named = environment.get("SHELL", "")
    return named if named and shutil.which(named) else _FALLBACK
