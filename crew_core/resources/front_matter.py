"""The grammar of front matter (pi-crew 0.2.6): one ``key: value`` a line, no quoting, no nesting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import MOST_FAULTS, Fault, ResourceError, nearest
from crew_core.resources.text import read_text
from crew_core.store.layout import is_safe_id

#: More than anybody runs at a time.
MOST_WORKERS = 1024
WORKERS_REMEDY = f"it must be a whole number from 1 to {MOST_WORKERS}"

_RULE = "---"
_SETTING = re.compile(r"[A-Za-z][A-Za-z0-9_-]*:")
_CSV_PART = re.compile(r'\s*(?:"([^"]*)"|([^,]*))\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class Value:
    """The text behind a key, and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file taken apart. ``body_line`` is the line on which the body begins."""

    path: Path
    values: Mapping[str, Value]
    body: str
    body_line: int

    def line(self, key: str) -> int:
        """The line of ``key``, or the first line when it is missing."""
        return self.values[key].line if key in self.values else 1

    def fault(self, key: str, what: str, remedy: str = "") -> Fault:
        return Fault(self.path, self.line(key), what, remedy)

    def text(self, key: str) -> str | None:
        """None when it is missing, empty or ``false``."""
        value = self.values.get(key)
        return value.text if value and value.text not in ("", "false") else None

    def items(self, *keys: str) -> tuple[str, ...]:
        """The comma-separated values of the first of ``keys`` that is there; none of ``false``."""
        for key in keys:
            if key in self.values:
                return split_csv(self.values[key].text) if self.values[key].text != "false" else ()
        return ()


def read_document(path: Path) -> Document:
    """:raises ResourceError: it is no text, or its front matter is malformed."""
    return parse_document(path, read_text(path))


def parse_document(path: Path, text: str) -> Document:
    """Without front matter the whole text is the body. Of a key that is there twice the last one counts.

    :raises ResourceError: front matter that would be passed over in silence: begun late, not closed, no ``key: value``.
    """
    lines = text.split("\n")
    rules = [index for index, line in enumerate(lines) if line.rstrip() == _RULE]
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if first not in rules[:1] or (first > 0 and not _looks_late(lines, rules)):
        return Document(path, {}, "\n".join(lines), 1)
    if first > 0:
        raise ResourceError([Fault(path, first + 1, "front matter must begin on line 1", "remove what is above it")])
    if len(rules) == 1:
        raise ResourceError([Fault(path, 1, "the front matter is not closed", f"add a line {_RULE} below it")])
    values: dict[str, Value] = {}
    faults = []
    for number, line in enumerate(lines[1 : rules[1]], 2):
        key, colon, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon or not key.strip() or key.lstrip().startswith("- "):
            what = f"{line.strip()!r} is no key: value"
            faults.append(Fault(path, number, what, "one key: value a line; lists are written with commas"))
        values[key.strip()] = Value(value.strip(), number)
    if faults:
        raise ResourceError(faults[:MOST_FAULTS])
    return Document(path, values, "\n".join(lines[rules[1] + 1 :]), rules[1] + 2)


def _looks_late(lines: list[str], rules: list[int]) -> bool:
    """Two rules with settings between them: front matter below a blank line, no ornament of the text."""
    between = [line for line in lines[rules[0] + 1 : rules[1]] if line.strip()] if len(rules) > 1 else []
    return bool(between) and all(_SETTING.match(line) for line in between)


def split_csv(text: str) -> tuple[str, ...]:
    """Double quotes protect commas; blanks and repetitions are dropped."""
    parts = ((quoted or plain).strip() for quoted, plain in _CSV_PART.findall(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def unknown_keys(document: Document, known: frozenset[str]) -> list[Fault]:
    """A key that nobody reads is a typing error until proven otherwise."""
    unknown = [(key, value) for key, value in document.values.items() if key not in known]
    return [
        Fault(document.path, value.line, f"unknown key {key!r}", nearest(key, sorted(known)))
        for key, value in unknown[:MOST_FAULTS]
    ]


def name_of(document: Document, stem: str, faults: list[Fault]) -> str:
    """What the file calls itself, else its stem; a fault when that is no id."""
    name = document.text("name") or stem
    if not is_safe_id(name):
        faults.append(document.fault("name", f"name {name!r} is no id", "letters, digits, - and _ only, at most 128"))
    return name


def flag(document: Document, key: str, faults: list[Fault]) -> bool | None:
    """None when it is missing; a fault when it is there and is neither ``true`` nor ``false``."""
    value = document.values.get(key)
    if value is not None and value.text not in ("true", "false"):
        faults.append(document.fault(key, f"{key} is {value.text!r}", "it must be true or false"))
    return None if value is None else value.text == "true"


def workers(document: Document, key: str, faults: list[Fault]) -> int | None:
    """None when it is missing; a fault when it is there and is no number of workers."""
    value = document.values.get(key)
    if value is None:
        return None
    number = whole_number(value.text, 1, MOST_WORKERS)
    if number is None:
        faults.append(document.fault(key, f"{key} is {value.text!r}", WORKERS_REMEDY))
    return number


def whole_number(text: str, least: int, most: int) -> int | None:
    """None when it is no number in digits, or out of range."""
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return None
    return int(text) if least <= int(text) <= most else None
