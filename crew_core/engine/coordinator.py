"""The coordinator's life: take the lease, recover, turn until there is nothing to do, let go."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

from crew_core.engine.commanding import Commands
from crew_core.engine.conduct import Conduct
from crew_core.engine.ledger import Ledger
from crew_core.engine.recovery import recover
from crew_core.engine.seams import Seams
from crew_core.model.events import CoordinatorDetached, CoordinatorStarted
from crew_core.store import maildir
from crew_core.store.clock import iso
from crew_core.store.doorbell import Doorbell
from crew_core.store.errors import LockHeld, StoreError
from crew_core.store.fs import ensure_directory
from crew_core.store.layout import RunLayout
from crew_core.store.lock import LockRecord, RunLock, read_holder, require_locks
from crew_core.store.run_format import refuse_newer
from crew_core.store.subreaper import become_subreaper

#: Every wait also looks at its files after this, so that all hints may be lost.
LOOK_AGAIN_S = 1.0

#: Group commit: what happens within this time goes into one write and one sync.
GATHER_S = 0.02

_LOG = logging.getLogger(__name__)

EXIT_DONE = 0
EXIT_BROKEN = 1


class Coordinator:
    """One run, one process, one loop."""

    def __init__(self, layout: RunLayout, seams: Seams, lock: RunLock, bell: Doorbell) -> None:
        self._layout = layout
        self._seams = seams
        self._lock = lock
        self._bell = bell
        self._wake = asyncio.Event()
        self._detach_reason: str | None = None
        self._ledger = Ledger(layout, seams.fs, seams.clock)
        self._conduct = Conduct(layout, seams, self._ledger, self._wake.set)
        self._commands = Commands(layout, seams, self._ledger, self._conduct)

    async def live(self) -> bool:
        """Until the run ended and no command waits, or until detached; returns whether it was detached.

        :raises StoreError: it may not go on (journal failed, lock lost, damaged run).
        :raises OSError: a durable write failed.
        """
        self._take_over()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._bell.fileno(), self._rung)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._detach, signal.Signals(number).name)
        loop.add_signal_handler(signal.SIGCHLD, self._wake.set)
        try:
            while True:
                self._wake.clear()
                began = self._seams.clock.monotonic()
                wait = self._turn()
                if wait is None:
                    return self._detach_reason is not None
                await self._sleep(wait, began)
        finally:
            self._ledger.close()

    def _take_over(self) -> None:
        held = read_holder(self._layout.lock)
        identity = self._seams.identities.current()
        epoch = self._ledger.begin_epoch(held.epoch if held else 0)
        now = iso(self._seams.clock.now())
        self._lock.write(LockRecord(identity=identity, epoch=epoch, at=now))
        if not self._ledger.exists:
            self._conduct.create_run()
        elif self._ledger.run.status.ended and not self._commands.pending():
            return
        self._ledger.record(CoordinatorStarted(identity=identity, clock_spent_s=self._conduct.clock_spent_before_us()))
        self._ledger.commit()
        recover(self._layout, self._seams, self._ledger, self._conduct)

    def _turn(self) -> float | None:
        """One look at everything. Returns how long to sleep at most, None when the coordinator is done."""
        self._lock.verify()
        if self._detach_reason is not None:
            self._ledger.record(CoordinatorDetached(reason=self._detach_reason))
            self._ledger.commit()
            self._ledger.write_snapshots(now=True)
            return None
        self._commands.take()
        again = self._conduct.advance()
        self._commands.finish()
        self._ledger.commit()
        self._conduct.act()
        self._commands.answer()
        snapshot_in = self._ledger.write_snapshots()
        if self._ledger.run.status.ended and not self._commands.pending():
            self._ledger.write_snapshots(now=True)
            return None
        waits = [LOOK_AGAIN_S, again, self._conduct.steering.due_in()]
        if snapshot_in is not None:
            waits.append(snapshot_in)
        return min(waits)

    async def _sleep(self, wait: float, began: float) -> None:
        try:
            async with asyncio.timeout(max(wait, 0)):
                await self._wake.wait()
        except TimeoutError:
            return
        # Leading edge at once; what follows within the gathering time is taken together.
        gather = began + GATHER_S - self._seams.clock.monotonic()
        if gather > 0 and not self._commands.pending():
            await asyncio.sleep(gather)

    def _rung(self) -> None:
        self._bell.drain()
        self._wake.set()

    def _detach(self, name: str) -> None:
        self._detach_reason = name
        self._wake.set()


def main(run_dir: Path, seams: Seams | None = None) -> int:
    """Coordinate the run in ``run_dir`` until it needs nobody; returns the exit status of the process.

    Losing the race for the lock is success: somebody else does the work. A run of a newer format is left as it is.
    """
    seams = seams or Seams()
    layout = RunLayout(run_dir)
    if not layout.plan.exists():
        _LOG.error("%s: no such run", layout.plan)
        return EXIT_BROKEN
    become_subreaper()
    try:
        refuse_newer(layout)
        require_locks(layout.root, seams.fs)
        for directory in (layout.commands_new, layout.commands_done, layout.artifacts, layout.attempts):
            ensure_directory(seams.fs, directory, within=layout.root)
        bell = Doorbell.create_and_open(layout.bell)
        while True:
            try:
                lock = RunLock.acquire(layout.lock, seams.fs)
            except LockHeld:
                return EXIT_DONE
            try:
                # A newer version may have had it since.
                refuse_newer(layout)
                detached = asyncio.run(Coordinator(layout, seams, lock, bell).live())
            finally:
                lock.release()
            # A command may have come between the last look and the release, and its sender saw us alive.
            if detached or not maildir.pending(layout.commands_new):
                return EXIT_DONE
    except (StoreError, OSError) as error:
        _LOG.error("coordinator stopped: %s", error)
        return EXIT_BROKEN
