"""What a team says of itself about when to take it: `triggers`, `useWhen` and `avoidWhen`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crew_core.ops.advice.goal import Goal
from crew_core.ops.advice.judging import Reason
from crew_core.resources.faults import ResourceError
from crew_core.resources.front_matter import read_document
from crew_core.resources.team_file import TeamFile

#: A person wrote these words for just this purpose: they outweigh a rule about verbs.
_TRIGGER = 10
_USE = 8
_AVOID = -10
_NAMED = 20

#: Two phrases are enough; ten of them say no more than that the file is long.
_COUNTED = 2


def own_reasons(team: TeamFile, goal: Goal) -> list[Reason]:
    """What speaks for and against it in its own words; also when the goal calls it by its name."""
    return [*_named(team.name, goal), *_written(team, goal)]


def _named(name: str, goal: Goal) -> Iterator[Reason]:
    word = re.escape(name.casefold())
    if re.search(rf"(?<![\w-])(?:team {word}|{word}[- ]team)(?![\w-])", goal.text):
        yield Reason(f"team:{name}:name", _NAMED, "the goal names the team")


def _written(team: TeamFile, goal: Goal) -> Iterator[Reason]:
    if not team.path.is_file():
        return
    try:
        document = read_document(team.path)
    except ResourceError:
        # It was readable a moment ago; what it said then is enough.
        return
    for key, points in (("triggers", _TRIGGER), ("useWhen", _USE), ("avoidWhen", _AVOID)):
        met = [phrase for phrase in document.items(key) if _mentions(goal, phrase)]
        for phrase in met[:_COUNTED]:
            yield Reason(f"team:{team.name}:{key}", points, f"its {key} has {phrase!r}")


def _mentions(goal: Goal, phrase: str) -> bool:
    """Whole words, in upper or lower case; ``*`` stands for the rest of a word."""
    words = [re.escape(word).replace(r"\*", r"[\w-]*") for word in phrase.casefold().split()]
    if not words:
        return False
    return re.search(rf"(?<![\w-]){' '.join(words)}(?![\w-])", goal.text) is not None
