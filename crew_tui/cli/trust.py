"""`trust`: which projects' own agents, workflows and settings may be used."""

from __future__ import annotations

from pathlib import Path

from crew_core.config.trust import Standing, Trust
from crew_core.config.trust_changes import FileChange
from crew_core.ops import trusting
from crew_core.ops.errors import InputWrong
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document, plain
from crew_tui.cli.printing import Heading, Row, Screen, note, screen_for
from crew_tui.lines import Tone
from crew_tui.quantities import UNKNOWN, plural
from crew_tui.text import clean

_HEADINGS = (Heading("STANDING"), Heading("SINCE"), Heading("FILES", right=True), Heading("PROJECT"))

_TONES = {"+": Tone.OK, "-": Tone.FAIL, "@": Tone.DIM}


def trust(call: Call) -> int:
    """List, show, accept or take back."""
    path, removed = call.options.path, call.options.remove
    if path is not None and removed is not None:
        raise InputWrong("trust", "PATH and --remove PATH", "one at a time")
    if call.options.diff and path is None:
        raise InputWrong("trust --diff", "PATH is missing", "see: crew-tui trust --help")
    if removed is not None:
        return _remove(call, removed)
    if path is None:
        return _list(call)
    return _compare(call, path) if call.options.diff else _accept(call, path)


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
    seen = trusting.look(path)
    changed = trusting.changes(seen) if seen.standing is Standing.CHANGED else ()
    screen = screen_for(plain=call.plain)
    if not call.json:
        _show(changed, screen)
    before = trusting.trust(path, seen)
    if call.json:
        record = plain(before)
        assert isinstance(record, dict)
        document({"trusted": {**record, "standing": Standing.TRUSTED, "before": before.standing}, "diff": changed})
        return 0
    screen.line(_accepted(before))
    for change in before.changes:
        screen.line(f"  {clean(change)}")
    return 0


def _compare(call: Call, path: Path) -> int:
    """Show what would be accepted, and accept nothing; 1 when there is something."""
    seen = trusting.look(path)
    changed = trusting.changes(seen)
    if call.json:
        document({"trusted": seen, "diff": changed})
        return 1 if changed else 0
    screen = screen_for(plain=call.plain)
    _show(changed, screen)
    screen.line(f"{clean(str(seen.project))}: {seen.standing}")
    return 1 if changed else 0


def _show(changes: tuple[FileChange, ...], screen: Screen) -> None:
    """As a unified diff; what is not shown is said."""
    for change in changes:
        name = clean(change.name)
        screen.line((f"{change.mark} {name}  {_sizes(change)}", Tone.TITLE))
        for line in change.lines:
            screen.line((line, _TONES.get(line[:1], Tone.TEXT)))
        if change.omitted:
            screen.line((f"… {plural(change.omitted, 'more line')}", Tone.WARN))
        if change.why:
            screen.line((f"not shown: {clean(change.why)}", Tone.WARN))
        screen.line()


def _sizes(change: FileChange) -> str:
    before, now = (UNKNOWN if size is None else str(size) for size in (change.before_bytes, change.now_bytes))
    match change.mark:
        case "+":
            return f"new, {now} bytes"
        case "-":
            return f"gone, {before} bytes"
        case _:
            return f"changed, {before} → {now} bytes"


def _accepted(before: Trust) -> str:
    project = clean(str(before.project))
    match before.standing:
        case Standing.NOTHING:
            return f"{project}: trusted; it brings nothing of its own, and its check commands may run"
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
