"""How a tool's arguments and its result are told: in one line, and in full up to a size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from crew_core.agents.head_and_tail import HeadAndTail

#: The transcript has all of it.
MOST_BYTES = 16_384

_GIST_CHARACTERS = 400

#: The argument that says most, by the names that programs give it; the first that is there.
_TELLING = (
    *("command", "cmd", "file_path", "filePath", "absolute_path", "path", "notebook_path"),
    *("pattern", "query", "url", "description", "prompt", "subject"),
)


def gist(args: Any) -> str:
    """The arguments of a tool in one line; nothing for none."""
    if args is None:
        return ""
    if isinstance(args, Mapping):
        found = next((args[name] for name in _TELLING if isinstance(args.get(name), str) and args[name]), None)
        args = found if found is not None else (args or "")
    said = args if isinstance(args, str) else _json(args)
    return " ".join(said[: 4 * _GIST_CHARACTERS].split())[:_GIST_CHARACTERS]


def capped_text(text: str, most: int = MOST_BYTES) -> str:
    """Head and tail of it, with a line between them that says how much was left out."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return text
    kept = HeadAndTail(most)
    kept.add(data)
    return kept.text().decode("utf-8", "replace")


def capped_args(args: Any, most: int = MOST_BYTES) -> Any:
    """The arguments with long strings cut, so that all of them fit; what cannot be told so is told as text."""
    try:
        if len(msgspec.json.encode(args)) <= most:
            return args
    except (TypeError, OverflowError, UnicodeEncodeError, RecursionError):
        return capped_text(str(args), most)
    longest = most // 2
    while longest >= 64:
        cut = _with_strings_cut(args, longest)
        if len(_json(cut).encode()) <= most:
            return cut
        longest //= 4
    return capped_text(_json(args), most)


def _with_strings_cut(value: Any, longest: int) -> Any:
    match value:
        case str():
            return capped_text(value, longest)
        case list():
            return [_with_strings_cut(each, longest) for each in value]
        case dict():
            return {name: _with_strings_cut(each, longest) for name, each in value.items()}
        case _:
            return value


def _json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, OverflowError, UnicodeEncodeError, RecursionError):
        return str(value)


def joined_text(content: Any) -> str:
    """What is text in a message's or a result's content: a string, or blocks of which some are text."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(_block(each) for each in content)


def _block(block: Any) -> str:
    if not isinstance(block, Mapping):
        return str(block)
    text = block.get("text")
    return text if isinstance(text, str) else f"[{block.get('type', 'something else')}]"
