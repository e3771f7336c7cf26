"""The JSON values in an answer: in fenced blocks, or the whole answer when it is nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from crew_core.model.fenced_blocks import fenced_blocks

#: The first word behind a fence that may hold JSON; a block without a word is tried too.
_JSON_WORDS = frozenset({"json", "jsonc", "json5"})


@dataclass(frozen=True, slots=True)
class Json:
    value: object


@dataclass(frozen=True, slots=True)
class Broken:
    """Meant to be JSON, and is none; ``reason`` says why."""

    reason: str


def read_json(text: str) -> Json | Broken:
    try:
        return Json(msgspec.json.decode(text.encode("utf-8", "replace")))
    except RecursionError:
        return Broken("it is nested too deeply")
    except ValueError as error:
        return Broken(str(error))


def json_blocks(text: str) -> Iterator[Json | Broken]:
    """Each fenced block that is JSON or says that it is; without any, the whole text when it looks like JSON."""
    found = False
    for block in fenced_blocks(text):
        word = block.info.split(maxsplit=1)[0].casefold() if block.info else ""
        if word and word not in _JSON_WORDS:
            continue
        value = read_json(block.text)
        if isinstance(value, Json) or word:
            found = True
            yield value
    if not found and text.strip().startswith(("{", "[")):
        yield read_json(text)


def first_broken(values: Iterable[Json | Broken]) -> Broken | None:
    return next((value for value in values if isinstance(value, Broken)), None)
