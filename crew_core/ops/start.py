"""Starting a run: everything is decided and durable before its coordinator is."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crew_core.agents.registry import programs
from crew_core.config.layers import ConfigError, load
from crew_core.config.settings import Settings
from crew_core.config.trust import Trust
from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import Limits, RunPlan
from crew_core.ops.control import launch_coordinator
from crew_core.ops.errors import InputWrong, NotPermitted, OpsError
from crew_core.ops.project import project_of, refuse_links, register, unregister
from crew_core.ops.trusting import trust_store
from crew_core.resources.catalogue import Catalogue, Layer
from crew_core.resources.faults import ResourceError
from crew_core.resources.resolve import Resolved, resolve
from crew_core.resources.runnable import unrunnable
from crew_core.store.clock import SystemClock, iso
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs, RealFs, ensure_directory, write_durable
from crew_core.store.identity import real_identities
from crew_core.store.layout import RunLayout, config_home, runs_root
from crew_core.store.lock import is_free, require_locks
from crew_core.store.registry import RegisteredRun
from crew_core.store.snapshot import write_snapshot

#: The team of a run that names none (pi-crew's rule).
DEFAULT_TEAM = "default"

#: A goal becomes an environment variable, of which Linux takes 128 KiB.
LONGEST_GOAL_BYTES = 100_000

#: How long the coordinator may take to take its lock; a loaded machine needs a second.
_COORDINATOR_S = 15.0


@dataclass(frozen=True, slots=True)
class StartRequest:
    """``tether``: the run ends when this process does. None everywhere else: as configured."""

    goal: str
    cwd: Path
    team: str | None = None
    workflow: str | None = None
    max_minutes: float | None = None
    max_workers: int | None = None
    tether: ProcessIdentity | None = None


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
    _check(request)
    project = project_of(request.cwd)
    if project is not None:
        refuse_links(project)
    trust = trust_store().standing(project) if project else None
    resolved = _resolve(request, project, trust)
    settings, notices = _settings(project, trust)
    plan = _plan(request, resolved, settings, project)
    run_dir = _write(RealFs(), plan, runs_root(project))
    _launch(run_dir)
    return StartedRun(
        run_id=plan.run_id,
        path=run_dir,
        team=plan.team,
        workflow=plan.workflow,
        tasks=len(plan.tasks),
        notices=(*resolved.notices, *notices),
    )


def team_names(cwd: Path) -> list[str]:
    """Teams that a run in ``cwd`` could name."""
    return _catalogue(project_of(cwd)).team_names()


def ourselves() -> ProcessIdentity:
    """The calling process, for ``tether``."""
    return real_identities().current()


def _check(request: StartRequest) -> None:
    if not request.goal.strip():
        raise InputWrong("run", "the goal is empty", "say what the crew is to do")
    for what, text in (("the goal", request.goal), ("the directory", str(request.cwd.absolute()))):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InputWrong("run", f"{what} is not UTF-8") from error
    if "\0" in request.goal or len(request.goal.encode()) > LONGEST_GOAL_BYTES:
        raise InputWrong("run", f"the goal has a NUL or more than {LONGEST_GOAL_BYTES} bytes", "put it into a file")
    if request.max_minutes is not None and not 0 < request.max_minutes <= 525_600:
        raise InputWrong("run", f"--max-minutes is {request.max_minutes:g}", "it must be above 0, at most 525600")
    if request.max_workers is not None and not 1 <= request.max_workers <= 1024:
        raise InputWrong("run", f"--max-workers is {request.max_workers}", "it must be 1 to 1024")


def _catalogue(project: Path | None) -> Catalogue:
    return Catalogue(config_home(), project / ".crew" if project else None)


def _resolve(request: StartRequest, project: Path | None, trust: Trust | None) -> Resolved:
    try:
        resolved = resolve(_catalogue(project), request.team or DEFAULT_TEAM, request.workflow, request.cwd.resolve())
    except ResourceError as error:
        raise _wrong(error) from error
    if Layer.PROJECT in resolved.layers and trust is not None and not trust.holds:
        why = f"{trust.project} is {trust.standing}, and the run would use its {_named(trust.changes)}"
        raise NotPermitted("run", why, f"crew-tui trust {trust.project}")
    if faults := unrunnable(resolved, programs()):
        raise _wrong(ResourceError(faults))
    return resolved


def _wrong(error: ResourceError) -> InputWrong:
    more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
    return InputWrong("run", f"{error.faults[0]}{more}")


def _named(changes: tuple[str, ...]) -> str:
    """What of the project is not accepted yet: ``agents/new.md, teams/new.team.md and 3 more``."""
    names = [change.partition(" ")[2] for change in changes]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _settings(project: Path | None, trust: Trust | None) -> tuple[Settings, tuple[str, ...]]:
    try:
        loaded = load(config_home(), project / ".crew" if project else None, trusted=trust is None or trust.holds)
    except ConfigError as error:
        raise InputWrong("run", str(error)) from error
    return loaded.settings, loaded.notices


def _plan(request: StartRequest, resolved: Resolved, settings: Settings, project: Path | None) -> RunPlan:
    now = SystemClock().now()
    depth, max_depth, tether = _descent(os.environ, settings.limits.max_depth)
    return RunPlan(
        run_id=f"team_{now:%Y%m%d%H%M%S}_{secrets.token_hex(8)}",
        goal=request.goal,
        team=resolved.team.name,
        workflow=resolved.workflow.name,
        cwd=str(request.cwd.resolve()),
        created_at=iso(now),
        tasks=resolved.tasks,
        agents=resolved.agents,
        limits=_limits(request, resolved, settings),
        project_root=str(project) if project else None,
        tether=tether or request.tether,
        depth=depth,
        max_depth=max_depth,
        sources=resolved.sources,
    )


def _limits(request: StartRequest, resolved: Resolved, settings: Settings) -> Limits:
    """What is asked for on the command line counts; else the tightest of settings, team and workflow."""
    limits = settings.limits
    workers = min(limits.max_workers, resolved.workers or limits.max_workers)
    return Limits(
        max_workers=request.max_workers or workers,
        machine_workers=limits.machine_workers,
        writers_per_directory=limits.writers_per_directory,
        max_run_minutes=request.max_minutes or limits.max_run_minutes,
        inputs_bytes=limits.inputs_bytes,
        output_cap_bytes=limits.output_cap_bytes,
        role_workers=resolved.role_workers,
    )


def _descent(environment: Mapping[str, str], configured: int) -> tuple[int, int, ProcessIdentity | None]:
    """Depth, its limit, and the worker that a crew started by an agent is tied to.

    :raises NotPermitted: too deep, or who we are cannot be read.
    """
    try:
        depth = int(environment.get("CREW_DEPTH", "0"))
        max_depth = min(configured, int(environment.get("CREW_MAX_DEPTH", configured)))
        tether = ProcessIdentity.decode(environment["CREW_TETHER"]) if depth > 0 else None
        if depth < 0:
            raise ValueError(depth)
    except (KeyError, ValueError) as error:
        raise NotPermitted("run", "CREW_DEPTH, CREW_MAX_DEPTH or CREW_TETHER is not what a crew sets") from error
    if depth >= max_depth:
        raise NotPermitted("run", f"a crew at depth {depth} is too deep", f"limits.maxDepth is {max_depth}")
    return depth, max_depth, tether


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
