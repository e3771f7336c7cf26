"""What a fake agent starts: children that stay, leave, hide, hold its pipes, and multiply."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fake_agent.vocabulary import Step, play, word

_ROOT = str(Path(__file__).parents[2])
_HANG: tuple[Step, ...] = ({"do": "hang"},)

#: The same agent with an environment of nothing.
_AGAIN = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('tests.fake_agent', run_name='__main__')"
)


@word
def child(
    then: Sequence[Step] = _HANG, session: str = "same", environment: str = "kept", holds_output: bool = True
) -> None:
    """Start one that does ``then`` and ends.

    ``session``: ``same``, ``own`` (setsid), or ``daemon`` (forked twice, into a session of its own).
    ``environment``: ``kept``, or ``cleared`` by a new exec. ``holds_output`` false: its streams are /dev/null.
    """
    first = os.fork()
    if first:
        if session == "daemon":
            os.waitpid(first, 0)
        return
    if session != "same":
        os.setsid()
    if session == "daemon" and os.fork():
        os._exit(0)
    if not holds_output:
        _into_nothing()
    if environment == "cleared":
        os.execve(sys.executable, [sys.executable, "-S", "-c", _AGAIN, _ROOT, json.dumps(list(then))], {})
    _play_and_end(then)


@word
def fork_storm(count: int = 200, moving: bool = False, session: str = "same", environment: str = "kept") -> None:
    """A child that forks as fast as it can, ``count`` times over all, each of them doing the same; then they hang.

    ``moving``: each one ends as soon as it has forked, so that there is always just one, with a new pid.
    """
    child([{"do": "storm", "count": count, "moving": moving}], session, environment, holds_output=False)


@word
def storm(count: int, moving: bool) -> None:
    """``fork_storm`` in the present process."""
    tokens, filling = os.pipe()
    os.write(filling, b"." * count)
    os.set_blocking(tokens, False)
    try:
        while os.read(tokens, 1):
            if os.fork() and moving:
                os._exit(0)
    except BlockingIOError:
        play(_HANG)


def _play_and_end(steps: Sequence[Step]) -> None:
    try:
        play(steps)
    finally:
        os._exit(0)


def _into_nothing() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    os.close(nothing)
