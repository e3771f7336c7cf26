"""What can go wrong for a person, as one tree; each says what, why, and what to do about it.

OpsError                 the thing asked for failed (1)
├── InputWrong           what was asked cannot be done by anybody: wrong option, wrong file (2)
├── NotPermitted         it may not be done here: untrusted, read-only, too deep (4)
├── NotFound             no such run, task or attempt (5)
└── NoAnswer             a coordinator or supervisor does not answer (1)
"""

from __future__ import annotations


class OpsError(Exception):
    """``what: why; hint`` is the one line that a person sees. ``exit_status`` is the command line's."""

    exit_status = 1

    def __init__(self, what: str, why: str, hint: str = "") -> None:
        super().__init__(f"{what}: {why}; {hint}" if hint else f"{what}: {why}")
        self.what = what
        self.why = why
        self.hint = hint


class InputWrong(OpsError):
    exit_status = 2


class NotPermitted(OpsError):
    exit_status = 4


class NotFound(OpsError):
    exit_status = 5


class NoAnswer(OpsError):
    """The command is written and will be carried out, but nobody has answered yet."""

    def __init__(self, run_id: str, kind: str, silent: str, waited_s: float) -> None:
        # Only these two have the option; the others are helped by them.
        forced = "" if kind in ("cancel", "stop") else f"crew-tui cancel {run_id} "
        why = f"no answer in {waited_s:g} s: {silent}"
        super().__init__(f"{kind} {run_id}", why, f"{forced}--force ends and replaces it")
