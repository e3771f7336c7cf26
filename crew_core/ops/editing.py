"""Editing a resource: a copy goes to the editor, and what comes back takes its place in one piece."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crew_core.ops.changing import Changed, Decision, carry_out
from crew_core.ops.errors import InputWrong, NotPermitted, OpsError
from crew_core.ops.writable import Place, existing, place_of, refuse_taken
from crew_core.resources.catalogue import Layer
from crew_core.resources.change_log import ChangeLog, Wanted
from crew_core.resources.kinds import Kind
from crew_core.resources.text import LARGEST_BYTES
from crew_core.store.fs import Fs, RealFs, create_durable, ensure_directory, temporary_beside
from crew_core.store.machine import MachineStore


@dataclass(frozen=True, slots=True)
class Editing:
    """``copy`` is what the editor is given. ``source``: where the text comes from, when that is another layer."""

    kind: Kind
    name: str
    copy: Path
    target: Path
    before: bytes | None
    text: bytes
    source: Path | None = None


def begin_edit(start: Path, kind: Kind, name: str, layer: Layer | None = None, fs: Fs | None = None) -> Editing:
    """Copy the text of the resource for an editor. One that is built in becomes the person's own, if it is changed.

    :raises NotFound: no such resource. :raises OpsError: it cannot be read, or the copy not be written.
    """
    place = place_of(start)
    held = existing(place, kind, name, None if layer is None or not _has(place, kind, name, layer) else layer, "edit")
    to = layer or (Layer.USER if held.layer is Layer.BUILTIN else held.layer)
    fs = fs or RealFs()
    copying = to is not held.layer
    target = kind.file(place.root(to), held.name) if copying else Path(os.path.realpath(held.path))
    if copying:
        refuse_taken(place, kind, to, target, "edit")
    elif held.layer is Layer.PROJECT and not target.is_relative_to(os.path.realpath(place.root(Layer.PROJECT).parent)):
        raise NotPermitted(f"{kind.plural} edit", f"{held.path} is a link that leads out of the project, to {target}")
    if not held.path.is_file():
        raise OpsError(f"{kind.plural} edit", f"{held.path} is no regular file")
    try:
        text = held.path.read_bytes()
        directory = MachineStore.of_this_user().root / "edits"
        ensure_directory(fs, directory)
        # A directory of its own: editors put their files beside it, and the name says what it is.
        own = temporary_beside(directory / held.name)
        fs.mkdir(own)
        copy = own / (held.path.name if kind is not Kind.SKILL else f"{held.name}.{held.path.name}")
        create_durable(fs, copy, text)
    except OSError as error:
        raise OpsError(f"{kind.plural} edit", f"{held.path}: {error}") from error
    return Editing(kind, held.name, copy, target, None if copying else text, text, held.path if copying else None)


def finish_edit(editing: Editing, fs: Fs | None = None) -> Changed | None:
    """Put what the editor left in its place; None when nothing is different.

    :raises InputWrong: the copy is gone or too large, or the file was changed meanwhile; the copy is kept.
    :raises OpsError: it could not be written; the copy is kept.
    """
    what = f"{editing.kind.plural} edit"
    try:
        text = editing.copy.read_bytes()
    except OSError as error:
        raise InputWrong(what, f"{editing.copy}: {error.strerror or error}", "nothing was changed") from error
    if text == editing.text:
        discard_edit(editing)
        return None
    if len(text) > LARGEST_BYTES:
        raise InputWrong(what, f"{editing.copy} is larger than {LARGEST_BYTES} bytes", "nothing was changed")
    notices = [f"{editing.source} stays as it is; {editing.target} is used instead"] if editing.source else []

    def decide(log: ChangeLog) -> Decision:
        return Decision(editing.name, [Wanted(editing.target, editing.before, text)], notices)

    try:
        changed = carry_out("edit", editing.kind, decide, fs)
    except OpsError as error:
        raise type(error)(error.what, error.why, f"your text is in {editing.copy}") from error
    discard_edit(editing)
    return changed


def discard_edit(editing: Editing) -> None:
    """Remove the copy."""
    with suppress(OSError):
        shutil.rmtree(editing.copy.parent)


def _has(place: Place, kind: Kind, name: str, layer: Layer) -> bool:
    return any(
        held.layer is layer and held.name.casefold() == name.casefold() for held in place.catalogue.shelf(kind).held
    )
