"""Carrying out a change to resource files, with what a person should know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from crew_core.config.trust import Standing
from crew_core.ops.errors import InputWrong, OpsError
from crew_core.ops.trusting import trust_store
from crew_core.resources.change_log import Change, ChangeLog, Conflict, Wanted
from crew_core.resources.kinds import Kind, project_of
from crew_core.store.clock import SystemClock
from crew_core.store.errors import LockHeld, StoreError
from crew_core.store.fs import Fs, RealFs
from crew_core.store.layout import config_home
from crew_core.store.machine import MachineStore


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """``how``: made, changed or removed."""

    path: Path
    how: str


@dataclass(frozen=True, slots=True)
class Changed:
    """``number`` is the change's in the log, ``trash`` where everything from before it is kept."""

    verb: str
    kind: Kind
    name: str
    number: int
    files: tuple[ChangedFile, ...]
    trash: Path
    notices: tuple[str, ...] = ()


def change_log(fs: Fs | None = None) -> ChangeLog:
    return ChangeLog(fs or RealFs(), MachineStore.of_this_user().root / "resources", SystemClock())


@dataclass(frozen=True, slots=True)
class Decision:
    """The files as they are to become, in the order of the work. ``undoes``: the change that this takes back."""

    name: str
    wanted: Sequence[Wanted]
    notices: Sequence[str] = ()
    undoes: int | None = None


def carry_out(verb: str, kind: Kind, decide: Callable[[ChangeLog], Decision], fs: Fs | None = None) -> Changed:
    """Decide and do it with no other command between.

    :raises InputWrong: a file has changed since it was read. :raises OpsError: it could not be written, or another
        command is at work. Whatever ``decide`` raises.
    """
    with _errors(f"{kind.plural} {verb}"):
        log = change_log(fs)
        with log.writing() as finished:
            decision = decide(log)
            projects = {project for each in decision.wanted if (project := _project(each.path)) is not None}
            before = {project: trust_store().standing(project).standing for project in projects}
            change = log.carry_out(verb, kind, decision.name, decision.wanted, decision.undoes)
    return Changed(
        verb=verb,
        kind=kind,
        name=decision.name,
        number=change.number,
        files=tuple(ChangedFile(Path(each.path), _how(each.before, each.after)) for each in change.files),
        trash=log.directory(change),
        notices=(*_finished(finished), *decision.notices, *_trust(before)),
    )


@contextmanager
def _errors(what: str) -> Iterator[None]:
    try:
        yield
    except Conflict as error:
        raise InputWrong(what, f"{error}; nothing was changed", "look at it, and try again") from error
    except LockHeld as error:
        raise OpsError(what, "another crew-tui changes resources at this moment", "try again") from error
    except StoreError as error:
        raise OpsError(what, f"not done: {error}", "move its directory away to go on without it") from error
    except OSError as error:
        raise OpsError(what, f"not done: {error}", "what was begun is finished by the next such command") from error


def _how(before: str | None, after: str | None) -> str:
    if before is None:
        return "made"
    return "removed" if after is None else "changed"


def _finished(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        yield f"finished first, because it had been cut short: {change.kind.plural} {change.verb} {change.name}"


def _project(path: Path) -> Path | None:
    """The project whose own file this is; the person's skills lie as a project's do."""
    return None if path.is_relative_to(config_home()) else project_of(path)


def _trust(before: Mapping[Path, Standing]) -> Iterator[str]:
    """What the change means for the projects in which it was made; ``before`` is how they stood."""
    for project, standing in before.items():
        if not trust_store().standing(project).holds:
            said = "is not trusted any more, because its files have changed"
            if standing is not Standing.TRUSTED:
                said = "is not trusted, so that its own files are not used"
            yield f"{project} {said}; crew-tui trust {quote(str(project))}"
