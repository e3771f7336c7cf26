"""``manifest.json`` of a run: what it is and what it says of itself (pi-crew 0.2.6, schema version 1)."""

from __future__ import annotations

from dataclasses import dataclass

from crew_core.model.records import Artifact
from crew_core.model.status import RunStatus
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.fields import Record
from crew_core.observe.picrew.places import PicrewPlaces
from crew_core.observe.picrew.words import run_status
from crew_core.observe.tab_slices import Approval


@dataclass(frozen=True, slots=True)
class Runner:
    """The background process that the record names. Moments are the record's words."""

    pid: int
    spawned_at: str | None = None
    started_at: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """``word`` is the status as it stands there; ``status`` None is a word that nobody knows."""

    word: str
    status: RunStatus | None
    team: str
    workflow: str
    goal: str
    created_at: str
    updated_at: str
    cwd: str
    state_root: str
    summary: str
    owner: str
    runtime: str
    guard: str
    runner: Runner | None
    approval: Approval | None
    artifacts: tuple[Artifact, ...]


def manifest_from(data: bytes, places: PicrewPlaces, *, with_artifacts: bool = True) -> Manifest:
    """:raises fields.Malformed: it is no manifest of pi-crew."""
    record = fields.decoded_record(data)
    word = fields.text(record, "status")
    if not word:
        raise fields.Malformed("it has no status")
    return Manifest(
        word=word,
        status=run_status(word),
        team=fields.text(record, "team"),
        workflow=fields.text(record, "workflow"),
        goal=fields.text(record, "goal"),
        created_at=fields.text(record, "createdAt"),
        updated_at=fields.text(record, "updatedAt"),
        cwd=fields.text(record, "cwd"),
        state_root=fields.text(record, "stateRoot"),
        summary=fields.text(record, "summary"),
        owner=fields.text(record, "ownerSessionId"),
        runtime=fields.text(fields.inner(record, "runtimeResolution"), "kind"),
        guard=fields.text(fields.inner(fields.inner(record, "runConfig"), "runtime"), "effectivenessGuard"),
        runner=_runner(fields.inner(record, "async")),
        approval=_approval(fields.inner(record, "planApproval")),
        artifacts=tuple(
            artifact
            for each in (fields.records(record, "artifacts") if with_artifacts else ())
            if (artifact := artifact_from(each, places)) is not None
        ),
    )


def finished_at(manifest: Manifest, ended: str | None) -> str | None:
    """When the run ended: its event says it best, the manifest is also written later (an export)."""
    if manifest.status is None or not manifest.status.ended:
        return None
    return ended or manifest.updated_at or None


def _runner(record: Record) -> Runner | None:
    pid = fields.whole(record, "pid")
    return Runner(pid, spawned_at=fields.maybe(record, "spawnedAt")) if pid and pid > 0 else None


def runner_from(data: bytes) -> Runner:
    """``async.pid``: JSON in spite of its name. :raises fields.Malformed: it is something else."""
    record = fields.decoded_record(data)
    pid = fields.whole(record, "pid")
    if not pid or pid < 0:
        raise fields.Malformed("it names no process")
    return Runner(pid, started_at=fields.maybe(record, "startedAt"))


def _approval(record: Record) -> Approval | None:
    status = fields.text(record, "status")
    if not status:
        return None
    at = fields.maybe(record, f"{status}At") or fields.maybe(record, "updatedAt")
    return Approval(status=status, at=at, asked_at=fields.maybe(record, "requestedAt"))


def artifact_from(record: Record, places: PicrewPlaces) -> Artifact | None:
    """A descriptor, with a path below the artifacts of the run; None when it leads elsewhere."""
    path = places.below_artifacts(fields.text(record, "path"))
    if path is None:
        return None
    return Artifact(
        kind=fields.text(record, "kind"),
        path=path,
        created_at=fields.text(record, "createdAt"),
        producer=fields.text(record, "producer"),
        size_bytes=fields.whole(record, "sizeBytes") or 0,
        content_hash=fields.text(record, "contentHash"),
        retention=fields.text(record, "retention") or "run",
    )
