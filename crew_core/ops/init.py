"""Making the layout of a project, as far as it is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.config.layers import FILE
from crew_core.config.trust import Standing
from crew_core.ops.errors import NotPermitted, OpsError
from crew_core.ops.project import project_of, refuse_links
from crew_core.ops.template import settings_template
from crew_core.ops.trusting import trust, trust_store
from crew_core.store.fs import Fs, RealFs, create_durable, ensure_directory

#: What people write, one directory for each kind.
_RESOURCES = ("agents", "skills", "teams", "workflows")

#: Runs are no part of what a repository keeps.
IGNORE = b"*\n"


@dataclass(frozen=True, slots=True)
class Initialised:
    """``made`` and ``kept`` are paths below ``project``: what is new, and what was there and is as it was."""

    project: Path
    made: tuple[str, ...]
    kept: tuple[str, ...]


def init(start: Path, fs: Fs | None = None) -> Initialised:
    """Make what is missing of ``.crew`` in the project at or above ``start``, or in ``start`` itself.

    Nothing that is there is changed. A project that was trusted stays so, if nothing but our settings file is new.

    :raises InputWrong: no such directory. :raises NotPermitted: ``.crew`` or a part of it leads elsewhere.
    :raises OpsError: it could not be written, or something else is in the way.
    """
    fs = fs or RealFs()
    project = project_of(start) or start.resolve()
    _refuse_links(project)
    trusted = trust_store().standing(project).standing is Standing.TRUSTED
    made: list[str] = []
    kept: list[str] = []
    try:
        for name in (*_RESOURCES, "runs"):
            path = project / ".crew" / name
            (kept if path.is_dir() else made).append(f".crew/{name}/")
            ensure_directory(fs, path)
        for name, text in ((FILE, settings_template().encode()), ("runs/.gitignore", IGNORE)):
            (made if _created(fs, project / ".crew" / name, text) else kept).append(f".crew/{name}")
    except OSError as error:
        raise OpsError(f"init {project}", f"not finished: {error}", "what was made stays; run it again") from error
    if trusted and _only_ours_is_new(project):
        trust(project)
    return Initialised(project, tuple(made), tuple(kept))


def _refuse_links(project: Path) -> None:
    refuse_links(project)
    for name in _RESOURCES:
        path = project / ".crew" / name
        if path.is_symlink():
            raise NotPermitted(str(path), f"is a symbolic link to {path.readlink()}", "put a directory there")


def _created(fs: Fs, path: Path, text: bytes) -> bool:
    """False when something of the name was there, a link that leads nowhere included."""
    if path.is_symlink() or path.exists():
        return False
    try:
        create_durable(fs, path, text)
    except FileExistsError:
        return False
    return True


def _only_ours_is_new(project: Path) -> bool:
    """Whether the settings file is all that has changed, and is still what we wrote."""
    now = trust_store().standing(project)
    return now.changes == (f"+ {FILE}",) and (project / ".crew" / FILE).read_text() == settings_template()
