"""Whose runs are looked at: those of a project, of every project, of given directories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.observe.listing import RunIndex
from crew_core.observe.picrew.formats import discover, run_named_by
from crew_core.observe.picrew.places import IN_PROJECT, USER_CREW
from crew_core.observe.slices import Looked, OtherRuns
from crew_core.ops.errors import InputWrong
from crew_core.ops.project import project_of, registered_roots, runs_of

EVERYWHERE = "all projects"


@dataclass(frozen=True, slots=True)
class Scope:
    """``find`` gives the directories that hold runs; it reads the disk. ``name`` is how a person calls the scope.

    ``runs``: single runs besides. ``places``: where ``find`` looks for them, known without looking.
    """

    name: str
    find: Callable[[], Sequence[Path]]
    runs: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()

    @property
    def total(self) -> int | None:
        """How many runs it has; None when there are none that can be read. Reads names only."""
        try:
            found, problems = RunIndex(self.find(), self.runs).paths()
        except OSError:
            # Who looks at it is told why.
            return None
        return None if problems and not found else len(found)


def scopes_of(start: Path) -> tuple[Scope, ...]:
    """The project at or above ``start``, then everything. :raises InputWrong: ``start`` is no directory."""
    project = project_of(start)
    here = project.name if project is not None else "your runs"
    places = _places(start)
    return (
        Scope(here, lambda: _of_project(start, places), places=places),
        Scope(EVERYWHERE, lambda: _everything(start, places)),
    )


def around(chosen: Scope, scopes: Sequence[Scope]) -> Looked:
    """What a person wants to know where the chosen one of these has no runs."""
    others = tuple(OtherRuns(each.name, each.total) for each in scopes if each is not chosen)
    return Looked(chosen.places or tuple(chosen.find()), others)


def scope_of_projects(starts: Sequence[Path]) -> Scope:
    """Several projects at once. :raises InputWrong: one is no directory."""
    places = {start: _places(start) for start in starts}
    names = ", ".join(start.resolve().name for start in starts)
    return Scope(names, lambda: _unique([root for start in starts for root in _of_project(start, places[start])]))


def scope_of_directories(paths: Sequence[Path]) -> Scope:
    """State directories of any kind, to be watched only. :raises InputWrong: one is missing or holds no runs."""
    runs = [run for path in paths if (run := run_named_by(path)) is not None]
    others = [path for path in paths if run_named_by(path) is None]
    for path in others:
        if not path.exists():
            raise InputWrong("monitor", f"{path} does not exist", "name a directory that is there")
        if not discover(path):
            hint = "give a project, its .crew or .pi/teams, a directory of runs, or a run"
            raise InputWrong("monitor", f"{path} holds no runs", hint)
    names = ", ".join(path.resolve().name for path in paths)
    return Scope(names, lambda: _unique([root for path in others for root in discover(path)]), tuple(runs))


def _places(start: Path) -> tuple[Path, ...]:
    """Where runs of the project at or above ``start`` lie, if it has any. :raises InputWrong: it is no directory."""
    project = project_of(start)
    others = (project.joinpath(*parts) for parts in IN_PROJECT) if project is not None else ()
    return (runs_of(start), *others)


def _of_project(start: Path, places: tuple[Path, ...]) -> Sequence[Path]:
    """``places``: where its runs were before. Once it is gone or shut, reading those says what there is to say."""
    try:
        project = project_of(start)
        others = discover(project, nested=False) if project is not None else ()
        return _unique([runs_of(start), *others])
    except InputWrong:
        return places


def _everything(start: Path, places: tuple[Path, ...]) -> Sequence[Path]:
    registered = registered_roots()
    projects = {root.parent.parent for root in registered if root.parent.name == ".crew"}
    others = [root for project in sorted(projects) for root in discover(project, nested=False)]
    return _unique([*_of_project(start, places), *registered, *others, *discover(Path.home().joinpath(*USER_CREW))])


def _unique(roots: Sequence[Path]) -> Sequence[Path]:
    return list(dict.fromkeys(roots))
