"""The dashboard on scripted slices, as a program: `r` fails inside, `--fail-at-start` fails before the first frame."""

from __future__ import annotations

import sys

from crew_core.observe.slices import RunSlice, SliceName
from crew_tui.app import run_dashboard
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
    sys.exit(run_dashboard([ROOT], select=working.path, make_source=Fragile(project), plain="--plain" in sys.argv))
