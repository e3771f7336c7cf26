"""`new`, `edit`, `rename`, `delete` and `undo` of `teams`, `workflows`, `agents` and `skills`."""

from __future__ import annotations

import os
import subprocess
import sys

from crew_core.ops import editing
from crew_core.ops.changing import Changed
from crew_core.ops.editing import Editing
from crew_core.ops.errors import InputWrong, OpsError
from crew_core.ops.managing import delete_resource, new_resource, rename_resource, undo
from crew_core.ops.resources import Kind, Layer
from crew_core.ops.validating import Level, validate
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import note, screen_for
from crew_tui.lines import Tone
from crew_tui.outside.editor_command import editor_of
from crew_tui.text import clean

_SET_ONE = "set EDITOR, for example: export EDITOR=nano"

#: The descriptor.
_STDERR = 2

_NAMES = {"new": ("NAME",), "edit": ("NAME",), "rename": ("OLD", "NEW"), "delete": ("NAME",), "undo": ()}


def manage(call: Call, kind: Kind, verb: str, names: list[str]) -> int:
    """Carry out one change and tell of it."""
    _check(call, kind, verb, names)
    call.will_write()
    layer = _layer(call)
    match verb:
        case "new":
            return _tell(call, new_resource(call.start, kind, names[0], layer or Layer.USER))
        case "rename":
            return _tell(call, rename_resource(call.start, kind, *names, layer=layer))
        case "delete":
            return _tell(call, delete_resource(call.start, kind, names[0], layer, force=call.options.force))
        case "undo":
            return _tell(call, undo(kind))
        case _:
            return _edit(call, kind, names[0], layer)


def _check(call: Call, kind: Kind, verb: str, names: list[str]) -> None:
    what, wanted = f"{kind.plural} {verb}", _NAMES[verb]
    if len(names) < len(wanted):
        raise InputWrong(what, f"{wanted[len(names)]} is missing", f"see: crew-tui {kind.plural} --help")
    if len(names) > len(wanted):
        raise InputWrong(what, f"too many words: {' '.join(names[len(wanted) :])}", "one at a time")
    if call.options.force and verb != "delete":
        raise InputWrong(what, "--force goes with delete", "leave it out")
    if verb == "undo" and _layer(call) is not None:
        raise InputWrong(what, "takes back the last change, wherever it was", "leave out --project and --user")


def _layer(call: Call) -> Layer | None:
    if call.options.project:
        return Layer.PROJECT
    return Layer.USER if call.options.user else None


def _edit(call: Call, kind: Kind, name: str, layer: Layer | None) -> int:
    editor = _editor(kind)
    begun = editing.begin_edit(call.start, kind, name, layer)
    if begun.source is not None:
        note(f"{begun.source} stays as it is; what you change becomes {begun.target}")
    _run_editor(kind, editor, begun)
    changed = editing.finish_edit(begun)
    if changed is None:
        note(f"{kind.plural} edit {name}: nothing was changed")
        return _nothing(call)
    found = validate(call.start, [begun.target])
    for finding in found.findings:
        note(str(finding))
    _tell(call, changed)
    return 1 if any(finding.level is Level.ERROR for finding in found.findings) else 0


def _editor(kind: Kind) -> list[str]:
    """:raises InputWrong: none is set, or it cannot be read."""
    try:
        editor = editor_of(os.environ)
    except ValueError as error:
        raise InputWrong(f"{kind.plural} edit", f"VISUAL or EDITOR cannot be read: {error}", _SET_ONE) from error
    if not editor:
        raise InputWrong(f"{kind.plural} edit", "no editor is set", _SET_ONE)
    return editor


def _run_editor(kind: Kind, editor: list[str], begun: Editing) -> None:
    """:raises OpsError: it did not start, or ended with an error; then nothing is taken over."""
    try:
        # What it paints is for the terminal, also when our own output goes to a file.
        screen = None if sys.stdout is not None and sys.stdout.isatty() else _STDERR
        status = subprocess.run([*editor, str(begun.copy)], check=False, stdout=screen).returncode
    except OSError as error:
        editing.discard_edit(begun)
        raise OpsError(f"{kind.plural} edit", f"{editor[0]}: {error.strerror or error}", "set EDITOR") from error
    if status != 0:
        why = f"the editor ended with {status}; nothing was changed"
        raise OpsError(f"{kind.plural} edit", why, f"your text is in {begun.copy}")


def _nothing(call: Call) -> int:
    if call.json:
        document({"change": None})
    return 0


def _tell(call: Call, changed: Changed) -> int:
    if call.json:
        document({"change": changed})
        return 0
    screen = screen_for(plain=call.plain)
    done = f"{changed.kind.plural} {changed.verb} {changed.name}".rstrip()
    screen.line((clean(done), Tone.TITLE))
    for file in changed.files:
        screen.fact(file.how, clean(str(file.path)))
    if changed.verb == "delete":
        screen.fact("trash", clean(str(changed.trash)))
    for notice in changed.notices:
        note(notice)
    return 0
