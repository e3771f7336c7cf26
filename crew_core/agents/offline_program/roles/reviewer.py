"""Reviewer and security reviewer: the change, or the tree, against tables of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crew_core.agents.offline_program.checks.running import run_checks
from crew_core.agents.offline_program.checks.telling import tell_checks
from crew_core.agents.offline_program.checks.verdict import FAIL, verdict_of
from crew_core.agents.offline_program.git import Git
from crew_core.agents.offline_program.plain_text import count, name, quoted, shown
from crew_core.agents.offline_program.review import (
    quality_files,
    quality_lines,
    quality_python,
    security_files,
    security_lines,
    security_python,
)
from crew_core.agents.offline_program.review.applying import Reviewed, apply_rules
from crew_core.agents.offline_program.review.finding import Finding, Severity
from crew_core.agents.offline_program.review.rule import Rule
from crew_core.agents.offline_program.review.scope import Scope, scope_of
from crew_core.agents.offline_program.review.untested import untested
from crew_core.agents.offline_program.survey.focus import focus_of, narrowed
from crew_core.agents.offline_program.survey.listing import Listing, list_files
from crew_core.agents.offline_program.work import Outcome, Work
from crew_core.model.packet import Wants

QUALITY: tuple[Rule, ...] = (*quality_files.RULES, *quality_lines.RULES, *quality_python.RULES)
SECURITY: tuple[Rule, ...] = (*security_files.RULES, *security_lines.RULES, *security_python.RULES)

_SHOWN = 100
_NAMED = 5


def review(work: Work) -> Outcome:
    """Quality: what is left in, swallowed, broken or untested."""
    return _review(work, "Review", QUALITY, with_untested=True)


def review_security(work: Work) -> Outcome:
    """Security: secrets, injection, unverified or weak protection."""
    return _review(work, "Security review", SECURITY, with_untested=False)


def _review(work: Work, title: str, rules: Sequence[Rule], *, with_untested: bool) -> Outcome:
    git = Git(work)
    everything = list_files(work, git)
    listing = narrowed(everything, focus_of(work.packet, everything))
    scope = scope_of(git, listing)
    work.page.begin(f"{title} of {work.title}: {count(len(scope.lines), 'file')}")
    work.page.section("Goal", [f"- goal: {quoted(work.packet.goal, 400)}", f"- under review: {scope.told}"])
    reviewed = apply_rules(work, scope, rules)
    findings = sorted([*reviewed.findings, *(untested(scope, reviewed.paths, everything) if with_untested else [])])
    work.page.section("Findings", _finding_lines(findings), f"None: {len(rules)} rules found nothing.")
    work.page.section("Numbers", [*_number_lines(findings, reviewed, scope, len(rules)), *_cut(everything)])
    work.page.section("Earlier results", [f"- {shown(e.task_id, 80)}: {shown(e.status, 40)}" for e in work.earlier])
    verdict = _verdict(work, findings) if work.packet.wants is Wants.VERDICT else ""
    return Outcome(items=tuple(dict.fromkeys(finding.path for finding in findings)), verdict=verdict)


def _cut(listing: Listing) -> list[str]:
    return [f"- {listing.cut}"] if listing.cut else []


def _finding_lines(findings: Sequence[Finding]) -> list[str]:
    lines = [f"- {name(f.path)}:{f.line} [{f.severity.name.lower()}] {f.rule}: {f.why}" for f in findings[:_SHOWN]]
    if len(findings) > _SHOWN:
        lines.append(f"- … and {len(findings) - _SHOWN} more")
    return lines


def _number_lines(findings: Sequence[Finding], reviewed: Reviewed, scope: Scope, rules: int) -> list[str]:
    by_severity = Counter(finding.severity.name.lower() for finding in findings)
    told = ", ".join(f"{by_severity[s.name.lower()]} {s.name.lower()}" for s in Severity)
    lines = [f"- findings: {told}", f"- {count(len(reviewed.paths), 'file')} read with {count(rules, 'rule')}"]
    lines += [f"- skipped, {reason}: {count(n, 'file')}" for reason, n in sorted(reviewed.skipped.items())]
    if reviewed.cut:
        lines.append(f"- {reviewed.cut}")
    if reviewed.left_out:
        lines.append(f"- {count(reviewed.left_out, 'finding')} found no room")
    if scope.cut:
        lines.append("- the patch is too large: only its first part was looked at")
    return [*lines, "- rules see forms, not meaning: what is not listed here was not judged"]


def _verdict(work: Work, findings: Sequence[Finding]) -> str:
    """A severe finding fails; without one, rules alone verify nothing, so the checks decide."""
    severe = [finding for finding in findings if finding.severity is Severity.HIGH]
    if severe:
        named = [f"{name(finding.path)}:{finding.line} {finding.rule}" for finding in severe[:_NAMED]]
        more = f" and {len(severe) - _NAMED} more" if len(severe) > _NAMED else ""
        return FAIL + shown(", ".join(named) + more, 1_000)
    checked = run_checks(work)
    tell_checks(work.page, checked)
    return verdict_of(checked)
