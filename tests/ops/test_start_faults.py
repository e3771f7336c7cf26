"""A run appears whole and registered, or not at all, whatever the disk refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from crew_core.ops.errors import OpsError
from crew_core.ops.project import registered_runs, unregister
from crew_core.ops.start import _write
from crew_core.store.fs import Fs
from crew_core.store.layout import runs_root
from tests.engine.run_builders import plan, task
from tests.seams.faulty_fs import Effect, Fault, FaultyFs, Kind
from tests.seams.unsynced_fs import UnsyncedFs

PLAN = plan(task("a"))


def _written(fs: Fs, project: Path) -> Path:
    return _write(fs, PLAN, runs_root(project))


def _operations(project: Path) -> list[tuple[Kind, str]]:
    fs = FaultyFs(UnsyncedFs())
    _written(fs, project)
    return fs.operations


def test_a_run_is_durable_before_it_is_told(tmp_path: Path) -> None:
    done = [(kind, Path(path).name) for kind, path in _operations(tmp_path / "p")]
    appears = done.index((Kind.REPLACE, PLAN.run_id))
    assert done.index((Kind.REPLACE, "workflow.json")) < appears
    assert done[appears + 1] == (Kind.FSYNC, "runs")
    assert done.index((Kind.REPLACE, f"{PLAN.run_id}.json")) > appears
    assert [run.run_id for run in registered_runs()] == [PLAN.run_id]


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_refuses_leaves_no_run(tmp_path: Path, number: int, lasting: bool) -> None:
    _operations(tmp_path / "first")
    operations = _operations(tmp_path / "counted")
    unregister(PLAN.run_id)
    for at in range(1, len(operations) + 1):
        project = tmp_path / f"p{at}"
        fs = FaultyFs(UnsyncedFs(), [Fault(at=at, errno=number, lasting=lasting)])
        with pytest.raises(OpsError, match=os.strerror(number)):
            _written(fs, project)
        root = runs_root(project)
        left = os.listdir(root) if root.exists() else []
        assert [name for name in left if PLAN.run_id in name] == [], operations[at - 1]
        assert fs.open_descriptors == set()
        assert lasting or registered_runs() == []


def test_a_short_write_leaves_no_run(tmp_path: Path) -> None:
    fs = FaultyFs(UnsyncedFs(), [Fault(Effect.SHORT, path="*workflow.json*", kind=Kind.WRITE, errno=errno.ENOSPC)])
    with pytest.raises(OpsError, match="nothing runs"):
        _written(fs, tmp_path)
    assert os.listdir(runs_root(tmp_path)) == [".gitignore"]


@pytest.mark.parametrize("kind", [Kind.MKDIR, Kind.CREATE, Kind.REPLACE])
def test_a_registry_that_refuses_takes_the_run_back(tmp_path: Path, kind: Kind) -> None:
    fs = FaultyFs(UnsyncedFs(), [Fault(path="*/state/crew-tui/runs*", kind=kind, errno=errno.EACCES)])
    with pytest.raises(OpsError, match="Permission denied"):
        _written(fs, tmp_path)
    assert os.listdir(runs_root(tmp_path)) == [".gitignore"]
    assert registered_runs() == []
