"""`recommend`: which team and workflow suit a goal, and why."""

from __future__ import annotations

from crew_core.ops import recommend as ops
from crew_core.ops.recommend import Confidence, Recommendation
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Screen, screen_for
from crew_tui.lines import Tone
from crew_tui.quantities import plural
from crew_tui.text import clean

_TONES = {Confidence.HIGH: Tone.OK, Confidence.MEDIUM: Tone.TEXT, Confidence.LOW: Tone.WARN}


def recommend(call: Call) -> int:
    """The best team with its reasons, what else was near, and the command that starts it."""
    found = ops.recommend(call.options.goal, call.start)
    if call.json:
        document({"recommendation": found})
        return 0
    _show(found, screen_for(plain=call.plain))
    return 0


def _show(found: Recommendation, screen: Screen) -> None:
    workflow = f", workflow {clean(found.workflow)}" if found.workflow else ""
    sure = f"{found.confidence} confidence, {plural(found.points, 'point')}"
    screen.line(("team     ", Tone.DIM), clean(found.team), f"{workflow}  ", (sure, _TONES[found.confidence]))
    if not found.points:
        screen.sentence("because", "no rule knows these words; say more of what is to be done")
    for label, reason in zip(["because", *[""] * len(found.reasons)], found.reasons, strict=False):
        screen.sentence(label, f"{reason.points:+d} {clean(reason.why)} ({clean(reason.rule)})")
    if found.tied:
        screen.sentence("tied", f"as many points have: {clean(', '.join(found.tied))}", tone=Tone.WARN)
    others = ", ".join(f"{other.team} {other.points}" for other in found.others)
    if others:
        screen.sentence("others", clean(others))
    for note in found.notes:
        screen.sentence("note", clean(note))
    screen.line()
    # As it is, without folding white space: it is to be copied.
    screen.line(clean(found.command, single_line=False))
