"""Which file a change to a resource means, and whether it may be changed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crew_core.ops.errors import InputWrong, NotFound, NotPermitted, OpsError
from crew_core.ops.planning import catalogue_of
from crew_core.ops.project import project_of, refuse_links
from crew_core.resources.catalogue import Catalogue, Held, Layer, Resource
from crew_core.resources.faults import nearest
from crew_core.resources.kinds import SKILL_FILE, Kind
from crew_core.resources.skill_file import LONGEST_NAME, is_skill_name
from crew_core.resources.text import LARGEST_BYTES
from crew_core.store.layout import is_safe_id

#: Words of the commands ``teams``, ``workflows``, ``agents`` and ``skills``.
RESERVED = ("new", "edit", "rename", "delete", "undo")

#: Files of one skill that are moved or deleted together; a directory with more is no skill.
_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """What there is where the person stands, with a project's own whether it is trusted or not."""

    project: Path | None
    catalogue: Catalogue

    def root(self, layer: Layer) -> Path:
        """:raises InputWrong: there is no project."""
        root = self.catalogue.roots.get(layer)
        if root is None:
            raise InputWrong("--project", "here is no project", "crew-tui init makes one")
        return root


def place_of(start: Path) -> Place:
    """:raises InputWrong: no such directory. :raises NotPermitted: the project's ``.crew`` leads elsewhere."""
    project = project_of(start)
    if project is not None:
        refuse_links(project)
        for kind in Kind:
            path = project / ".crew" / kind.plural
            if path.is_symlink():
                raise NotPermitted(str(path), f"is a symbolic link to {path.readlink()}", "put a directory there")
    return Place(project, catalogue_of(project))


def existing(place: Place, kind: Kind, name: str, layer: Layer | None, verb: str) -> Held[Resource]:
    """The file of this name, also one that is broken: in ``layer``, else the one that is used.

    :raises NotFound: there is none.
    """
    found: list[Held[Resource]] = [
        held for held in place.catalogue.shelf(kind).held if held.name.casefold() == name.casefold()
    ]
    wanted = [held for held in found if layer in (None, held.layer)]
    if not wanted:
        where = f" in the {layer} layer" if layer is not None else ""
        known = {held.name for held in place.catalogue.shelf(kind).held if layer in (None, held.layer)}
        hint = f"there is one in {found[-1].path}" if found else nearest(name, sorted(known))
        raise NotFound(f"{kind.plural} {verb}", f"no {kind} {name!r}{where}", hint)
    return wanted[-1]


def movable(place: Place, kind: Kind, name: str, layer: Layer | None, verb: str) -> Held[Resource]:
    """The same, if it may be renamed or deleted.

    :raises NotPermitted: it is built in, or a link.
    """
    held = existing(place, kind, name, layer, verb)
    what = f"{kind.plural} {verb}"
    if held.layer is Layer.BUILTIN:
        hint = f"crew-tui {kind.plural} edit {held.name} makes a copy of your own"
        raise NotPermitted(what, f"{kind} {held.name!r} is built in", hint)
    for path in (held.path, held.path.parent) if kind is Kind.SKILL else (held.path,):
        if path.is_symlink():
            raise NotPermitted(what, f"{path} is a link to {path.readlink()}", "do it there")
    return held


def refuse_name(kind: Kind, name: str, verb: str) -> None:
    """:raises InputWrong: no new resource can be called so."""
    what = f"{kind.plural} {verb}"
    if kind is Kind.SKILL and not is_skill_name(name):
        raise InputWrong(what, f"{name!r} is no name", f"letters, digits, - and _ only, at most {LONGEST_NAME}")
    if not is_safe_id(name):
        raise InputWrong(what, f"{name!r} is no name", "letters, digits, - and _ only, at most 128")
    if name.casefold() in RESERVED:
        raise InputWrong(what, f"{name!r} is a word of this command", "choose another name")


def refuse_taken(place: Place, kind: Kind, layer: Layer, path: Path, verb: str) -> None:
    """:raises InputWrong: the layer has one of the name, or something is at ``path``, where its file would be."""
    name = kind.stem(path)
    for held in place.catalogue.shelf(kind).held:
        if held.layer is layer and held.name.casefold() == name.casefold():
            raise InputWrong(f"{kind.plural} {verb}", f"{kind} {name!r} is there already: {held.path}")
    if os.path.lexists(path):
        raise InputWrong(f"{kind.plural} {verb}", f"{path} is there already")


def files_of(kind: Kind, path: Path) -> list[Path]:
    """All files of the resource, the one that makes it a resource last.

    :raises OpsError: a skill's directory has links, very many or very large files, or cannot be read.
    """
    if not path.is_file():
        raise OpsError(str(path), "is no regular file", "move or delete it by hand")
    if kind is not Kind.SKILL:
        return [path]
    found = []
    for directory, names, files in os.walk(path.parent, onerror=_raise):
        for name in (*names, *files):
            each = Path(directory) / name
            if each.is_symlink() or not (each.is_dir() or each.is_file()):
                raise OpsError(str(path.parent), f"{each} is a link or no regular file", "take it out first")
            if each.is_file() and each.stat().st_size > LARGEST_BYTES:
                raise OpsError(str(path.parent), f"{each} is larger than {LARGEST_BYTES} bytes", "take it out first")
        found += [Path(directory) / name for name in files]
        if len(found) > _MOST_FILES:
            raise OpsError(str(path.parent), f"has more than {_MOST_FILES} files", "move or delete it by hand")
    others = sorted(each for each in found if each != path)
    assert path.name == SKILL_FILE
    return [*others, path]


def _raise(error: OSError) -> None:
    raise OpsError(str(error.filename), f"cannot be read: {error.strerror or error}") from error
