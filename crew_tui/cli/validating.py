"""`validate`: everything that is wrong with the resources, at once."""

from __future__ import annotations

from crew_core.ops.validating import Finding, Level, Shadow, Validation
from crew_core.ops.validating import validate as check
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Screen, screen_for
from crew_tui.lines import Tone
from crew_tui.quantities import plural
from crew_tui.text import clean


def validate(call: Call) -> int:
    """Returns 1 when there are errors."""
    found = check(call.start, call.options.files)
    if call.json:
        document({"validation": found})
    else:
        _tell(found, screen_for(plain=call.plain))
    return 1 if found.failed else 0


def _tell(found: Validation, screen: Screen) -> None:
    for finding in found.findings:
        _finding(finding, screen)
    for shadow in found.shadows:
        screen.line((_shadow(shadow), Tone.DIM))
    errors = sum(finding.level is Level.ERROR for finding in found.findings)
    warnings = len(found.findings) - errors
    counted = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}" if found.findings else "nothing is wrong"
    screen.line((f"{plural(found.files, 'file')}: {counted}", Tone.FAIL if errors else Tone.OK))


def _finding(finding: Finding, screen: Screen) -> None:
    """`FILE:LINE: error: problem; remedy`, which editors can jump to."""
    place = f"{clean(str(finding.file))}:{finding.line}: " if finding.line else ""
    tone = Tone.FAIL if finding.level is Level.ERROR else Tone.WARN
    remedy = f"; {clean(finding.remedy)}" if finding.remedy else ""
    screen.line(place, (str(finding.level), tone), f": {clean(finding.problem)}{remedy}")


def _shadow(shadow: Shadow) -> str:
    return (
        f"{clean(str(shadow.path))}: {shadow.name} is used instead of {', '.join(clean(str(p)) for p in shadow.hides)}"
    )
