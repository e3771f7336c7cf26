"""Making, renaming and deleting teams, workflows, agents and skills, and taking that back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from crew_core.ops.changing import Changed, Decision, carry_out
from crew_core.ops.errors import InputWrong, NotFound, OpsError
from crew_core.ops.writable import Place, files_of, movable, place_of, refuse_name, refuse_taken
from crew_core.resources.catalogue import Held, Layer, Resource
from crew_core.resources.change_log import ChangeLog, Wanted
from crew_core.resources.kinds import Kind
from crew_core.resources.new_file import new_file
from crew_core.resources.references import Reference, references
from crew_core.resources.rewriting import with_own_name, with_references
from crew_core.store.fs import Fs

_References = Sequence[Reference]


def new_resource(start: Path, kind: Kind, name: str, layer: Layer, fs: Fs | None = None) -> Changed:
    """Make one that is right as it stands.

    :raises InputWrong: no such name, or it is taken. :raises OpsError: it could not be written.
    """
    refuse_name(kind, name, "new")

    def decide(log: ChangeLog) -> Decision:
        place = place_of(start)
        path = kind.file(place.root(layer), name)
        refuse_taken(place, kind, layer, path, "new")
        text = new_file(kind, name).encode()
        return Decision(name, [Wanted(path, None, text)], list(_beside(place, kind, name, layer)))

    return carry_out("new", kind, decide, fs)


def rename_resource(
    start: Path, kind: Kind, old: str, new: str, *, layer: Layer | None = None, fs: Fs | None = None
) -> Changed:
    """Give it another name, and let whatever means it say so.

    First the new file, then the references, then the old file: at every moment each of them leads somewhere.

    :raises NotFound: no such resource. :raises InputWrong: no such name, or it is taken. :raises NotPermitted: it is
        built in, or a link. :raises OpsError: it could not be written.
    """
    refuse_name(kind, new, "rename")

    def decide(log: ChangeLog) -> Decision:
        place = place_of(start)
        held = movable(place, kind, old, layer, "rename")
        target = _beside_itself(kind, held.path, new)
        refuse_taken(place, kind, held.layer, target, "rename")
        following, staying = _following(place, kind, held)
        files = files_of(kind, held.path)
        made = [_moved(kind, held, path, target, new) for path in files]
        removed = [Wanted(path, path.read_bytes(), None) for path in reversed(files)]
        notices = [
            f"{each.path}:{each.line} still names {held.name}, which is there in another layer" for each in staying
        ]
        return Decision(f"{held.name} {new}", [*made, *_rewritten(following, new), *removed], notices)

    return carry_out("rename", kind, decide, fs)


def delete_resource(
    start: Path, kind: Kind, name: str, layer: Layer | None = None, *, force: bool = False, fs: Fs | None = None
) -> Changed:
    """Move it to the trash.

    :raises NotFound: no such resource. :raises InputWrong: something would then name nothing, and ``force`` is not
        set. :raises NotPermitted: it is built in, or a link. :raises OpsError: it could not be written.
    """

    def decide(log: ChangeLog) -> Decision:
        place = place_of(start)
        held = movable(place, kind, name, layer, "delete")
        dangling = _dangling(place, kind, held)
        if dangling and not force:
            named = ", ".join(f"{each.by} ({each.path}:{each.line})" for each in dangling)
            raise InputWrong(
                f"{kind.plural} delete", f"{held.name} is used by {named}", "--force deletes it all the same"
            )
        notices = [f"{each.path}:{each.line}: {each.by} names nothing now" for each in dangling]
        files = reversed(files_of(kind, held.path))
        return Decision(held.name, [Wanted(path, path.read_bytes(), None) for path in files], notices)

    return carry_out("delete", kind, decide, fs)


def undo(kind: Kind, fs: Fs | None = None) -> Changed:
    """Take back the last change that was made by the commands of this kind; ``name`` says which.

    :raises NotFound: there is none. :raises InputWrong: a file has changed since.
    """

    def decide(log: ChangeLog) -> Decision:
        change = log.last(kind)
        if change is None:
            raise NotFound(f"{kind.plural} undo", "there is nothing to take back")
        return Decision(f"{change.verb} {change.name}", log.undoing(change), undoes=change.number)

    return carry_out("undo", kind, decide, fs)


def _beside(place: Place, kind: Kind, name: str, layer: Layer) -> Iterator[str]:
    """Others of the name in other layers."""
    order = list(Layer)
    for held in place.catalogue.shelf(kind).held:
        if held.name.casefold() == name.casefold():
            above = order.index(held.layer) > order.index(layer)
            yield f"{held.path} is used instead of it here" if above else f"is used instead of {held.path}"


def _beside_itself(kind: Kind, path: Path, new: str) -> Path:
    directory = path.parents[1] if kind is Kind.SKILL else path.parent
    return directory / f"{new}{kind.suffix}"


def _moved(kind: Kind, held: Held[Resource], path: Path, target: Path, new: str) -> Wanted:
    content = path.read_bytes()
    if path != held.path:
        return Wanted(target.parent / path.relative_to(held.path.parent), None, content, path.stat().st_mode & 0o777)
    try:
        content = with_own_name(content.decode(), new).encode()
    except UnicodeDecodeError as error:
        raise OpsError(f"{kind.plural} rename", f"{path} is not UTF-8") from error
    return Wanted(target, None, content, path.stat().st_mode & 0o777)


def _following(place: Place, kind: Kind, held: Held[Resource]) -> tuple[_References, _References]:
    """References that mean ``held`` and go with it; and those of other projects' crews that find another one then.

    A person's own files are read in every project: they follow a project's resource only when there is no other.
    """
    others = {
        each.layer
        for each in place.catalogue.shelf(kind).held
        if each.name.casefold() == held.name.casefold() and each.layer is not held.layer and each.resource is not None
    }
    following, staying = [], []
    for reference in references(place.catalogue):
        if reference.kind is not kind or reference.name.casefold() != held.name.casefold():
            continue
        if reference.layer is Layer.BUILTIN:
            continue
        same = reference.layer is held.layer
        if same or (not others if held.layer is Layer.PROJECT else Layer.PROJECT not in others):
            following.append(reference)
        else:
            staying.append(reference)
    return following, staying


def _dangling(place: Place, kind: Kind, held: Held[Resource]) -> list[Reference]:
    """References that would name nothing without ``held``."""
    for each in place.catalogue.shelf(kind).held:
        same = each.name.casefold() == held.name.casefold()
        if same and each.layer is not held.layer and each.resource is not None:
            return []
    return [
        each
        for each in references(place.catalogue)
        if each.kind is kind and each.name.casefold() == held.name.casefold()
    ]


def _rewritten(following: _References, new: str) -> Iterator[Wanted]:
    by_path: dict[Path, list[Reference]] = {}
    for reference in following:
        by_path.setdefault(reference.path.resolve(), []).append(reference)
    for path, found in by_path.items():
        content = path.read_bytes()
        yield Wanted(path, content, with_references(content.decode(), found, new).encode())
