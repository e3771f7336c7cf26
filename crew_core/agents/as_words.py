"""What a person says reaches the model as words, also where the program would take it for a command of its own."""

from __future__ import annotations

import re

#: Stands before words that would be a command: what a program does with one is no work on the task, and what it prints
#: would be the answer.
BEFORE = "A message from the person:\n"

#: ``/``: Claude Code and every agent of the protocol that was tried; ``$``: Gemini. They pass over white space before
#: it, to which JavaScript counts the byte order mark.
_COMMAND = re.compile(r"[\s\ufeff]*[/$]")


def as_words(text: str) -> str:
    """The text, such that no program takes it for a command."""
    return BEFORE + text if _COMMAND.match(text) else text
