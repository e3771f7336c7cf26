"""One value of a setting: read from text, compared with the schema, and written as text."""

from __future__ import annotations

import json
import re
import shlex

from pydantic import ValidationError

from crew_core.config.file import parse_table
from crew_core.config.schema import Key, Kind, Value
from crew_core.config.settings import ProgramSection, Settings
from crew_core.config.spelling import nearest, printable

#: How "no value" is written where TOML does not have to be.
NONE = "none"

_WHOLE = re.compile(r"[+-]?[0-9](?:_?[0-9]){0,30}")
_NUMBER = re.compile(r"[+-]?(?:[0-9](?:_?[0-9]){0,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,4})?|inf|nan)")

_FLAGS = {"true": True, "false": False}

_BARE = re.compile("[A-Za-z0-9_-]+")

#: Of a wrong value, what a message repeats.
_LONGEST = 80


class WrongValue(ValueError):
    """``why`` reads on from the name of the setting; ``hint`` may be empty."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(f"{why}; {hint}" if hint else why)
        self.why = why
        self.hint = hint


def checked(key: Key, value: object) -> Value:
    """The value as the schema takes it. :raises WrongValue: it does not."""
    section = ProgramSection() if key.program else getattr(Settings(), key.section)
    try:
        taken: Value = section.model_validate({key.name: value}).model_dump(by_alias=True)[key.name]
    except ValidationError as error:
        in_form = error.errors(include_url=False)[0]["type"].startswith(("greater", "less"))
        hint = f"it must be {key.range if in_form else key.form}"
        if key.choices and isinstance(value, str):
            hint = nearest(value, key.choices) or hint
        raise WrongValue(f"is {_repeated(value)}", hint) from None
    return taken


def from_text(key: Key, text: str) -> Value:
    """The value that a word of a command line or of the environment means. :raises WrongValue: none."""
    word = text.strip()
    if key.optional and word == NONE:
        return None
    if key.kind is Kind.WHOLE and _WHOLE.fullmatch(word):
        return checked(key, int(word))
    if key.kind is Kind.NUMBER and _NUMBER.fullmatch(word):
        return checked(key, float(word))
    if key.kind in (Kind.TEXT, Kind.LIST):
        return checked(key, word)
    if key.kind is Kind.FLAG and word in _FLAGS:
        return checked(key, _FLAGS[word])
    if key.kind is Kind.TABLE and (table := parse_table(word)) is not None:
        return checked(key, table)
    raise WrongValue(f"is {printable(word or '(empty)', _LONGEST)}", f"it must be {key.form}")


def to_text(value: Value) -> str:
    """The word that `from_text` takes for the same value."""
    match value:
        case None:
            return NONE
        case bool():
            return str(value).lower()
        case list():
            return shlex.join(value)
        case float() if value.is_integer():
            return str(int(value))
        case dict():
            return "{" + ", ".join(f"{_name(name)} = {_quoted(each)}" for name, each in value.items()) + "}"
        case _:
            return str(value)


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(value: str | list[str]) -> str:
    """As TOML writes it: like JSON, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _repeated(value: object) -> str:
    """A stranger's file may nest tables without end, or hold a number that has no decimal form here."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return to_text(value)
        case str():
            return printable(repr(value), _LONGEST)
        case int():
            return str(value) if value.bit_length() <= 64 else "a number of more than 64 bits"
        case _:
            return f"a {'table' if isinstance(value, dict) else type(value).__name__}"
