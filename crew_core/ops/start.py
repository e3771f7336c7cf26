"""Starting a run: it is durable before its coordinator is started."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import RunPlan
from crew_core.ops.control import launch_coordinator
from crew_core.ops.errors import OpsError
from crew_core.ops.planning import plan_run
from crew_core.ops.project import register, unregister
from crew_core.ops.request import StartRequest
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs, RealFs, ensure_directory, write_durable
from crew_core.store.identity import real_identities
from crew_core.store.layout import RunLayout
from crew_core.store.lock import is_free, require_locks
from crew_core.store.registry import RegisteredRun
from crew_core.store.snapshot import write_snapshot

#: How long the coordinator may take to take its lock; a loaded machine needs a second.
_COORDINATOR_S = 15.0


@dataclass(frozen=True, slots=True)
class StartedRun:
    run_id: str
    path: Path
    team: str
    workflow: str
    tasks: int
    notices: tuple[str, ...]


def start_run(request: StartRequest) -> StartedRun:
    """Write the run down, register it, start its coordinator and see it take its lock.

    :raises InputWrong: the request or a resource or settings file is wrong. :raises NotPermitted: the project is
        not trusted, or crews are too deep in crews. :raises OpsError: it could not be written or started.
    """
    planned = plan_run(request)
    if planned.refusals:
        raise planned.refusals[0]
    plan = planned.plan
    run_dir = _write(RealFs(), plan, planned.runs)
    _launch(run_dir)
    return StartedRun(
        run_id=plan.run_id,
        path=run_dir,
        team=plan.team,
        workflow=plan.workflow,
        tasks=len(plan.tasks),
        notices=planned.notices,
    )


def ourselves() -> ProcessIdentity:
    """The calling process, for ``tether``."""
    return real_identities().current()


def _write(fs: Fs, plan: RunPlan, root: Path) -> Path:
    """The run's directory, which appears whole and registered or not at all."""
    run_dir = root / plan.run_id
    new = root / f".{plan.run_id}.new"
    try:
        ensure_directory(fs, root)
        require_locks(root, fs)
        if not (root / ".gitignore").exists():
            write_durable(fs, root / ".gitignore", b"*\n")
        layout = RunLayout(new)
        for directory in (new, layout.commands_new, layout.commands_done, layout.attempts, layout.artifacts):
            ensure_directory(fs, directory)
        write_snapshot(fs, layout.plan, plan)
        fs.replace(new, run_dir)
        fs.fsync_dir(root)
        register(_registered(plan, run_dir), fs)
    except (OSError, StoreError) as error:
        _take_back(fs, new, run_dir)
        raise OpsError("run", f"not started, nothing runs: {error}") from error
    return run_dir


def _registered(plan: RunPlan, run_dir: Path) -> RegisteredRun:
    return RegisteredRun(
        run_id=plan.run_id,
        path=str(run_dir),
        team=plan.team,
        goal=plan.goal,
        created_at=plan.created_at,
        project=plan.project_root,
    )


def _take_back(fs: Fs, new: Path, run_dir: Path) -> None:
    """Nobody was told of the run. It goes out of sight in one piece, so that nobody sees half of it.

    What cannot be removed now is passed over: a registered run without its directory, or a name with a dot.
    """
    with suppress(OSError):
        fs.replace(run_dir, new)
    with suppress(OSError):
        unregister(run_dir.name, fs)
    for directory in (new, run_dir):
        shutil.rmtree(directory, ignore_errors=True)


def _launch(run_dir: Path) -> None:
    """What is shown next is true: a coordinator works on the run, or has already ended it."""
    layout = RunLayout(run_dir)
    try:
        launch_coordinator(run_dir)
    except OSError as error:
        raise OpsError(f"run {run_dir.name}", f"no coordinator could be started: {error}", _resume(run_dir)) from error
    deadline = time.monotonic() + _COORDINATOR_S
    while is_free(layout.lock) and not layout.manifest.exists():
        if time.monotonic() >= deadline:
            why = f"its coordinator did not start; see {layout.coordinator_log}"
            raise OpsError(f"run {run_dir.name}", why, _resume(run_dir))
        time.sleep(0.01)


def _resume(run_dir: Path) -> str:
    return f"try: crew-tui resume {run_dir.name}"
