"""Text of unknown origin as one line that is safe to print: names of files, lines of code, output of tools."""

from __future__ import annotations

import re
import unicodedata

#: C0, DEL and C1, what ends a line elsewhere, and what turns the direction of writing around.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def shown(text: str, limit: int = 200) -> str:
    """One line of at most ``limit`` characters; what cannot be seen is written as an escape, never dropped.

    Three backticks or tildes become other characters: no text can begin a block that a program reads.
    """
    told = text.encode("utf-8", "backslashreplace").decode("utf-8") if not text.isascii() else text
    told = _UNSAFE.sub(_escaped, told).replace("```", "ʼʼʼ").replace("~~~", "∼∼∼")
    return told if len(told) <= limit else told[: limit - 1] + "…"


def name(path: str) -> str:
    """A file's name for people: bytes that are no UTF-8 are written as escapes, backticks too."""
    raw = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return shown(raw.replace("`", "\\x60"), 4096)


def quoted(text: str, limit: int = 200) -> str:
    """A code span; nothing in it can end it."""
    return f"`{shown(text, limit).replace('`', chr(0x2BC))}`"


def output_lines(output: bytes) -> list[str]:
    """A tool's output in lines, without the sequences that colour it."""
    text = _ESCAPES.sub(b"", output).decode("utf-8", "replace")
    return [_UNSAFE.sub(_blank, line.rstrip("\r").expandtabs(4)) for line in text.split("\n")]


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _blank(found: re.Match[str]) -> str:
    return " " if unicodedata.category(found[0]) == "Cc" else _escaped(found)


def count(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
