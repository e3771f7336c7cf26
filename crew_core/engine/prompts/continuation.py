"""What an agent is told that goes on with its own conversation: it has everything else in it."""

from __future__ import annotations

_GO_ON = (
    "# Go on\n\n"
    "Your work on this task was interrupted. See what is done already; what you were doing at that moment may be half "
    "done. Finish the task, and give the whole answer, as you were asked for it at first."
)


def continuation_block() -> str:
    return _GO_ON
