"""What can go wrong for a person, as one tree; each says what, why, and what to do about it.

OpsError                 the thing asked for failed (1)
├── InputWrong           what was asked cannot be done by anybody: wrong option, wrong file (2)
├── NotPermitted         it may not be done here: untrusted, read-only, too deep, of a newer format (4)
├── NotFound             no such run, task or attempt (5)
├── NoAnswer             a coordinator or supervisor does not answer (1)
├── NotWritten           the command found no place on disk (1)
└── NotRecorded          processes were ended by force, and no coordinator wrote it down (1)
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


#: Only these commands have ``--force``.
_FORCIBLE = ("cancel", "stop")


class NoAnswer(OpsError):
    """The command is written and will be carried out, but nobody has answered yet."""

    def __init__(self, run_id: str, kind: str, silent: str, waited_s: float) -> None:
        # The others are helped by them.
        forced = "" if kind in _FORCIBLE else f"crew-tui cancel {run_id} "
        why = f"no answer in {waited_s:g} s: {silent}"
        super().__init__(f"{kind} {run_id}", why, f"{forced}--force ends and replaces it")


class NotWritten(OpsError):
    """Nobody was asked for anything: the disk refused the command."""

    def __init__(self, run_id: str, kind: str, error: OSError) -> None:
        forced = "--force ends its processes all the same" if kind in _FORCIBLE else ""
        super().__init__(f"{kind} {run_id}", f"the command was not written: {error}", forced)


class NotRecorded(OpsError):
    """``ended`` says which processes are gone; the run's record does not know it, for the reason that ``why`` gives."""

    def __init__(self, run_id: str, kind: str, task_id: str | None, ended: str, why: str) -> None:
        of_task = f" --task {task_id}" if task_id else ""
        hint = f"when that is mended, crew-tui {kind} {run_id}{of_task} records it"
        super().__init__(f"{kind} {run_id}", f"{ended}, but this is not recorded: {why}", hint)
