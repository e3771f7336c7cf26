"""What a response costs: a rule that tests can compute, with numbers large enough to show a wrong sum."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tests.model_server.conversation import Conversation
from tests.model_server.reply import Call, Part, Reply, Text, Thought

#: Of every request so much is said to come from the cache, and to go into it where a format can say so.
CACHE_READ, CACHE_WRITE = 200, 100

#: Besides the characters of the conversation.
BASE = 1_000

_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Bill:
    """Tokens. ``input`` leaves out both cache numbers; ``output`` contains ``reasoning``."""

    input: int = 0
    output: int = 0
    reasoning: int = 0
    cache_read: int = 0
    cache_write: int = 0

    @property
    def whole_input(self) -> int:
        return self.input + self.cache_read + self.cache_write

    def __add__(self, other: Bill) -> Bill:
        return Bill(
            self.input + other.input,
            self.output + other.output,
            self.reasoning + other.reasoning,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
        )

    def __sub__(self, earlier: Bill) -> Bill:
        return Bill(
            self.input - earlier.input,
            self.output - earlier.output,
            self.reasoning - earlier.reasoning,
            self.cache_read - earlier.cache_read,
            self.cache_write - earlier.cache_write,
        )


NOTHING = Bill()


def total(bills: Iterable[Bill]) -> Bill:
    return sum(bills, NOTHING)


def bill(conversation: Conversation, reply: Reply, *, writes_cache: bool) -> Bill:
    """``writes_cache``: the wire format has a number for what went into the cache."""
    read = BASE + _tokens("".join(turn.text for turn in conversation.turns))
    reasoning = sum(_tokens(part.text) for part in reply.parts if isinstance(part, Thought))
    return Bill(
        input=read,
        output=sum(_tokens(_said(part)) for part in reply.parts),
        reasoning=reasoning,
        cache_read=CACHE_READ,
        cache_write=CACHE_WRITE if writes_cache else 0,
    )


def _said(part: Part) -> str:
    match part:
        case Text():
            return part.whole
        case Thought(text):
            return text
        case Call(_, name, arguments):
            return name + json.dumps(arguments)


def _tokens(text: str) -> int:
    return 1 + len(text) // _CHARACTERS_PER_TOKEN
