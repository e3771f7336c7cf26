"""`doctor`: what a run needs, how it stands here, and what to do about what is not well."""

from __future__ import annotations

from crew_core.ops.checkup.finding import Finding, Level
from crew_core.ops.doctor import Checkup
from crew_core.ops.doctor import doctor as check
from crew_core.ops.errors import OpsError
from crew_core.ops.probe import probe
from crew_core.ops.probe_run import ProbeResult
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Screen, screen_for
from crew_tui.lines import Tone
from crew_tui.text import clean

_TONES = {Level.OK: Tone.OK, Level.WARN: Tone.WARN, Level.FAIL: Tone.FAIL}


def doctor(call: Call) -> int:
    """Print a line for each thing that was looked at. 1 when one of them would keep a run from working."""
    screen = screen_for(plain=call.plain)
    if call.options.probe:
        call.will_write()
    checkup = check(call.start, writing=not call.read_only)
    if not call.json:
        _show(checkup, screen)
    tried = _tried() if call.options.probe else None
    well = checkup.well and (tried is None or not tried.problem)
    if call.json:
        document({"checkup": checkup, "well": well, "probe": tried})
    else:
        if tried is not None:
            _show_trial(tried, screen)
        _show_sum(checkup, screen, well=well)
    return 0 if well else 1


def _tried() -> ProbeResult:
    try:
        return probe()
    except OpsError as error:
        return ProbeResult((), str(error))


def _show(checkup: Checkup, screen: Screen) -> None:
    for section in checkup.sections:
        screen.line((section.title, Tone.TITLE))
        for finding in section.findings:
            _line(finding, screen)


def _line(finding: Finding, screen: Screen) -> None:
    screen.line("  ", (finding.level.value.ljust(4), _TONES[finding.level]), f"  {finding.name}: {clean(finding.said)}")
    for line in screen.wrapped(clean(finding.remedy), indent=8):
        screen.line((line, Tone.DIM))


def _show_trial(tried: ProbeResult, screen: Screen) -> None:
    screen.line(("probe", Tone.TITLE))
    for stage in tried.stages:
        screen.line(f"  {stage.after_ms:>6} ms  {stage.name}")
    if tried.problem:
        remedy = "run it again with the findings above set right; if they are, this is a bug of crew-tui"
        _line(Finding(Level.FAIL, "probe", tried.problem, remedy), screen)
    else:
        _line(Finding(Level.OK, "probe", "a real worker did its task, and nothing of it is left"), screen)


def _show_sum(checkup: Checkup, screen: Screen, *, well: bool) -> None:
    levels = [finding.level for section in checkup.sections for finding in section.findings]
    counts = ", ".join(f"{levels.count(level)} {level}" for level in Level)
    screen.line()
    verdict: tuple[str, Tone] = ("runs will work here", Tone.OK) if well else ("runs will not work here", Tone.FAIL)
    screen.line(verdict, f": {counts}")
