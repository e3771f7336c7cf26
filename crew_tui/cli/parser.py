"""The parser of a command: how its help looks, and that what is wrong is one line with a way out."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

from crew_core.ops.errors import InputWrong
from crew_tui.cli.call import nearest

PROGRAM = "crew-tui"

_CHOICE = re.compile(r"invalid choice: '(?P<word>.*)' \(choose from (?P<known>.*)\)", re.DOTALL)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Makes room for the longest command, which argparse measures without its indentation."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = 14


class Parser(argparse.ArgumentParser):
    """Errors are ours: one line, one exception."""

    def __init__(self, **named: Any) -> None:
        """:param named: name, description and epilog; the rest is the same for all."""
        super().__init__(formatter_class=_Help, allow_abbrev=False, add_help=False, **named)

    def error(self, message: str) -> NoReturn:
        where = self.prog.removeprefix(PROGRAM).strip()
        see = f"see: {self.prog} --help"
        wrong = _CHOICE.search(message)
        if wrong is None:
            missing = message.removeprefix("the following arguments are required: ")
            said = f"{missing} is missing" if missing != message else message.removeprefix("argument ")
            raise InputWrong(where or "usage", said, see)
        word, known = wrong["word"], [name.strip(" '") for name in wrong["known"].split(",")]
        if not where:
            raise InputWrong(word, "no such command", nearest(word, known) or see)
        option = message.removeprefix("argument ").partition(":")[0]
        hint = nearest(word, known) or f"there is: {', '.join(known)}"
        raise InputWrong(where, f"{option}: there is no {word!r}", hint)


class Adding(Protocol):
    """Makes the parser of one command: name, what it does, what else is to be said of it."""

    def __call__(self, name: str, summary: str, more: str = "", /) -> Parser: ...


class Subcommands:
    """The commands below a parser, or the actions below a command."""

    def __init__(self, parser: Parser, what: str, *, required: bool = False) -> None:
        """:param what: the word for one of them; the one that is chosen has this name among the options."""
        self._adding = parser.add_subparsers(
            dest=what, metavar=what.upper(), title=f"{what}s", required=required, parser_class=Parser
        )

    def add(self, name: str, summary: str, more: str = "") -> Parser:
        """See `Adding`."""
        about = summary[0].upper() + summary[1:] + "."
        return self._adding.add_parser(name, help=summary, description=about, epilog=more)

    @property
    def by_name(self) -> Mapping[str, Parser]:
        """In the order in which they were added."""
        return self._adding.choices
