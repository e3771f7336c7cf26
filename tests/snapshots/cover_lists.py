"""Artifacts, replay and resources as the goldens show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from crew_core.model.records import Artifact
from crew_core.observe.replay import Replay
from crew_core.observe.slices import AppendLog
from crew_core.ops.errors import InputWrong
from crew_tui.keymap.table import DEFAULT
from crew_tui.resource_rows import ResourceRow
from crew_tui.screens.artifacts import ArtifactsScreen
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.screens.replay import ReplayScreen
from crew_tui.screens.resources import ResourcesScreen
from tests.snapshots.cases import WORKING
from tests.snapshots.covering import Covering, Make, denied, for_ever, out_of_date
from tests.snapshots.stories import RESOURCES, WITH_A_BROKEN_ONE, journal
from tests.tui.builders import ago, tasks
from tests.tui.cover_host import Cover

assert WORKING.path is not None
assert WORKING.run is not None
_NAME, _RUN = WORKING.path.name, WORKING.run

_REPORT = b"# Findings\n\nSessions are kept in three places.\n"


def _piece(path: str, producer: str, data: bytes = _REPORT, kind: str = "result") -> Artifact:
    return Artifact(kind, path, ago(200), producer, len(data), sha256(data).hexdigest())


_PIECES = (
    _piece("results/01_explore.md", "01_explore"),
    _piece("results/02_plan.md", "02_plan"),
    _piece("adaptive-plan.json", "02_plan", kind="plan"),
    _piece("patches/03_execute/session-rotation.diff", "03_execute", kind="patch"),
)


def _artifacts(*pieces: Artifact, spoil: Callable[[Path], object] | None = None) -> Make:
    """:param spoil: does something to the directory of the artifacts before it is looked at."""

    def make(app: Cover, directory: Path) -> KeyedScreen:
        run_dir = directory / _NAME
        for piece in pieces:
            path = run_dir / "artifacts" / piece.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_REPORT)
        if spoil is not None:
            spoil(run_dir / "artifacts")
        run = replace(WORKING, path=run_dir, run=replace(_RUN, artifacts=pieces))
        return ArtifactsScreen(
            lambda: (run, tasks()),
            *app.dress(),
            keymap=DEFAULT,
            run_soon=app.run_soon,
            open_text=app.texts.append,
            copy=app.copy,
        )

    return make


def _spoil_two(artifacts: Path) -> None:
    (artifacts / _PIECES[0].path).write_bytes(_REPORT + b"and in a fourth one\n")
    (artifacts / _PIECES[1].path).unlink()


def _lead_elsewhere(artifacts: Path) -> None:
    artifacts.rename(artifacts.with_name("elsewhere"))
    artifacts.symlink_to("elsewhere")


ARTIFACTS = {"artifacts": Covering(_artifacts(*_PIECES), "01_explore.md")}
#: They are looked at once. What may be out of date the first line says.
ARTIFACTS_STATES = {
    "stale": Covering(out_of_date(_artifacts(*_PIECES)), "01_explore.md"),
    "empty": Covering(_artifacts(), "nothing forth"),
    "loading": Covering(for_ever(_artifacts(*_PIECES)), "reading artifacts"),
    "partial": Covering(_artifacts(*_PIECES, spoil=_spoil_two), "missing"),
    "error": Covering(_artifacts(*_PIECES, spoil=_lead_elsewhere), "unreadable"),
}


# Replay


def _replay(read: Callable[[], Replay]) -> Make:
    return lambda app, _: ReplayScreen(
        read, *app.dress(), keymap=DEFAULT, run_soon=app.run_soon, title="replay of run cfc0cf97"
    )


def _of_journal(*, understood: bool = True) -> Replay:
    log = journal(understood=understood)
    return Replay(log, len(log))


_INTO_IT = ("shift+right", "right", "right", "right")
REPLAYS = {"replay": Covering(_replay(_of_journal), "run.created", _INTO_IT, "#14")}
#: What is seen here is never now. What may be out of date the first line says.
REPLAY_STATES = {
    "stale": Covering(out_of_date(_replay(_of_journal)), "run.created"),
    "empty": Covering(_replay(lambda: Replay(AppendLog(), 0)), "journal is empty"),
    "loading": Covering(for_ever(_replay(_of_journal)), "reading the journal"),
    "partial": Covering(
        _replay(lambda: _of_journal(understood=False)), "run.created", ("right",) * 4, "not understood"
    ),
    "error": Covering(_replay(denied), "Permission denied"),
}


# Resources


def _resources(*answers: Mapping[str, Sequence[ResourceRow]]) -> Make:
    """:param answers: what is read, one after the other; at last they cannot be listed any more."""

    def make(app: Cover, _: Path) -> KeyedScreen:
        left = list(answers)

        def read() -> Mapping[str, Sequence[ResourceRow]]:
            if not left:
                raise InputWrong("teams", "/src/acme-api/.crew is no directory")
            return left.pop(0)

        return ResourcesScreen(
            read,
            *app.dress(),
            keymap=DEFAULT,
            run_soon=app.run_soon,
            open_text=app.texts.append,
            copy=app.copy,
            edit=app.edited.append,
        )

    return make


RESOURCE_LISTS = {"resources": Covering(_resources(RESOURCES), "default")}
RESOURCES_STATES = {
    "empty": Covering(_resources(RESOURCES), "default", ("shift+tab",), "No skills"),
    "loading": Covering(for_ever(_resources(RESOURCES)), "reading resources"),
    "stale": Covering(_resources(RESOURCES), "default", ("r",), "not up to date"),
    "partial": Covering(_resources(WITH_A_BROKEN_ONE), "nightly", (), "broken"),
    "error": Covering(_resources(), "no directory"),
}
