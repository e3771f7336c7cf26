"""What the model is told of itself and its tools, before what the crew has to say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crew_core.agents.builtin_program.tools.catalogue import Grant

_BEGIN = "You are a coding agent at work in a directory, with tools. You work alone and to the end."

_LAST = (
    "Your last message, without a tool call, is your answer: everything that the task asks for, and only that.",
    "When a tool fails, read what it says and do something else; do not repeat the same call.",
)


def system_text(grants: Mapping[str, Grant], told: str) -> str:
    """:param told: the crew's own system text."""
    rules = [*_rules(grants.keys()), *_narrowed(grants), *_LAST]
    own = "\n".join([_BEGIN, "", *(f"- {rule}" for rule in rules)])
    return f"{own}\n\n{told}".strip()


def _rules(names: Collection[str]) -> list[str]:
    rules = []
    if names:
        rules.append(f"Your tools are {', '.join(names)}. You may call several at once; they run one after the other.")
    else:
        rules.append("You have no tools: answer from what you are told.")
    if not {"edit", "write", "shell"} & set(names):
        rules.append("None of your tools changes a file or runs a command: say what should be changed or run, and why.")
    if "edit" in names:
        rules.append("Read a file before you edit it. Prefer edit to write for a file that is there.")
    if "read" in names and "shell" in names:
        rules.append("Read, search and list with your tools for that, not with commands.")
    return rules


def _narrowed(grants: Mapping[str, Grant]) -> list[str]:
    return [
        f"{name} may be used for {', '.join(grant.patterns)} only." for name, grant in grants.items() if grant.patterns
    ]
