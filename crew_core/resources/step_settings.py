"""The settings of one step: each read by its own grammar, with what is wrong at its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from crew_core.model.plan import Edge, VerifyCommand, Wants
from crew_core.model.status import EdgePolicy
from crew_core.resources.faults import Fault, nearest
from crew_core.resources.front_matter import Value, split_csv, whole_number
from crew_core.resources.sections import UNUSED_STEP_KEYS
from crew_core.resources.skill_file import named_skills, wrong_skill_names

_DURATION = re.compile(r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,9})?)[ \t]*(?P<unit>ms|s|m|h|)")
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}

#: A year; a longer time is a slip of the pen.
LONGEST_TIMEOUT_S = 31_536_000.0
MOST_RETRIES = 100

#: Tasks that one plan or fan-out may bring: more are nearly always a plan gone wrong.
MOST_ITEMS = 50
DEFAULT_ITEMS = 12

_REPEATABLE = frozenset({"verify"}) | UNUSED_STEP_KEYS


#: How a text of pi-crew's asks for a plan.
_PLAN_MARKS = ("ADAPTIVE_PLAN_JSON_START", "ADAPTIVE_PLAN_JSON_END")


class Settings:
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
        source = self.for_each()
        if source is not None and found.setdefault(source, Edge(source)) != Edge(source):
            remedy = "a fan-out needs the list: remove the policy"
            self.fault(self.line("forEach", 1), f"forEach: {source!r} is a dependency of another policy", remedy)
        return tuple(found.values())

    def for_each(self) -> str | None:
        return self.text("forEach", "") or None

    def wants(self, text: str) -> Wants:
        """pi-crew's ``verify: true`` asks for a verdict, and its markers in the text for a plan."""
        value = self._last.get("wants")
        if value is not None:
            try:
                wants = Wants(value.text)
            except ValueError:
                self.fault(value.line, f"wants is {value.text!r}", nearest(value.text, list(Wants)))
                return Wants.ANSWER
            if self.for_each() is not None and wants in (Wants.PLAN, Wants.LIST):
                self.fault(value.line, f"a fan-out cannot want a {wants}", "give that to a step of its own")
            return wants
        if any(key == "verify" and value.text == "true" for key, value in self.pairs):
            return Wants.VERDICT
        return Wants.PLAN if self.for_each() is None and all(mark in text for mark in _PLAN_MARKS) else Wants.ANSWER

    def most_items(self, wants: Wants) -> int:
        value = self._last.get("max")
        if value is None:
            return DEFAULT_ITEMS
        number = whole_number(value.text, 1, MOST_ITEMS)
        if number is None:
            self.fault(value.line, f"max is {value.text!r}", f"it must be a whole number from 1 to {MOST_ITEMS}")
        elif self.for_each() is None and wants is not Wants.PLAN:
            self.fault(value.line, "max bounds nothing here", "it goes with forEach or with wants: plan")
        return number or DEFAULT_ITEMS

    def skills(self) -> tuple[str, ...] | None:
        """None for ``false``."""
        skills = named_skills(self.text("skills", ""))
        for what, remedy in wrong_skill_names(skills or ()):
            self.fault(self.line("skills", 1), what, remedy)
        return skills

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
