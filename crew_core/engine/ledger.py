"""The coordinator's book: every event goes into the journal and, by the reducer, into the state."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from crew_core.model.events import TERMINAL_TYPES, Event, EventMetadata, Payload, make_event
from crew_core.model.reduce import reduce, reduce_all
from crew_core.model.snapshots import AgentRecord, AgentsFile, TasksFile, manifest_of
from crew_core.model.state import Run, RunState, Task
from crew_core.model.status import TaskStatus, check_run_transition, check_task_transition
from crew_core.store.clock import Clock, iso
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs
from crew_core.store.journal import Journal
from crew_core.store.journal_reader import read_journal
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import read_snapshot, write_snapshot

_LOG = logging.getLogger(__name__)

#: Snapshots are for readers, who also tail the journal: more often than this shows nobody anything.
SNAPSHOT_INTERVAL_S = 0.1


class Ledger:
    """Owned by the coordinator's loop; nothing else writes run state."""

    def __init__(self, layout: RunLayout, fs: Fs, clock: Clock) -> None:
        """Recover the journal and fold it.

        :raises StoreError: the journal is damaged beyond its last line, or newer than this version.
        """
        self._layout = layout
        self._fs = fs
        self._clock = clock
        self._journal = Journal.open(fs, layout.root)
        self._state = reduce_all(None, read_journal(layout.root))
        self._seq = self._journal.last_seq
        self.epoch = 0
        self._uncommitted = False
        self._terminal = False
        self._snapshot_due = self._state is not None
        self._snapshot_at = float("-inf")

    @property
    def exists(self) -> bool:
        """The run has its first event."""
        return self._state is not None

    @property
    def state(self) -> RunState:
        assert self._state is not None, "run.created comes first"
        return self._state

    @property
    def run(self) -> Run:
        return self.state.run

    def task(self, task_id: str) -> Task:
        return self.state.tasks[task_id]

    def begin_epoch(self, lock_epoch: int) -> int:
        """1 + the highest of lock, journal and snapshot."""
        self.epoch = 1 + max(lock_epoch, self._journal.last_epoch, self._snapshot_epoch())
        return self.epoch

    def _snapshot_epoch(self) -> int:
        try:
            return read_snapshot(self._layout.manifest, Run).epoch
        except (OSError, StoreError):
            # The journal is the truth; a snapshot that cannot be read only cannot raise the epoch.
            return 0

    def record(
        self,
        payload: Payload,
        task_id: str | None = None,
        *,
        message: str | None = None,
        attempt_id: str | None = None,
        command_id: str | None = None,
        provenance: str = "coordinator",
    ) -> Event:
        """Append an event and apply it. It is durable, and may be acted upon, only after ``commit``.

        :raises IllegalTransition: the event would move a run or task where the tables do not allow.
        """
        event = make_event(
            payload,
            time=iso(self._clock.now()),
            run_id=self._layout.run_id,
            task_id=task_id,
            message=message,
            metadata=EventMetadata(
                seq=self._seq + 1,
                epoch=self.epoch,
                provenance=provenance,
                attempt_id=attempt_id,
                command_id=command_id,
            ),
        )
        after = reduce(self._state, event)
        self._check(after, task_id)
        self._journal.append(event)
        self._seq += 1
        self._state = after
        self._uncommitted = True
        self._snapshot_due = True
        self._terminal = self._terminal or event.type in TERMINAL_TYPES
        return event

    def _check(self, after: RunState | None, task_id: str | None) -> None:
        before = self._state
        if before is None or after is None:
            return
        check_run_transition(before.run.status, after.run.status)
        if task_id is not None and task_id in before.tasks:
            check_task_transition(before.tasks[task_id].status, after.tasks[task_id].status)

    def commit(self) -> None:
        """Make everything recorded durable: one write, one sync.

        :raises JournalFailed: it is not known what is on disk; the coordinator has to stop.
        """
        if self._uncommitted:
            self._journal.commit()
            self._uncommitted = False

    def write_snapshots(self, *, now: bool = False) -> float | None:
        """Write the snapshots when they are due; returns in how many seconds they will be, None if up to date.

        Called after ``commit`` only, so that a snapshot is never ahead of the synced journal.
        """
        if not self._snapshot_due or self._state is None:
            return None
        wait = self._snapshot_at + SNAPSHOT_INTERVAL_S - self._clock.monotonic()
        if wait > 0 and not (now or self._terminal):
            return wait
        self._snapshot_at = self._clock.monotonic()
        try:
            self._write_snapshots(self._state)
        except OSError as error:
            # Readers fold the journal instead; the next change tries again.
            _LOG.warning("snapshot not written: %s", error)
            return SNAPSHOT_INTERVAL_S
        self._snapshot_due = self._terminal = False
        return None

    def _write_snapshots(self, state: RunState) -> None:
        tasks = tuple(state.tasks.values())
        agents = AgentsFile(
            seq=state.run.seq,
            agents=tuple(agent_record(task) for task in tasks if task.attempts),
            commands=tuple(state.commands.values()),
            messages=state.messages,
        )
        files: list[tuple[Path, msgspec.Struct]] = [
            (self._layout.tasks, TasksFile(seq=state.run.seq, tasks=tasks)),
            (self._layout.agents, agents),
            (self._layout.manifest, manifest_of(state)),
        ]
        for path, record in files:
            write_snapshot(self._fs, path, record, durable=state.run.status.ended)

    def close(self) -> None:
        self._journal.close()


def agent_record(task: Task) -> AgentRecord:
    """The agent of a task's newest attempt, as pi-crew's views know it."""
    last = task.attempts[-1]
    status = "cancelled" if task.status is TaskStatus.SKIPPED else task.status.value
    return AgentRecord(
        id=f"{task.run_id}:{task.id}",
        run_id=task.run_id,
        task_id=task.id,
        agent=task.agent,
        role=task.role,
        runtime=task.program,
        status=status,
        started_at=last.started_at,
        completed_at=last.ended_at,
        progress=task.agent_progress,
        usage=last.usage,
        error=task.error,
    )
