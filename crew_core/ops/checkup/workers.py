"""What works now and what was left behind: slots, locks, runs without a coordinator, workers without either."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from crew_core.model.attempt import Claim, ClaimKind, WorkerStatus
from crew_core.model.identity import ProcessIdentity
from crew_core.observe.run_row import row_of
from crew_core.observe.slices import Liveness, RunRow
from crew_core.ops.checkup.finding import Finding, ok, warn
from crew_core.ops.forcing import living_supervisors
from crew_core.store.errors import StoreError
from crew_core.store.identity import Identities
from crew_core.store.layout import RunLayout
from crew_core.store.lock import is_free, read_holder
from crew_core.store.locked_row import is_locked, read_row
from crew_core.store.machine import MachineStore
from crew_core.store.slots import SlotRow
from crew_core.store.snapshot import read_snapshot

_SLOT = re.compile(r"(?:worker-\d+|[0-9a-f]{32}-\d+)\.lock")


def slot_findings(store: MachineStore, identities: Identities) -> Iterator[Finding]:
    """Taken slots, and those whose lock outlives everybody whom it names."""
    for name, directory in (("slots", store.slots), ("writers", store.writers)):
        taken = [path for path in _locks(directory) if is_locked(path)]
        stale = [path for path in taken if not _used(read_row(path, SlotRow), identities)]
        for path in stale:
            why = f"{path} is locked, and who took it is not there any more"
            yield warn(name, why, f"see who has it open and end that: fuser -v {path}")
        if not stale:
            yield ok(name, f"{len(taken)} taken")


def _locks(directory: Path) -> list[Path]:
    return sorted(path for path in directory.iterdir() if _SLOT.fullmatch(path.name)) if directory.is_dir() else []


def _used(row: SlotRow | None, identities: Identities) -> bool:
    """A row that cannot be read is being written."""
    return row is None or identities.alive(row.identity) or _supervised(row, identities)


def _supervised(row: SlotRow, identities: Identities) -> bool:
    """A supervisor keeps the slot that its dead coordinator took."""
    return bool(identities.with_environment("CREW_RUN_ID", row.run_id))


def run_findings(run_dirs: Sequence[Path], identities: Identities) -> Iterator[Finding]:
    """One for each run that needs somebody; one that counts the others."""
    counted: Counter[str] = Counter()
    for run_dir in run_dirs:
        row = row_of(run_dir)
        found = [*_of_lock(row, identities), *_of_run(row, identities)]
        yield from found
        counted["needs you" if found else row.live.value] += 1
    said = ", ".join(f"{number} {word}" for word, number in sorted(counted.items()))
    yield ok("runs", said or "none yet")


def _of_lock(row: RunRow, identities: Identities) -> Iterator[Finding]:
    lock = RunLayout(row.path).lock
    holder = read_holder(lock)
    if holder is not None and not is_free(lock) and not identities.alive(holder.identity):
        why = f"{row.run_id} is locked, and the coordinator that took it (pid {holder.identity.pid}) is gone"
        yield warn("stale lock", why, f"see who has it open and end that: fuser -v {lock}")


def _of_run(row: RunRow, identities: Identities) -> Iterator[Finding]:
    layout = RunLayout(row.path)
    living = living_supervisors(layout, None, identities)
    left = left_behind(layout, identities)
    resume = f"crew-tui resume {row.run_id}"
    if row.status is None:
        yield warn("run", f"{row.run_id}: {row.problem}", f"look at {row.path}")
    elif row.live is Liveness.INTERRUPTED:
        pids = _pids([each for _, each in living])
        workers = f"; its workers go on by themselves ({pids})" if living else ""
        yield warn("interrupted", f"{row.run_id}: no coordinator works on it{workers}", resume)
    elif row.live is Liveness.ENDED and living:
        pids = _pids([each for _, each in living])
        yield warn("orphan workers", f"{row.run_id} has ended, its supervisors have not: {pids}", f"kill {pids}")
    if left and row.live is not Liveness.LIVE:
        pids = _pids(left)
        remedy = resume if row.live is Liveness.INTERRUPTED else f"kill {pids}"
        yield warn("survivors", f"{row.run_id}: a supervisor is dead, its processes are not: {pids}", remedy)


def left_behind(layout: RunLayout, identities: Identities) -> list[ProcessIdentity]:
    """Living processes of workers whose supervisor died without a result, by its last heartbeat."""
    found: list[ProcessIdentity] = []
    for path in sorted(layout.attempts.glob("*/*/claim.json")):
        if (path.parent / "result.json").exists():
            continue
        # What cannot be read names nobody; the run's own row says that it is damaged.
        with suppress(OSError, StoreError):
            claim = read_snapshot(path, Claim)
            if claim.kind is ClaimKind.SUPERVISOR and not identities.alive(claim.identity):
                status = read_snapshot(path.parent / "status.json", WorkerStatus)
                found += [each for each in status.tree if identities.alive(each)]
    return found


def _pids(identities: Sequence[ProcessIdentity]) -> str:
    return " ".join(str(identity.pid) for identity in identities)
