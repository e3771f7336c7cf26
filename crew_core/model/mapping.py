"""How the JSON lines of a program that front matter describes may be told: which kinds, with which fields."""

from __future__ import annotations

from dataclasses import dataclass

#: As a value in ``Mapped.when``: the line has that field, whatever is in it.
ANYTHING = "*"

#: ``{prompt}`` in a command is the path of the prompt's file, the others are what the agent's front matter says.
PROMPT = "{prompt}"
MODEL = "{model}"
THINKING = "{thinking}"

STDIN = "stdin"
FILE = "file"
TEXT = "text"
JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Telling:
    """The fields that a mapping of one kind may name, and those of which it must name one."""

    fields: tuple[str, ...]
    one_of: tuple[str, ...] = ()


#: By the kind of the normalized event (``model/transcript.py``).
TELLINGS = {
    "session": Telling(("id", "model", "version", "cwd"), ("id",)),
    "text": Telling(("text", "id"), ("text",)),
    "thinking": Telling(("text", "id"), ("text",)),
    "tool_start": Telling(("tool", "id", "text", "args"), ("tool",)),
    "tool_output": Telling(("id", "text"), ("text",)),
    "tool_end": Telling(("tool", "id", "text", "failed", "durationMs"), ("tool", "id")),
    "usage": Telling(
        ("input", "output", "reasoning", "cacheRead", "cacheWrite", "cost", "turns", "model"),
        ("input", "output", "cost"),
    ),
    "notice": Telling(("text",), ("text",)),
    "result": Telling(("text", "failed"), ("text", "failed")),
    "error": Telling(("text",)),
}
