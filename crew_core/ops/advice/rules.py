"""The table of rules: which words and facts speak for and against which kind of work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Work(StrEnum):
    """Kinds of work; the value is the team for it (pi-crew's names), smaller teams first: the first one wins a tie."""

    FAST_FIX = "fast-fix"
    DEFAULT = "default"
    REVIEW = "review"
    RESEARCH = "research"
    IMPLEMENTATION = "implementation"
    PARALLEL_RESEARCH = "parallel-research"


#: A kind that is another one with more or fewer hands: it has the other's points too, less what choosing it costs.
#: So it wins only when something speaks for just this.
KIN = {
    Work.FAST_FIX: (Work.DEFAULT, 2),
    Work.IMPLEMENTATION: (Work.DEFAULT, 2),
    Work.PARALLEL_RESEARCH: (Work.RESEARCH, 2),
}


class Where(StrEnum):
    """``HEAD``: a clause begins with it, so it is what is to be done. ``ANYWHERE``: it is mentioned."""

    HEAD = "head"
    ANYWHERE = "anywhere"
    FACT = "fact"


class Fact(StrEnum):
    """What is counted instead of read."""

    QUESTION = "question"
    LIST = "list"
    MANY_CHANGES = "many changes"
    MANY_FILES = "many files"
    LONG = "long"
    NO_FILES = "no files"
    LARGE_REPOSITORY = "large repository"


@dataclass(frozen=True, slots=True)
class Rule:
    """``points`` are for, or when negative against, each kind of work. ``needs``: only if that has points already."""

    id: str
    where: Where
    points: dict[Work, int]
    why: str
    terms: str = ""
    fact: Fact | None = None
    needs: Work | None = None

    def pattern(self) -> re.Pattern[str]:
        """Whole words only: `pr` is not in `print`, `test` not in `latest`, `review` not in `pre-review`."""
        return re.compile(rf"(?<![\w-])(?:{self.terms})(?![\w-])")


_CHANGE = (
    "fix|repair|correct|resolve|patch|revert|unbreak|solve|debug|add|write|create|build|implement|introduce|extend"
    "|integrate|migrate|port|rewrite|redesign|refactor|restructure|develop|document|translate|change|update|upgrade"
    "|downgrade|bump|improve|optimi[sz]e|speed up|reduce|simplify|clean up|tidy up|rename|format|sort|cache|validate"
    "|reject|accept|print|show|display|return|log|use|handle|allow|make|support|expose|prevent|avoid|ensure|move|split"
    "|merge|extract|delete|remove|drop|disable|enable|turn|set|replace|convert|generate|configure|set up|install|wire"
    "|connect|deploy|publish|release|package|process|finish|adapt|modernise|modernize|quick fix|bug ?fix"
)
_FIX = "fix|repair|correct|resolve|patch|revert|unbreak|solve|debug|rename|bump|quick fix|bug ?fix"
_LARGE = (
    "implement|build|develop|migrate|port|rewrite|redesign|refactor|restructure|integrate|modernise|modernize|design"
)

RULES: tuple[Rule, ...] = (
    Rule("change-verb", Where.HEAD, {Work.DEFAULT: 4}, "asks for a change: {}", _CHANGE),
    Rule("fix-verb", Where.HEAD, {Work.FAST_FIX: 3}, "asks for a repair: {}", _FIX),
    Rule("large-verb", Where.HEAD, {Work.IMPLEMENTATION: 3}, "asks for more than a change in one place: {}", _LARGE),
    Rule(
        "research-verb",
        Where.HEAD,
        {Work.RESEARCH: 4},
        "asks to find something out: {}",
        "explain|describe|investigate|research|understand|analy[sz]e|explore|summari[sz]e|find out|figure out|learn"
        "|study|map|trace|look into|tell me|compare|survey|evaluate|get to know|get an overview|list|how"
        "|why|what|where|which|who|when|is|are|does|do we|can we|should we|deep[- ]dive|deep[- ]read",
    ),
    Rule(
        "written-findings",
        Where.HEAD,
        {Work.RESEARCH: 9, Work.DEFAULT: -3},
        "what is to be written is findings: {}",
        "document (?:how|why|what|where)|(?:write|create|produce|prepare|draft)(?: up)?(?: \\w+){0,3} "
        "(?:report|summary|overview|comparison|analysis|explanation|proposal|findings|survey)|report on|report",
    ),
    Rule(
        "research-noun",
        Where.ANYWHERE,
        {Work.RESEARCH: 2},
        "is about knowing: {}",
        "root cause|trade-?offs?|pros and cons|feasibility|overview|how (?:\\S+ ){1,5}works?|state of the art",
    ),
    Rule("question", Where.FACT, {Work.RESEARCH: 2}, "is a question", fact=Fact.QUESTION),
    Rule(
        "review-verb",
        Where.HEAD,
        {Work.REVIEW: 5},
        "asks for a judgement of what is there: {}",
        "review|audit|critique|assess|inspect|vet|code[- ]review|security[- ]review|security[- ]audit|look over"
        "|pr review|threat[- ]model|thorough review|full review|careful review|second look",
    ),
    Rule("check-verb", Where.HEAD, {Work.REVIEW: 3}, "asks for a check: {}", "check|double-check|verify|test"),
    Rule(
        "review-noun",
        Where.ANYWHERE,
        {Work.REVIEW: 2},
        "is about the quality of what is there: {}",
        "prs?|pull[- ]requests?|merge[- ]requests?|vulnerabilit(?:y|ies)|security holes?|code smells?|code quality"
        "|threat model|injection|last commits?",
    ),
    Rule("not-review", Where.ANYWHERE, {Work.REVIEW: -6}, "wants no review: {}", "(?:no|not a|without(?: a)?) review"),
    Rule(
        "changes-too",
        Where.HEAD,
        {Work.REVIEW: -3, Work.RESEARCH: -3},
        "what is found is to be changed, which this team does not do: {}",
        _CHANGE,
    ),
    Rule(
        "judged-first",
        Where.HEAD,
        {Work.DEFAULT: 1, Work.FAST_FIX: -1},
        "what is to be changed has to be found first: {}",
        "review|audit|inspect|assess",
        needs=Work.DEFAULT,
    ),
    Rule(
        "no-changes",
        Where.ANYWHERE,
        {Work.DEFAULT: -8, Work.REVIEW: 1, Work.RESEARCH: 1},
        "nothing is to be changed: {}",
        "(?:do not|don't|without|never) (?:chang|modify|modifying|edit|touch|fix)\\w*|read[- ]only"
        "|no (?:code )?changes",
    ),
    Rule(
        "small",
        Where.ANYWHERE,
        {Work.FAST_FIX: 2},
        "is small: {}",
        "typos?|misspell\\w*|off-by-one|one[- ]liners?|small|tiny|trivial|minor|quick|simple|broken links?|bugs?"
        "|crash(?:es)?|lint (?:errors?|warnings?)|warnings?|null pointer|regressions?|flaky|failing tests?|test fails?",
        needs=Work.DEFAULT,
    ),
    Rule(
        "broad",
        Where.ANYWHERE,
        {Work.IMPLEMENTATION: 3, Work.FAST_FIX: -4},
        "reaches far: {}",
        "across|everywhere|whole|entire|all (?:the|of|our|its)|every|each|end[- ]to[- ]end|codebase|subsystems?"
        "|from scratch|throughout|system-wide|architecture",
        needs=Work.DEFAULT,
    ),
    Rule(
        "risky",
        Where.ANYWHERE,
        {Work.IMPLEMENTATION: 2},
        "can break much: {}",
        "auth|authentication|authori[sz]ation|oauth2?|payments?|billing|migrations?|schema|concurren(?:cy|t)"
        "|race conditions?|encryption|security|breaking changes?|data loss|public api|transactions?",
        needs=Work.DEFAULT,
    ),
    Rule(
        "task-list",
        Where.FACT,
        {Work.IMPLEMENTATION: 4, Work.FAST_FIX: -4},
        "lists several tasks",
        fact=Fact.LIST,
        needs=Work.DEFAULT,
    ),
    Rule(
        "many-changes",
        Where.FACT,
        {Work.IMPLEMENTATION: 3, Work.FAST_FIX: -3},
        "asks for several changes",
        fact=Fact.MANY_CHANGES,
    ),
    Rule(
        "many-files",
        Where.FACT,
        {Work.IMPLEMENTATION: 3, Work.FAST_FIX: -3},
        "names several files",
        fact=Fact.MANY_FILES,
        needs=Work.DEFAULT,
    ),
    Rule("long", Where.FACT, {Work.IMPLEMENTATION: 1}, "takes many words", fact=Fact.LONG, needs=Work.DEFAULT),
    Rule(
        "many-sources",
        Where.ANYWHERE,
        {Work.PARALLEL_RESEARCH: 4},
        "has several sources that can be read side by side: {}",
        "(?:multiple|several|all|every|each|many|various|different|both|two|three|four|five)(?: of)?"
        "(?: the| our| these)? (?:projects?|repos?|repositor(?:y|ies)|packages?|services?|modules?|sources|codebases?"
        "|subsystems?|libraries"
        "|frameworks|components|directories)|compare [^.]+, [^.]+ (?:and|or)",
        needs=Work.RESEARCH,
    ),
    Rule(
        "deep",
        Where.ANYWHERE,
        {Work.PARALLEL_RESEARCH: 3},
        "goes deep: {}",
        "deep[- ](?:dive|read|research)|in depth|in-depth|source audit|exhaustive(?:ly)?|comprehensive(?:ly)?",
        needs=Work.RESEARCH,
    ),
    Rule(
        "several-questions",
        Where.FACT,
        {Work.PARALLEL_RESEARCH: 4},
        "lists several questions",
        fact=Fact.LIST,
        needs=Work.RESEARCH,
    ),
    Rule(
        "large-repository",
        Where.FACT,
        {Work.PARALLEL_RESEARCH: 3},
        "there is too much here for one reader",
        fact=Fact.LARGE_REPOSITORY,
        needs=Work.RESEARCH,
    ),
    Rule(
        "nothing-to-read",
        Where.FACT,
        {Work.RESEARCH: -2, Work.REVIEW: -4},
        "there is no file here yet to read",
        fact=Fact.NO_FILES,
    ),
    Rule(
        "begins-from-nothing",
        Where.FACT,
        {Work.IMPLEMENTATION: 2},
        "there is no file here yet: all of it is new",
        fact=Fact.NO_FILES,
        needs=Work.DEFAULT,
    ),
)

#: Change verbs, for counting how many changes are asked for.
CHANGE = next(rule for rule in RULES if rule.id == "change-verb").pattern()
