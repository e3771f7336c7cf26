"""Checks by make: its targets test, check and lint, read with all that they lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crew_core.agents.offline_program.checks.check import Check, Found, Kind, PassedOver
from crew_core.agents.offline_program.checks.danger import danger_in
from crew_core.agents.offline_program.git import installed
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import read_text
from crew_core.agents.offline_program.work import Work

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")

#: Target → what it says something about; of each kind the first that is there.
_TARGETS = {"test": Kind.TEST, "tests": Kind.TEST, "check": Kind.TEST, "lint": Kind.LINT}

_RULE = re.compile(r"^(?P<names>[^\s#:=][^#:=]*?)\s*::?(?![=])(?P<needs>[^=#;]*)(?:;(?P<recipe>.*))?$")
_VARIABLE = re.compile(r"^(?P<name>[\w.-]+)\s*(?::{1,3}|\?|\+)?=\s*(?P<value>.*)$")
_USE = re.compile(r"\$[({]([\w.-]+)[)}]")
_SUBMAKE = re.compile(r"(?:\$[({]MAKE[)}]|\bmake)\s+(?:-\S+\s+)*([\w.-]+)")


@dataclass(frozen=True, slots=True)
class _Makefile:
    recipes: dict[str, str]
    needs: dict[str, tuple[str, ...]]

    def all_of(self, target: str) -> str:
        """The recipe of a target and of everything that it leads to."""
        waiting, seen, text = [target], set[str](), []
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                recipe = self.recipes.get(each, "")
                text.append(recipe)
                waiting += [*self.needs.get(each, ()), *_SUBMAKE.findall(recipe)]
        return "\n".join(text)


def make_checks(work: Work, listing: Listing, others: Found) -> Found:
    """Targets that do not repeat the kinds of ``others``, which say more of what they find."""
    path = next((each for each in _MAKEFILES if each in listing), "")
    if not path:
        return Found()
    makefile = _parsed(read_text(work.root, path))
    found = Found()
    for target, kind in _TARGETS.items():
        if target in makefile.recipes and not found.has(kind):
            found += _target(path, target, kind, makefile, others)
    return found


def _target(path: str, target: str, kind: Kind, makefile: _Makefile, others: Found) -> Found:
    command = f"make {target}"
    same = next((check.command for check in others.checks if check.kind is kind), "")
    if same:
        return Found(passed_over=(PassedOver(command, f"{same} says the same of {kind}"),))
    if danger := danger_in(makefile.all_of(target)):
        return Found(passed_over=(PassedOver(command, f"it leads to {danger!r}"),))
    program = installed("make")
    if not program:
        return Found(passed_over=(PassedOver(command, "make is not installed"),))
    return Found((Check(command, (program, target), kind, f"{path}: {target}"),))


def _parsed(text: str) -> _Makefile:
    """Rules with their simple variables put in; what make computes stays as it is written."""
    recipes: dict[str, str] = {}
    needs: dict[str, tuple[str, ...]] = {}
    variables: dict[str, str] = {}
    current: list[str] = []
    for line in text.replace("\\\n", " ").split("\n"):
        if line.startswith("\t"):
            for name in current:
                recipes[name] += _expanded(line.strip(), variables) + "\n"
        elif found := _VARIABLE.match(line):
            variables[found["name"]] = found["value"].strip()
        elif rule := _RULE.match(_expanded(line, variables)):
            current = rule["names"].split()
            for name in current:
                recipes.setdefault(name, "")
                recipes[name] += (rule["recipe"] or "") + "\n"
                needs[name] = (*needs.get(name, ()), *rule["needs"].replace("|", " ").split())
        elif line.strip():
            current = []
    return _Makefile(recipes, needs)


def _expanded(text: str, variables: dict[str, str]) -> str:
    for _ in range(3):
        text = _USE.sub(lambda use: variables.get(use[1], use[0]), text)[:10_000]
    return text
