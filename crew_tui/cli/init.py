"""`init`: the layout of a project."""

from __future__ import annotations

from crew_core.ops import init as ops
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import screen_for
from crew_tui.lines import Tone
from crew_tui.text import clean


def init(call: Call) -> int:
    """Make what is missing, and say what that was."""
    call.will_write()
    done = ops.init(call.start)
    if call.json:
        document({"init": done})
        return 0
    screen = screen_for(plain=call.plain)
    project = clean(str(done.project))
    screen.line(f"{project}: made" if done.made else f"{project}: nothing was missing")
    for name in done.made:
        screen.line(("  + ", Tone.OK), name)
    return 0
