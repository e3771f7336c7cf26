"""The words of a goal that are worth looking for."""

from __future__ import annotations

import re

#: More words would find everything.
_WORDS = 12

_WORD = re.compile(r"[^\W_][\w-]*[^\W_]|[^\W_]{3,}", re.UNICODE)

#: Words that every goal has, and words about the work itself.
_EMPTY_TEXT = """
a about after all also an and any are as at be because been before being but by can could did do does each for from get
give had has have he her here him his how i if in into is it its just let like look make many may me more most must my
need new no not now of off on one only or other our out over own please see she should show so some such take tell than
that the their them then there these they this those through to too under up us use very was way we were what when where
which while who why will with within without work would yes you your again around repository repo project code codebase
base file files want wants goal task everything thing things find report whole every know describe explain understand
"""
_EMPTY = frozenset(_EMPTY_TEXT.split())


def significant_words(text: str) -> tuple[str, ...]:
    """At most twelve, in lower case, in their order, each once; ``foo_bar`` is one word and so is ``foo-bar``."""
    words: dict[str, None] = {}
    for found in _WORD.findall(text):
        word = found.lower()
        if len(word) >= 3 and word not in _EMPTY and not word.isdigit():
            words.setdefault(word)
    return tuple(words)[:_WORDS]


def pattern_of(words: tuple[str, ...]) -> re.Pattern[bytes] | None:
    """Finds any of the words where no letter or digit touches it; None without words."""
    if not words:
        return None
    longest_first = sorted(words, key=len, reverse=True)
    either = b"|".join(re.escape(word.encode("utf-8", "replace")) for word in longest_first)
    return re.compile(rb"(?i)(?<![a-z0-9\x80-\xff])(?:" + either + rb")(?![a-z0-9\x80-\xff])")
