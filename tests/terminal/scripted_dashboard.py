"""The dashboard on scripted slices, as a program: `r` fails inside, `--fail-at-start` fails before the first frame."""

from __future__ import annotations

import os
import sys

from crew_core.config.first_look import first_look
from crew_core.observe.slices import RunSlice, SliceName
from crew_core.ops.scopes import Scope
from crew_tui.opening import Opening
from crew_tui.running import run_dashboard
from tests.tui.builders import ROOT, a_busy_project
from tests.tui.dashboard import ScriptedSource


class Fragile(ScriptedSource):
    def start(self) -> None:
        if "--fail-at-start" in sys.argv:
            raise RuntimeError("cannot start")
        super().start()

    def refresh(self) -> None:
        raise RuntimeError("injected \x1b[31mfailure")


if __name__ == "__main__":
    project = a_busy_project()
    working = project[SliceName.RUN]
    assert isinstance(working, RunSlice)
    scope = Scope("acme-api", lambda: (ROOT,))
    wishes = first_look(os.environ)
    sys.exit(run_dashboard([scope], Opening(select=working.path, wishes=wishes), Fragile(project)))
