"""Applying the rules to a goal: pure, the same words always get the same points."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from crew_core.ops.advice.goal import Goal
from crew_core.ops.advice.rules import CHANGE, KIN, RULES, Fact, Rule, Where, Work

#: What is asked for in a later clause counts less than what is asked for first.
_LATER = 1

_LIST = 3
_FILES = 3
_CHANGES = 3
_LONG_WORDS = 80


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that applied: its points for one kind of work, and the words that it saw."""

    rule: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points of each kind of work, with what they come from."""

    points: Mapping[Work, int]
    reasons: Mapping[Work, tuple[Reason, ...]]


def judge(goal: Goal, repository: Collection[Fact] = ()) -> Judgement:
    """Points for every kind of work; 0 where nothing speaks for it. ``repository`` are facts about what is there."""
    facts = {*_facts(goal), *repository}
    reasons: dict[Work, list[Reason]] = {work: [] for work in Work}
    for rule in RULES:
        if rule.needs is not None and _sum(reasons[rule.needs]) <= 0:
            continue
        found = _applies(rule, goal, facts)
        if found is None:
            continue
        seen, later = found
        for work, points in rule.points.items():
            # Being later makes a reason weaker, never turns it round.
            weighed = points - _LATER if later and points > _LATER else points
            reasons[work].append(Reason(rule.id, weighed, rule.why.format(seen)))
    for work, (kin, cost) in KIN.items():
        if _sum(reasons[kin]) > 0:
            reasons[work] = [*reasons[kin], *reasons[work], Reason("size", -cost, f"{kin} would be the plain choice")]
    return Judgement(
        points={work: max(0, _sum(found)) for work, found in reasons.items()},
        reasons={work: tuple(found) for work, found in reasons.items()},
    )


def _sum(reasons: Collection[Reason]) -> int:
    return sum(reason.points for reason in reasons)


def _facts(goal: Goal) -> set[Fact]:
    changes = {found[0] for clause in goal.clauses if (found := CHANGE.match(clause))}
    counted = {
        Fact.QUESTION: goal.question,
        Fact.LIST: len(goal.items) >= _LIST,
        Fact.MANY_CHANGES: len(changes) >= _CHANGES,
        Fact.MANY_FILES: goal.files >= _FILES,
        Fact.LONG: goal.words > _LONG_WORDS,
    }
    return {fact for fact, holds in counted.items() if holds}


def _applies(rule: Rule, goal: Goal, facts: Collection[Fact]) -> tuple[str, bool] | None:
    """The words that the rule saw, and whether they stand in a later clause; None when it does not apply."""
    match rule.where:
        case Where.FACT:
            return ("", False) if rule.fact in facts else None
        case Where.ANYWHERE:
            found = rule.pattern().search(goal.text)
            return (found[0].strip(), False) if found else None
        case Where.HEAD:
            pattern = rule.pattern()
            for number, clause in enumerate(goal.clauses):
                if (begun := pattern.match(clause)) is not None:
                    return begun[0], number > 0
            return None
