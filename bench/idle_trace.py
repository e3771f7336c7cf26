"""What an idle dashboard asks of the files of a finished run, as the kernel saw it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench.crew import make_run, place, start
from bench.measure import Judged, Measure
from bench.screen import DASHBOARD, Screen
from crew_core.store.layout import runs_root

_SECONDS = 60.0
_CALLS = "trace=open,openat,stat,lstat,newfstatat,statx,access,faccessat2,read,pread64,getdents64,readlink"


def idle_system_calls() -> list[Measure]:
    """Opens, stats and reads of files of the run within 60 s, counted by strace; nothing without strace.

    That the directory of all runs is looked at every few seconds is no reading of a run: hints may be lost.
    """
    if shutil.which("strace") is None:
        sys.stderr.write("strace is not installed: not counted\n")
        return []
    with place() as directory:
        project = directory / "project"
        layout = make_run(runs_root(project), {"t": "echo done"})
        start(layout).wait()
        with Screen((*DASHBOARD, "--root", str(project))) as screen:
            screen.until("quit")
            screen.settle(1.0)
            touched = _touched(screen, directory / "trace", layout.root)
            painted = float(len(screen.raw))
    note = f"{_SECONDS:g} s under strace"
    return [
        Measure("dashboard.idle_calls_on_run_files", (float(touched),), "", Judged.COUNT, note=note, at_most=0),
        Measure("dashboard.idle_bytes_in_a_minute", (painted,), "B", Judged.REPORT, note="the clock of the header"),
    ]


def _touched(screen: Screen, trace: Path, run_dir: Path) -> int:
    argv = ["strace", "-f", "-y", "-qq", "-o", str(trace), "-e", _CALLS, "-p", str(screen.process.pid)]
    screen.forget()
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as tracer:
        deadline = time.perf_counter() + _SECONDS
        while (left := deadline - time.perf_counter()) > 0:
            screen.take(left)
        tracer.terminate()
    return sum(str(run_dir) in line for line in trace.read_text(errors="replace").splitlines())
