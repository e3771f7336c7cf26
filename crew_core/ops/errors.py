"""What can go wrong for a person, as one tree; each says what, why, and what to do about it.

OpsError
└── NoAnswer        a coordinator or supervisor does not answer (1)
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


class NoAnswer(OpsError):
    """The command is written and will be carried out, but nobody has answered yet."""

    def __init__(self, run_id: str, kind: str, silent: str, waited_s: float) -> None:
        super().__init__(f"{kind} {run_id}", f"no answer in {waited_s:g} s: {silent}", "--force ends and replaces it")
