"""Whether processes can be named, adopted and ended for sure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from crew_core.ops.checkup.finding import Finding, fail, ok, warn
from crew_core.store.identity import real_identities
from crew_core.worker.cgroup import delegated

#: Becoming a subreaper cannot be undone, so it is tried in a process of its own.
_SUBREAPER = "import sys; from crew_core.store.subreaper import become_subreaper; sys.exit(not become_subreaper())"
_PATIENCE_S = 20.0


def findings() -> Iterator[Finding]:
    yield _identity()
    yield _subreaper()
    yield _cgroup()
    if sys.platform == "linux":
        yield _pidfd()


def _identity() -> Finding:
    try:
        us = real_identities().current()
    except (OSError, RuntimeError) as error:
        return fail("identity", f"our own process cannot be named: {error}", "mount /proc for this pid namespace")
    if us.pid_namespace == "unknown":
        why = "the pid namespace cannot be read: workers of another container could be taken for ours"
        return warn("identity", why, "let this container read /proc/self/ns")
    return ok("identity", f"pid {us.pid}, started at tick {us.start_ticks}, boot {us.boot_id[:8]}")


def _subreaper() -> Finding:
    if sys.platform != "linux":
        why = "this system has none: a process that forks twice can leave its worker's tree"
        return warn("subreaper", why, "nothing can be done here; on Linux there is one")
    # -P: no module of the directory that we are in is imported.
    command = [sys.executable, "-P", "-c", _SUBREAPER]
    try:
        done = subprocess.run(command, timeout=_PATIENCE_S, check=False, capture_output=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        return fail("subreaper", f"no process can be started: {error}", "free processes or memory (ulimit -u)")
    if done.returncode != 0:
        why = "refused: a process that forks twice can leave its worker's tree"
        return warn("subreaper", why, "allow prctl(PR_SET_CHILD_SUBREAPER) in this sandbox")
    return ok("subreaper", "orphaned processes come back to their supervisor")


def _cgroup() -> Finding:
    made = delegated(f"doctor:{os.getpid()}") if sys.platform == "linux" else None
    if made is None:
        why = "none is delegated: what clears its environment and leaves its session outlives a killed supervisor"
        remedy = "start under: systemd-run --user --scope -p Delegate=yes" if sys.platform == "linux" else "Linux only"
        return warn("cgroup", why, remedy)
    killable = (made.path / "cgroup.kill").exists()
    made.remove()
    if not killable:
        return warn("cgroup", "delegated, but cannot be killed as a whole", "use a kernel of 5.14 or newer")
    return ok("cgroup", f"workers get one of their own in {made.path.parent}")


def _pidfd() -> Finding:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        why = f"no pidfds ({error.strerror}): a signal may meet a new process of an old number"
        return warn("signals", why, "use a kernel of 5.3 or newer, or allow pidfd_open in this sandbox")
    if not Path("/proc/1/stat").exists():
        return warn("signals", "processes of others are hidden", "mount /proc without hidepid to see who holds what")
    return ok("signals", "reach exactly the process that is meant")
