"""How a fake agent meets signals, and how it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from tests.fake_agent.vocabulary import Step, play, word


@word
def ignore(signals: Sequence[str] = ("TERM", "INT")) -> None:
    """From now on; children inherit it."""
    for name in signals:
        signal.signal(signal.Signals[f"SIG{name}"], signal.SIG_IGN)


@word
def on_signal(signal_name: str, then: Sequence[Step]) -> None:
    """Do something else when the signal comes."""
    signal.signal(signal.Signals[f"SIG{signal_name}"], lambda *_: play(then))


@word
def exit_(code: int = 0) -> None:
    os._exit(code)


@word
def kill_self(signal_name: str = "KILL") -> None:
    os.kill(os.getpid(), signal.Signals[f"SIG{signal_name}"])
    signal.pause()
