"""`teams`, `workflows`, `agents`, `skills`: what there is, and one of them."""

from __future__ import annotations

from crew_core.ops.errors import InputWrong
from crew_core.ops.resources import Entry, Kind, Layer, Usable, list_resources, show_resource
from crew_core.ops.writable import RESERVED
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Heading, Piece, Row, note, screen_for
from crew_tui.lines import Tone
from crew_tui.text import clean

_HEADINGS = (Heading("NAME"), Heading("FROM"), Heading("DESCRIPTION"))

#: How a layer is called to a person.
LAYERS = {Layer.BUILTIN: "built in", Layer.USER: "yours", Layer.PROJECT: "project"}


def resources(call: Call) -> int:
    """List them, show one, or change one."""
    kind = next(kind for kind in Kind if kind.plural == call.command)
    words: list[str] = call.options.words
    if words and words[0] in RESERVED:
        from crew_tui.cli.managing import manage

        return manage(call, kind, words[0], words[1:])
    given = [name for name in ("project", "user", "force") if getattr(call.options, name)]
    if given:
        raise InputWrong(kind.plural, f"--{given[0]} goes with new, edit, rename and delete", "leave it out")
    if len(words) > 1:
        raise InputWrong(kind.plural, f"too many words: {' '.join(words[1:])}", f"see: crew-tui {kind.plural} --help")
    return _show(call, kind, words[0]) if words else _list(call, kind)


def _list(call: Call, kind: Kind) -> int:
    entries = list_resources(call.start, kind)
    if call.json:
        document({kind.plural: entries})
    elif entries:
        screen_for(plain=call.plain).table(_HEADINGS, [_row(entry) for entry in entries])
    else:
        note(f"no {kind.plural}; crew-tui {kind.plural} new NAME makes one")
    return 0


def _row(entry: Entry) -> Row:
    notes = [f"instead of {path}" for path in entry.shadows]
    if entry.withheld is not None and entry.usable is not Usable.WITHHELD:
        notes.append(f"the project's {entry.withheld} is not used, because the project is not trusted")
    tone = Tone.TEXT if entry.usable is Usable.YES else Tone.WARN
    text = entry.description
    if entry.usable is not Usable.YES:
        text = f"{entry.usable}: {entry.problem}" if entry.problem else str(entry.usable)
    cells: tuple[Piece, ...] = (clean(entry.name), (LAYERS[entry.layer], Tone.DIM), (clean(text), tone))
    return Row(cells, note=clean("; ".join(notes)))


def _show(call: Call, kind: Kind, name: str) -> int:
    shown = show_resource(call.start, kind, name)
    entry = shown.entry
    if call.json:
        document({kind.value: entry, "text": shown.text})
        return 0
    screen = screen_for(plain=call.plain)
    screen.line((f"{kind} ", Tone.DIM), (clean(entry.name), Tone.TITLE))
    screen.fact("from", f"{LAYERS[entry.layer]}: {clean(str(entry.path))}")
    for path in entry.shadows:
        screen.fact("hides", clean(str(path)))
    if entry.withheld is not None and entry.withheld != entry.path:
        screen.fact("not used", f"{clean(str(entry.withheld))} (the project is not trusted)")
    if entry.usable is not Usable.YES:
        screen.fact(str(entry.usable), clean(entry.problem))
    if entry.used_by:
        screen.sentence("used by", clean("; ".join(entry.used_by)))
    screen.line("")
    for line in clean(shown.text.rstrip("\n"), single_line=False).split("\n"):
        screen.line(line)
    return 0
