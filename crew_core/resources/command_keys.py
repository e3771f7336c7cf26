"""An agent's keys about a program of its own: ``command``, ``prompt``, ``output``, ``keys``, ``map.KIND``."""

from __future__ import annotations

import re
import shlex

from crew_core.model.mapping import FILE, JSONL, MODEL, PROMPT, STDIN, TELLINGS, TEXT, THINKING
from crew_core.model.plan import CommandPlan, Mapped
from crew_core.resources.faults import Fault, nearest
from crew_core.resources.front_matter import Document

#: The program of agents that have a ``command``.
PROGRAM = "command"

#: What describes the command, besides ``map.KIND``.
KEYS = frozenset({"command", "prompt", "output", "keys"})
MAP = "map."

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATH = re.compile(r"[^.\s=]+(\.[^.\s=]+)*")


def mapping_keys(document: Document) -> tuple[str, ...]:
    """``map.KIND`` and ``map.KIND.ANYTHING``, as they are written, in their order."""
    return tuple(key for key in document.values if key.startswith(MAP))


def command_of(document: Document, faults: list[Fault]) -> CommandPlan | None:
    """What the front matter says about the agent's own program; None: it has none. ``faults`` gets what is wrong."""
    argv = _words(document, "command", faults)
    if not argv:
        stray = [key for key in (*KEYS - {"command"}, *mapping_keys(document)) if key in document.values]
        faults += [
            document.fault(key, f"{key} says nothing without a command", "add: command: PROGRAM") for key in stray
        ]
        return None
    by_file = any(PROMPT in word for word in argv)
    prompt = _one_of(document, "prompt", (STDIN, FILE), FILE if by_file else STDIN, faults)
    output = _one_of(document, "output", (TEXT, JSONL), JSONL if mapping_keys(document) else TEXT, faults)
    maps = tuple(filter(None, (_mapped(document, key, faults) for key in mapping_keys(document))))
    keys = document.items("keys")
    faults += _wrong_whole(document, argv, prompt, output, maps)
    faults += [
        document.fault("keys", f"{key!r} is no name of a variable", "keys: NAME, NAME")
        for key in keys
        if _VARIABLE.fullmatch(key) is None
    ]
    return CommandPlan(argv=argv, prompt=prompt, output=output, keys=keys, map=maps)


def _words(document: Document, key: str, faults: list[Fault]) -> tuple[str, ...]:
    value = document.values.get(key)
    if value is None:
        return ()
    try:
        words = tuple(shlex.split(value.text))
    except ValueError as error:
        faults.append(document.fault(key, f"{key}: {str(error).lower()}", "quote it as for a shell"))
        return ()
    if not words or not words[0] or "\0" in value.text:
        faults.append(document.fault(key, f"{key} names no program", "command: PROGRAM ARGUMENT …"))
        return ()
    return words


def _one_of(document: Document, key: str, known: tuple[str, ...], default: str, faults: list[Fault]) -> str:
    value = document.values.get(key)
    if value is None:
        return default
    if value.text not in known:
        faults.append(document.fault(key, f"{key} is {value.text!r}", f"it must be {' or '.join(known)}"))
        return default
    return value.text


def _wrong_whole(
    document: Document, argv: tuple[str, ...], prompt: str, output: str, maps: tuple[Mapped, ...]
) -> list[Fault]:
    """What does not fit together."""
    faults = []
    has_place = any(PROMPT in word for word in argv)
    if prompt == FILE and not has_place:
        faults.append(document.fault("command", f"command has no {PROMPT} for the prompt's file", f"add {PROMPT}"))
    if prompt == STDIN and has_place:
        faults.append(document.fault("prompt", f"the prompt comes by stdin, and command has {PROMPT}", "prompt: file"))
    if output == TEXT and maps:
        faults.append(document.fault("output", "output is text, which nothing maps", "output: jsonl"))
    if output == JSONL and not any(each.kind in ("text", "result") for each in maps):
        what = "no line is mapped to the agent's answer"
        faults.append(document.fault("output", what, "add a line such as: map.text: type=text text=.text"))
    for key, place in (("model", MODEL), ("thinking", THINKING)):
        said, asked = document.text(key) is not None, any(place in word for word in argv)
        if asked and not said:
            faults.append(document.fault("command", f"command has {place}, and there is no {key}", f"add: {key}: …"))
        if said and not asked:
            what = f"command has no {place}: its program would not be told the {key}"
            faults.append(document.fault(key, what, f"put {place} into command, or leave out {key}"))
    if document.items("tools"):
        what = "crew-tui cannot give tools to a command, nor take them away"
        faults.append(document.fault("tools", what, "say it by the command's own arguments"))
    if document.text("permissions") == "ask":
        what = "a command cannot ask for permission"
        faults.append(document.fault("permissions", what, "leave it out, or use a program that can"))
    return faults


def _mapped(document: Document, key: str, faults: list[Fault]) -> Mapped | None:
    """One ``map.KIND: FIELD.OF.LINE=value … field=.path.in.line …``."""
    kind = key.removeprefix(MAP).partition(".")[0]
    telling = TELLINGS.get(kind)
    if telling is None:
        faults.append(document.fault(key, f"{key}: no kind {kind!r}", nearest(kind, sorted(TELLINGS))))
        return None
    when: dict[str, str] = {}
    fields: dict[str, str] = {}
    wrong: list[Fault] = []
    for term in _words(document, key, wrong) if document.values[key].text else ():
        left, equals, right = term.partition("=")
        if not equals or not left or not right:
            wrong.append(document.fault(key, f"{key}: {term!r} is no condition", "type=VALUE, or text=.PATH"))
        elif not right.startswith("."):
            _take(document, key, left.removeprefix("."), term, wrong)
            when[left.removeprefix(".")] = right
        elif left not in telling.fields:
            what = f"{key}: {kind} has no field {left!r}"
            wrong.append(document.fault(key, what, nearest(left, telling.fields)))
        else:
            _take(document, key, right[1:], term, wrong)
            fields[left] = right[1:]
    if not wrong and telling.one_of and not set(telling.one_of) & set(fields):
        what = f"{key} takes no {' or '.join(telling.one_of)} from the line"
        wrong.append(document.fault(key, what, f"add {telling.one_of[0]}=.PATH"))
    if not wrong and not when:
        what = f"{key} has no condition: every line would be one"
        wrong.append(document.fault(key, what, "add FIELD=VALUE, or FIELD=* for any value"))
    faults += wrong
    return None if wrong else Mapped(kind=kind, when=when, fields=fields)


def _take(document: Document, key: str, path: str, term: str, wrong: list[Fault]) -> None:
    if _PATH.fullmatch(path) is None:
        wrong.append(document.fault(key, f"{key}: {term!r} has no path", "names with dots between them: .a.b.0"))
