"""Entry of the program, and the edge at which every error becomes one line and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from crew_core.ops.errors import OpsError
from crew_tui.cli.arguments import parse
from crew_tui.cli.commands import carry_out
from crew_tui.cli.parser import PROGRAM

#: As if the signal had ended us, which is what a shell expects: 128 + SIGINT, 128 + SIGPIPE.
INTERRUPTED = 130
BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns the exit status and raises nothing.

    :param argv: without the program's name; default: that of the process.
    """
    _show_every_character()
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _carry_out(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except OpsError as error:
        _tell(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        _tell(_left(_command_of(words)))
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except Exception as error:
        _tell_unexpected(words, error)
        _discard_output()
        return 1


def _carry_out(words: Sequence[str]) -> int:
    try:
        call = parse(words)
    except SystemExit as printed:
        # `--help` and `--version` end argparse this way.
        return int(printed.code or 0)
    return carry_out(call)


def _command_of(words: Sequence[str]) -> str:
    left = iter(words)
    for word in left:
        if word == "--root":
            next(left, None)
        elif not word.startswith("-"):
            return word
    return "dashboard"


def _left(command: str) -> str:
    if command in ("cancel", "stop", "resume", "retry"):
        return f"{command}: not waited for; it is carried out all the same"
    return f"{command}: left; runs go on"


def _tell(line: str) -> None:
    from crew_tui.text import clean

    if sys.stderr is None:
        return
    # Nobody can be told that nobody can be told.
    with suppress(OSError):
        print(f"{PROGRAM}: {clean(line)}", file=sys.stderr, flush=True)


def _tell_unexpected(words: Sequence[str], error: Exception) -> None:
    from crew_tui import crash

    _tell(f"{_command_of(words)}: {type(error).__name__}: {str(error) or 'no reason given'}; {crash.record(error)}")


def _discard_output() -> None:
    """Otherwise the interpreter would try to write the rest at its end, and complain."""
    with suppress(OSError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _show_every_character() -> None:
    """A terminal that cannot show a character gets another one instead of an error."""
    streams: tuple[TextIO | None, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
