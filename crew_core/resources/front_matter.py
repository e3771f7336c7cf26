"""The grammar of front matter (pi-crew 0.2.6): one ``key: value`` a line, no quoting, no nesting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import Fault, ResourceError, nearest

#: Larger files are no resources; a wrong link should not be read whole.
LARGEST_BYTES = 1_048_576

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

    def fault(self, key: str, what: str, remedy: str = "") -> Fault:
        """A fault on the line of ``key``, or on the first line when it is missing."""
        value = self.values.get(key)
        return Fault(self.path, value.line if value else 1, what, remedy)

    def text(self, key: str) -> str | None:
        """None when it is missing, empty or ``false``."""
        value = self.values.get(key)
        return value.text if value and value.text not in ("", "false") else None

    def items(self, *keys: str) -> tuple[str, ...]:
        """The comma-separated values of the first of ``keys`` that is there."""
        for key in keys:
            if key in self.values:
                return split_csv(self.values[key].text)
        return ()


def read_document(path: Path) -> Document:
    """:raises ResourceError: it cannot be read, is too large, or is no UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ResourceError([Fault(path, 1, f"cannot be read: {error.strerror or error}")]) from error
    if len(data) > LARGEST_BYTES:
        raise ResourceError([Fault(path, 1, f"is larger than {LARGEST_BYTES} bytes")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ResourceError([Fault(path, line, "is not UTF-8")]) from error
    return parse_document(path, text)


def parse_document(path: Path, text: str) -> Document:
    """Without front matter, or when it is not closed, the whole text is the body. Of a key the last one counts."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if lines[0] != "---" or end is None:
        return Document(path, {}, "\n".join(lines), 1)
    values = {}
    for number, line in enumerate(lines[1:end], 2):
        key, colon, value = line.partition(":")
        if colon and not line.lstrip().startswith("#"):
            values[key.strip()] = Value(value.strip(), number)
    return Document(path, values, "\n".join(lines[end + 1 :]), end + 2)


def split_csv(text: str) -> tuple[str, ...]:
    """Double quotes protect commas; blanks and repetitions are dropped."""
    parts = ((quoted or plain).strip() for quoted, plain in _CSV_PART.findall(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def unknown_keys(document: Document, known: frozenset[str]) -> list[Fault]:
    """A key that nobody reads is a typing error until proven otherwise."""
    return [
        Fault(document.path, value.line, f"unknown key {key!r}", nearest(key, sorted(known)))
        for key, value in document.values.items()
        if key not in known
    ]


def positive_integer(document: Document, key: str, faults: list[Fault]) -> int | None:
    """None when it is missing; a fault when it is there and is none."""
    value = document.values.get(key)
    if value is None:
        return None
    if not value.text.isascii() or not value.text.isdigit() or int(value.text) < 1:
        faults.append(document.fault(key, f"{key} is {value.text!r}", "it must be a whole number from 1 up"))
        return None
    return int(value.text)
