"""A wait that signals end, whichever thread the system gives them to."""

from __future__ import annotations

import signal
import threading

from crew_tui.cli.waking import Waking


def test_a_signal_that_comes_to_another_thread_ends_the_wait_of_the_main_one() -> None:
    former = signal.getsignal(signal.SIGUSR1)
    with Waking((signal.SIGUSR1,)) as waking:
        threading.Timer(0.05, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)).start()
        assert waking.wait(20)
        assert waking.taken() == {signal.SIGUSR1}
    assert signal.getsignal(signal.SIGUSR1) is former
