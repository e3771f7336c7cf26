"""The words of the command line as records, read from its parsers: what completion scripts are made of."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crew_tui.cli.arguments import grammar


class Kind(StrEnum):
    """What a value is. ``WORD``: anything, nothing can be offered."""

    WORD = "word"
    CHOICE = "choice"
    PATH = "path"
    RUN = "run"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Value:
    """``shown`` is its name in the help, such as ``RUN``."""

    kind: Kind
    shown: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """``value`` None: it takes none."""

    names: tuple[str, ...]
    about: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Command:
    """``words`` are its positional arguments in their order."""

    name: str
    about: str
    options: tuple[Option, ...]
    words: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``options`` are those that stand before the command too."""

    options: tuple[Option, ...]
    commands: tuple[Command, ...]

    @property
    def all_options(self) -> tuple[Option, ...]:
        """Of every command, by name; an option means the same everywhere."""
        found = {option.names: option for command in self.commands for option in command.options}
        return (*self.options, *(option for names, option in found.items() if names not in self._global_names))

    @property
    def _global_names(self) -> set[tuple[str, ...]]:
        return {option.names for option in self.options}


def vocabulary() -> Vocabulary:
    """Of this version."""
    parser, commands = grammar()
    return Vocabulary(
        options=_options(parser),
        commands=tuple(
            Command(name, (each.description or "").rstrip("."), _options(each), _words(each))
            for name, each in commands.items()
        ),
    )


def _options(parser: argparse.ArgumentParser) -> tuple[Option, ...]:
    shown = (action for action in parser._actions if action.help is not argparse.SUPPRESS)
    actions = [action for action in shown if action.option_strings]
    return tuple(
        Option(tuple(action.option_strings), _about(action), _value(action) if action.nargs != 0 else None)
        for action in actions
    )


def _about(action: argparse.Action) -> str:
    """As `--help` says it, which fills in the choices."""
    return (action.help or "") % {**vars(action), "choices": ", ".join(map(str, action.choices or ()))}


def _words(parser: argparse.ArgumentParser) -> tuple[Value, ...]:
    return tuple(_value(action) for action in parser._actions if not action.option_strings)


def _value(action: argparse.Action) -> Value:
    shown = str(action.metavar or action.dest.upper())
    if action.choices:
        return Value(Kind.CHOICE, shown, tuple(map(str, action.choices)))
    if action.type is Path:
        return Value(Kind.PATH, shown)
    kinds = {"run": Kind.RUN, "task": Kind.TASK}
    return Value(kinds.get(action.dest, Kind.WORD), shown)
