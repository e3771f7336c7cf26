"""Read-only: whatever one looks at and presses, nothing is written below what is only to be watched."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.hostile import SAMPLE, watch_frames
from tests.acceptance.stage import over, playing
from tests.acceptance.walk import visit_everything
from tests.acceptance.written_runs import completed, failed, interrupted
from tests.observe.picrew import written
from tests.observe.picrew.corpus import CORPUS, needs_corpus, tree_hash
from tests.observe.picrew.test_damage import FOLDERS
from tests.terminal.pty_session import PtySession

PROGRAM = Path(sys.executable).with_name("crew-tui")

#: What a visit cannot do without; the places that a run has nothing for are not counted.
EVERYWHERE = {"runs", "agents", "progress", "mail", "output", "health", "plan", "graph", "status", "resources", "help"}

#: Of what JSON can hold.
HOSTILE = SAMPLE.encode(errors="ignore").decode()

#: System calls that change something on disk; of `open` only those that may write are left in.
_WRITING = (
    "openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat"
)
_ATTRIBUTES = "truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,utime,utimensat,futimesat,fallocate"
_OPENED_TO_WRITE = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")


def own_project(path: Path) -> Path:
    root = path / ".crew" / "runs"
    for write in (failed, interrupted, completed):
        write(root, says=HOSTILE)
    return path


WRITERS: dict[str, Callable[[Path], object]] = {
    "ours": own_project,
    "pi-crew's plan": written.planned,
    "pi-crew's": written.completed,
    "pi-crew's dead one": written.orphaned,
}
MORE = ("pi-crew's", "pi-crew's dead one")


# One walk through every place, which takes its time on a machine that others use too.
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "name", ["ours", "pi-crew's plan", *(pytest.param(name, marks=pytest.mark.torture) for name in MORE)]
)
async def test_visiting_every_place_writes_nothing_and_paints_nothing_raw(name: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    WRITERS[name](project)
    before = tree_hash(project)
    async with playing(over(project, start_in=project), (80, 24)) as stage:
        await stage.sees("01_")
        found = watch_frames(stage)
        visited = await visit_everything(stage)
        assert found == []
        assert set(visited) >= EVERYWHERE
        assert "new run" not in visited
    assert tree_hash(project) == before


@pytest.mark.torture
@pytest.mark.corpus
@needs_corpus
@pytest.mark.parametrize("name", FOLDERS)
async def test_visiting_a_real_run_writes_nothing(name: str, tmp_path: Path) -> None:
    project = shutil.copytree(CORPUS / name, tmp_path / name, symlinks=True)
    before = tree_hash(project)
    async with playing(over(project, start_in=tmp_path), (80, 24)) as stage:
        found = watch_frames(stage)
        await visit_everything(stage, patience_s=0.3)
        assert found == []
    assert tree_hash(project) == before


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")
def test_the_system_is_asked_to_write_nothing_there(tmp_path: Path) -> None:
    """Also nothing that is taken back later, and nothing from a process that the program starts."""
    ours, theirs, log = own_project(tmp_path / "ours"), tmp_path / "theirs", tmp_path / "calls"
    written.planned(theirs)
    before = tree_hash(ours), tree_hash(theirs)
    kept = ("HOME", "PATH", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "CREW_TEST_ID")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8"}
    calls = f"trace={_WRITING},{_ATTRIBUTES}"
    argv = [
        "strace",
        "-f",
        "-q",
        "-s",
        "4096",
        "-e",
        calls,
        "-o",
        str(log),
        str(PROGRAM),
        "monitor",
        str(ours),
        str(theirs),
    ]
    with PtySession(argv, environment, (120, 40)) as terminal:
        terminal.wait_for("runs 4")
        for _ in range(2):
            for keys, words in (
                ("1", "1 Agents"),
                *((tab, f"[{tab} ") for tab in "234578"),
                ("s", "status of run"),
                ("a", "artifacts"),
                ("i", "runId"),
                ("T", "default"),
                ("?", "Esc close"),
            ):
                terminal.press(keys)
                terminal.wait_for(words)
                if not keys.isdigit():
                    terminal.press("\x1b")
                    terminal.wait_without(words)
            terminal.press("\x1bj")
        terminal.press("q")
        assert terminal.exit_status() == 0
    assert (tree_hash(ours), tree_hash(theirs)) == before
    below = [line for line in log.read_text(errors="replace").splitlines() if str(ours) in line or str(theirs) in line]
    assert below, "nothing was seen of what it read"
    assert [line for line in below if "open" not in line.split("(")[0] or _OPENED_TO_WRITE.search(line)] == []
