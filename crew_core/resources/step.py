"""One step of a workflow: its settings, then its task text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crew_core.model.plan import Edge, VerifyCommand
from crew_core.model.status import EdgePolicy
from crew_core.resources.faults import Fault, nearest
from crew_core.resources.front_matter import Value, split_csv, whole_number
from crew_core.resources.sections import SETTING, UNUSED_STEP_KEYS, Section, intended_key
from crew_core.store.layout import is_safe_id

_DURATION = re.compile(r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,9})?)[ \t]*(?P<unit>ms|s|m|h|)")
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}

#: A year; a longer time is a slip of the pen.
LONGEST_TIMEOUT_S = 31_536_000.0
MOST_RETRIES = 100

#: Ids of tasks are a number, a _ and this; all of it must be an id too.
LONGEST_ID = 120

#: What a step without a text asks for; ``{goal}`` is pi-crew's one template variable.
_NO_TEXT = "{goal}"


@dataclass(frozen=True, slots=True)
class Step:
    """``edges_line`` is where its dependencies are named. ``retries`` None: the program's default.

    ``written`` False: the file has no text for it, and ``text`` stands for the goal.
    """

    id: str
    line: int
    role: str
    text: str
    edges: tuple[Edge, ...] = ()
    edges_line: int = 1
    verify: tuple[VerifyCommand, ...] = ()
    retries: int | None = None
    timeout_s: float | None = None
    keep_processes: bool = False
    cwd: str = "."
    unused: tuple[str, ...] = ()
    written: bool = True


_REPEATABLE = frozenset({"verify"}) | UNUSED_STEP_KEYS


class _Settings:
    """The settings of one section, read with their faults."""

    def __init__(self, path: Path, step_id: str, values: Sequence[tuple[str, Value]], faults: list[Fault]) -> None:
        self._path = path
        self._step = step_id
        self._faults = faults
        self.pairs = values
        self._last: dict[str, Value] = {}
        for key, value in values:
            if key in self._last and key not in _REPEATABLE:
                self.fault(value.line, f"{key} is there already, on line {self._last[key].line}", "keep one of them")
            self._last[key] = value

    def fault(self, line: int, what: str, remedy: str) -> None:
        self._faults.append(Fault(self._path, line, f"step {self._step!r}: {what}", remedy))

    def line(self, key: str, otherwise: int) -> int:
        return self._last[key].line if key in self._last else otherwise

    def text(self, key: str, otherwise: str) -> str:
        value = self._last.get(key)
        return value.text if value and value.text else otherwise

    def edges(self) -> tuple[Edge, ...]:
        value = self._last.get("dependsOn")
        found: dict[str, Edge] = {}
        for item in split_csv(value.text) if value else ():
            name, colon, policy = (part.strip() for part in item.partition(":"))
            try:
                edge = Edge(name, EdgePolicy(policy) if colon else EdgePolicy.SUCCESS)
            except ValueError:
                assert value is not None
                self.fault(value.line, f"unknown edge policy {policy!r}", nearest(policy, list(EdgePolicy)))
                continue
            if found.setdefault(name, edge) != edge:
                assert value is not None
                self.fault(value.line, f"depends on {name!r} in two ways", "keep one of them")
        return tuple(found.values())

    def retries(self) -> int | None:
        value = self._last.get("retries")
        if value is None:
            return None
        number = whole_number(value.text, 0, MOST_RETRIES)
        if number is None:
            remedy = f"it must be a whole number from 0 to {MOST_RETRIES}"
            self.fault(value.line, f"retries is {value.text!r}", remedy)
        return number

    def timeout_s(self) -> float | None:
        value = self._last.get("timeout")
        if value is None:
            return None
        found = _DURATION.fullmatch(value.text)
        seconds = float(found["number"]) * _SECONDS[found["unit"]] if found else 0.0
        if not 0 < seconds <= LONGEST_TIMEOUT_S:
            self.fault(value.line, f"timeout is {value.text!r}", "write a time like 90s, 10m or 2h, at most 8760h")
            return None
        return seconds

    def flag(self, key: str) -> bool:
        value = self._last.get(key)
        if value is not None and value.text not in ("true", "false"):
            self.fault(value.line, f"{key} is {value.text!r}", "it must be true or false")
        return value is not None and value.text == "true"

    def verify(self) -> tuple[VerifyCommand, ...]:
        """``true`` and ``false`` are pi-crew's: they name no command."""
        commands = [value.text for key, value in self.pairs if key == "verify"]
        return tuple(VerifyCommand(command) for command in commands if command not in ("", "true", "false"))

    def cwd(self) -> str:
        text = self.text("cwd", ".")
        path = PurePosixPath(text)
        if path.is_absolute() or ".." in path.parts:
            self.fault(self.line("cwd", 1), f"cwd is {text!r}", "it must lie in the directory of the run")
            return "."
        return text


def parse_step(path: Path, section: Section, faults: list[Fault]) -> Step:
    """The step of a section; what is wrong is added to ``faults``."""
    values, text = _take_settings(path, section, faults)
    if not is_safe_id(section.title) or len(section.title) > LONGEST_ID:
        what = f"step {section.title!r} is no id"
        faults.append(Fault(path, section.line, what, f"letters, digits, - and _ only, at most {LONGEST_ID}"))
    settings = _Settings(path, section.title, values, faults)
    said = text if text.strip() else settings.text("task", "")
    return Step(
        id=section.title,
        line=section.line,
        role=settings.text("role", section.title),
        text=said or _NO_TEXT,
        edges=settings.edges(),
        edges_line=settings.line("dependsOn", section.line),
        verify=settings.verify(),
        retries=settings.retries(),
        timeout_s=settings.timeout_s(),
        keep_processes=settings.flag("keepProcesses"),
        cwd=settings.cwd(),
        unused=tuple(dict.fromkeys(key for key, _ in values if key in UNUSED_STEP_KEYS)),
        written=bool(said),
    )


def _take_settings(path: Path, section: Section, faults: list[Fault]) -> tuple[list[tuple[str, Value]], str]:
    """``key: value`` lines up to the first blank or other line; the rest is the text.

    pi-crew takes any ``word: …`` for a setting and loses what it does not know. Here a line with an unknown word
    is text, unless the word is nearly one of ours.
    """
    values: list[tuple[str, Value]] = []
    for index, line in enumerate(section.lines):
        if not line.strip() and not values:
            continue
        found = SETTING.match(line)
        if found is None:
            return values, "\n".join(section.lines[index:]).strip("\n")
        number = section.line + 1 + index
        key = found["key"]
        meant = intended_key(key)
        if meant is None:
            return values, "\n".join(section.lines[index:]).strip("\n")
        if meant != key:
            what = f"step {section.title!r}: unknown key {key!r}"
            faults.append(Fault(path, number, what, f"did you mean {meant!r}?"))
        values.append((key, Value(found["value"].strip(), number)))
    return values, ""
