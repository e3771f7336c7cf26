"""A process is known by its pid and by when it began, which the kernel says in other words than the record."""

from __future__ import annotations

import subprocess
import sys
import time

from crew_core.observe.picrew.processes import Presence, RealProcesses, presence


def test_a_process_is_the_recorded_one_only_if_it_began_then() -> None:
    processes = RealProcesses()
    began = time.time()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        spawned = time.time()
        assert presence(processes, child.pid, began, spawned) is Presence.SAME
        assert presence(processes, child.pid, began - 3600, spawned - 3600) is Presence.OTHER
        child.kill()
    assert presence(processes, child.pid, began, spawned) is Presence.GONE
