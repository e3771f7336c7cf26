"""What an adapter costs where it is not used: no module of it is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from bench.crew import open_runs, place
from bench.measure import Judged, Measure
from bench.screen import DASHBOARD, Screen
from crew_core import agents
from crew_core.agents.registry import programs
from crew_core.model.plan import ProgramSettings
from tests.worker.real_attempt import RealAttempt

_PACKAGE = agents.__name__
_SUPERVISOR = str(Path(agents.__file__).parents[1] / "worker" / "__main__.py")
_ARGV = (sys.executable, "-m", "bench.imported")


def unused_adapters() -> Iterator[Measure]:
    """Modules of adapters that the program does not need, as it starts for real."""
    with place() as directory:
        # Its one run is of the program shell.
        project = open_runs(directory, 1)
        listed = directory / "listed"
        environment = {**os.environ, **_noted(DASHBOARD[0], listed)}
        argv = (*_ARGV, "list", "--root", str(project))
        subprocess.run(argv, env=environment, check=True, stdout=subprocess.DEVNULL)
        yield _measure("list", listed, used=())
        shown = directory / "shown"
        with Screen((*_ARGV, "--root", str(project)), environment=_noted(DASHBOARD[0], shown)) as screen:
            screen.until("follow me")
            screen.until("quit")
            screen.settle()
        yield _measure("dashboard", shown, used=("shell",))
        supervised = directory / "supervised"
        # Claude Code's place is taken by a program that says nothing: its adapter is asked all the same.
        attempt = RealAttempt.make(directory, "", program="claude", settings=ProgramSettings(command=("true",)))
        attempt.module, attempt.environment = "bench.imported", _noted(_SUPERVISOR, supervised)
        attempt.finish()
        yield _measure("supervisor", supervised, used=("claude",))


def _noted(program: str, file: Path) -> dict[str, str]:
    return {"BENCH_STARTS": program, "BENCH_IMPORTED": str(file)}


def _measure(start: str, file: Path, used: Collection[str]) -> Measure:
    imported = {name.removeprefix(f"{_PACKAGE}.") for name in file.read_text().split() if name.startswith(_PACKAGE)}
    assert start != "supervisor" or imported.issuperset(used), "what is used was not seen either"
    unused = [name for name in imported if name.partition(".")[0] in _adapters() - set(used)]
    name = f"{start}.unused_adapter_modules"
    return Measure(name, (float(len(unused)),), "", Judged.COUNT, note=" ".join(sorted(unused)), at_most=0)


def _adapters() -> set[str]:
    """Each program's module, and the packages of programs and of protocols."""
    (root,) = agents.__path__
    return {*programs(), *(path.parent.name for path in Path(root).glob("*/__init__.py"))}
