"""The ways in which a piece of work, or a request of it, does not succeed."""

from __future__ import annotations


class Failed(Exception):
    """The work is over without an answer; the message is what a person reads."""


class Ended(Exception):
    """Somebody wants this process to end, by SIGINT."""


class Fault(Exception):
    """One request came to nothing.

    ``again``: the same request may succeed later, after ``retry_after_s`` if the server said so. ``too_long``: it may
    succeed when the conversation is shorter; ``no_effort``: when no effort is asked for.
    """

    def __init__(
        self,
        text: str,
        *,
        again: bool = False,
        retry_after_s: float | None = None,
        too_long: bool = False,
        no_effort: bool = False,
    ) -> None:
        super().__init__(text)
        self.again = again
        self.retry_after_s = retry_after_s
        self.too_long = too_long
        self.no_effort = no_effort


class ToolFailed(Exception):
    """A tool did not do what it was asked; the message is for the model."""
