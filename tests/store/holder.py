"""A process that takes the lock at a path, says so, and holds it until its input ends. Run as a module."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.store.clock import SystemClock, iso
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.store.lock import LockRecord, RunLock


def main() -> None:
    lock = RunLock.acquire(Path(sys.argv[1]), RealFs())
    lock.write(LockRecord(real_identities().current(), epoch=7, at=iso(SystemClock().now())))
    print("held", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
