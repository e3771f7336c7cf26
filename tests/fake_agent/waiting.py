"""How a fake agent waits, reads what it is sent, and leaves traces on the disk that a test waits for."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.fake_agent.output import emit
from tests.fake_agent.vocabulary import place, word

_LOOK_S = 0.005


@word
def sleep(seconds: float) -> None:
    time.sleep(seconds)


@word
def wait_for(path: str) -> None:
    """Until the file is there."""
    while not os.path.lexists(place(path)):
        time.sleep(_LOOK_S)


@word
def hang() -> None:
    """For ever, whatever signals come that do not end it."""
    while True:
        signal.pause()


@word
def touch(path: str) -> None:
    Path(place(path)).touch()


@word
def write(path: str, text: str, append: bool = False) -> None:
    """An edit on the disk, as a tool of the agent makes it."""
    with Path(place(path)).open("a" if append else "w") as file:
        file.write(text)


@word
def read_stdin(until: str = "end", echo: bool = True) -> None:
    """Read to the ``end`` or to the end of a ``line``; ``echo`` prints what came."""
    while data := os.read(0, 1 if until == "line" else 65_536):
        if echo:
            emit(data, "stdout")
        if until == "line" and data == b"\n":
            return
