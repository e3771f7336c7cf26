"""What a dead supervisor left is ended, also what no look at all processes finds."""

from __future__ import annotations

import signal
import sys

import pytest

from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity_proc import ProcIdentities
from crew_core.store.sweep import sweep
from tests.store.processes import SLEEPER, waiting


class OnlyTheYoungest(ProcIdentities):
    """A process table that is too old whenever it has been read, as it is for one that forks and ends."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.pid = pid

    def with_environment(self, key: str, value: str) -> tuple[ProcessIdentity, ...]:
        return ()

    def youngest_with_environment(self, key: str, value: str) -> ProcessIdentity | None:
        return self.of(self.pid) if (key, value) == ("CREW_WORKER_ID", "w-1") else None


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_who_was_started_last_is_ended_and_counted_once() -> None:
    with waiting("-c", SLEEPER, env={"CREW_WORKER_ID": "w-1"}) as process:
        table = OnlyTheYoungest(process.pid)
        assert sweep(table, None, "w-2") == 0
        assert sweep(table, None, "w-1") == 1
        assert process.wait() == -signal.SIGKILL
