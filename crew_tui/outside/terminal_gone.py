"""The end of a dashboard whose terminal is gone.

A closed window or a lost link sends a hang-up, which ends the program; but not where it is ignored (`nohup`) or where
the terminal does not control the process. Textual would then read the end of its input over and over.
"""

from __future__ import annotations

import os
import select
import signal
from threading import Thread

STATUS = 128 + signal.SIGHUP


def leave_with_terminal(fd: int) -> None:
    """End this process when the terminal at `fd` hangs up. Costs nothing until then.

    Nothing has to be put right: there is no screen, runs go on by themselves, and what was arranged is on disk.
    """
    poll = getattr(select, "poll", None)
    if poll is not None:
        Thread(target=_wait, args=(poll(), fd), name="terminal", daemon=True).start()


def _wait(poll: select.poll, fd: int) -> None:
    # Only what is reported unasked: hang-ups and errors.
    poll.register(fd, 0)
    if any(said & (select.POLLHUP | select.POLLERR) for _, said in poll.poll()):
        os._exit(STATUS)
