"""`trust`: which projects' own agents, workflows and settings may be used."""

from __future__ import annotations

from pathlib import Path

from crew_core.config.trust import Standing, Trust
from crew_core.ops import trusting
from crew_core.ops.errors import InputWrong
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document, plain
from crew_tui.cli.printing import Heading, Row, note, screen_for
from crew_tui.lines import Tone
from crew_tui.quantities import UNKNOWN, plural
from crew_tui.text import clean

_HEADINGS = (Heading("STANDING"), Heading("SINCE"), Heading("FILES", right=True), Heading("PROJECT"))


def trust(call: Call) -> int:
    """List, accept or take back."""
    path, removed = call.options.path, call.options.remove
    if path is not None and removed is not None:
        raise InputWrong("trust", "PATH and --remove PATH", "one at a time")
    if removed is not None:
        return _remove(call, removed)
    return _list(call) if path is None else _accept(call, path)


def _list(call: Call) -> int:
    known = trusting.trust_store().everything()
    if call.json:
        document({"trusted": known})
        return 0
    if not known:
        note("no project is trusted; crew-tui trust PATH accepts one as it is now")
        return 0
    rows = [
        Row(
            (
                (each.standing.value, Tone.OK if each.holds else Tone.WARN),
                ((each.at or UNKNOWN)[:10], Tone.DIM),
                str(len(each.files)),
                clean(str(each.project)),
            ),
            note=clean(", ".join(each.changes)),
        )
        for each in known
    ]
    screen_for(plain=call.plain).table(_HEADINGS, rows)
    return 0


def _accept(call: Call, path: Path) -> int:
    call.will_write()
    before = trusting.trust(path)
    if call.json:
        record = plain(before)
        assert isinstance(record, dict)
        now = before.standing if before.standing is Standing.NOTHING else Standing.TRUSTED
        document({"trusted": {**record, "standing": now, "before": before.standing}})
        return 0
    screen = screen_for(plain=call.plain)
    screen.line(_accepted(before))
    for change in before.changes:
        screen.line(f"  {clean(change)}")
    return 0


def _accepted(before: Trust) -> str:
    project = clean(str(before.project))
    match before.standing:
        case Standing.NOTHING:
            return f"{project}: brings nothing that needs trust"
        case Standing.TRUSTED:
            return f"{project}: was trusted already, {plural(len(before.files), 'file')}"
        case Standing.CHANGED:
            return f"{project}: trusted again, {plural(len(before.changes), 'change')}:"
        case _:
            return f"{project}: trusted, {plural(len(before.files), 'file')}:"


def _remove(call: Call, path: Path) -> int:
    call.will_write()
    project = trusting.distrust(path)
    if call.json:
        document({"removed": project})
    else:
        print(f"{clean(str(project))}: not trusted any more", flush=True)
    return 0
