"""A skill: ``skills/<name>/SKILL.md``, whose body is advice that a task is given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.front_matter import split_csv
from crew_core.resources.kinds import Kind
from crew_core.resources.text import read_text
from crew_core.store.layout import is_safe_id

#: pi-crew's bound of a skill's name.
LONGEST_NAME = 80

#: Characters of a skill that an agent is told (pi-crew's number).
TOLD_CHARS = 1_500

#: Characters of a skill that a run takes along.
LONGEST_SKILL = 16_384

_RULE = "---"
_SETTING = re.compile(r"(?P<key>[A-Za-z][\w-]*):[ \t]*(?P<value>.*)")
#: YAML for "the indented lines below".
_FOLDED = frozenset({"", ">", ">-", "|", "|-"})


@dataclass(frozen=True, slots=True)
class SkillFile:
    """``line`` is where its text begins."""

    name: str
    path: Path
    description: str
    text: str
    line: int = 1


def is_skill_name(text: str) -> bool:
    return is_safe_id(text) and len(text) <= LONGEST_NAME


def named_skills(text: str) -> tuple[str, ...] | None:
    """The skills that a role or step lists; None for ``false``."""
    return None if text == "false" else split_csv(text)


def wrong_skill_names(names: Iterable[str]) -> list[tuple[str, str]]:
    """What is wrong and what to do, for each name that no skill can have."""
    remedy = f"letters, digits, - and _ only, at most {LONGEST_NAME}"
    return [(f"{name!r} is no name of a skill", remedy) for name in names if not is_skill_name(name)]


def read_skill(path: Path) -> SkillFile:
    """Only ``name`` and ``description`` of the front matter are read: other tools write much else there.

    :raises ResourceError: with everything that is wrong with it.
    """
    lines = read_text(path).split("\n")
    stem = Kind.SKILL.stem(path)
    head, body_line = _front_matter(path, lines)
    name, name_line = head.get("name", (stem, 1))
    text = "\n".join(lines[body_line - 1 :]).strip()
    faults = []
    if not is_skill_name(stem):
        what = f"the directory's name {stem!r} is no name of a skill"
        faults.append(Fault(path, 1, what, f"letters, digits, - and _ only, at most {LONGEST_NAME}"))
    elif name != stem:
        what = f"name {name!r} is not that of the directory, {stem!r}"
        faults.append(Fault(path, name_line, what, "give both one name"))
    if not text:
        faults.append(Fault(path, body_line, "the skill says nothing", "write below the front matter what to do"))
    if faults:
        raise ResourceError(faults, stem)
    return SkillFile(stem, path, head.get("description", ("", 1))[0], text, body_line)


def _front_matter(path: Path, lines: list[str]) -> tuple[dict[str, tuple[str, int]], int]:
    """Keys with value and line, and the line on which the body begins."""
    if lines[0].rstrip() != _RULE:
        return {}, 1
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == _RULE), None)
    if end is None:
        raise ResourceError([Fault(path, 1, "the front matter is not closed", f"add a line {_RULE} below it")])
    values: dict[str, tuple[str, int]] = {}
    for index in range(1, end):
        found = _SETTING.fullmatch(lines[index])
        if found is not None:
            values[found["key"]] = (_value(found["value"].strip(), lines[index + 1 : end]), index + 1)
    return values, end + 2


def _value(text: str, below: list[str]) -> str:
    if text in _FOLDED:
        folded = []
        for line in below:
            if line.strip() and not line.startswith((" ", "\t")):
                break
            folded.append(line.strip())
        return " ".join(" ".join(folded).split())
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text
