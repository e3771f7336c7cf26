"""The law of the journal: whatever is done to it, what was committed is a prefix of what is read."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crew_core.store.errors import JournalFailed
from crew_core.store.journal import Journal, JournalTail, read_journal
from tests.seams.faulty_fs import Effect, Fault, FaultyFs
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.events import event, line

#: Room for two or three events, so that segments change all the time.
SEGMENT_BYTES = 400


class JournalLaw(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.run_dir = Path(tempfile.mkdtemp())
        self.committed: list[str] = []
        self.gathered: list[str] = []
        self.tail = JournalTail(self.run_dir)
        self.followed: list[str] = []
        self.journal: Journal | None = None
        self.open()

    def open(self, *faults: Fault) -> None:
        fs = FaultyFs(UnsyncedFs(), faults)
        self.journal = Journal.open(fs, self.run_dir, segment_bytes=SEGMENT_BYTES)

    def on_disk(self) -> list[str]:
        return [e.message or "" for e in read_journal(self.run_dir)]

    def _reopen_after_a_crash(self) -> None:
        """What was committed is there; of what was only gathered any first part may be."""
        self.open()
        found = self.on_disk()
        assert found[: len(self.committed)] == self.committed
        assert found == (self.committed + self.gathered)[: len(found)]
        self.committed, self.gathered = found, []
        assert self.journal is not None
        assert self.journal.committed_seq == len(found)

    @rule(text=st.text(max_size=120))
    def append(self, text: str) -> None:
        assert self.journal is not None
        self.journal.append(event(self.journal.last_seq + 1, text))
        self.gathered.append(text)

    @rule()
    def commit(self) -> None:
        assert self.journal is not None
        assert self.journal.commit() == len(self.committed) + len(self.gathered)
        self.committed += self.gathered
        self.gathered.clear()

    @rule()
    def close_and_open(self) -> None:
        assert self.journal is not None
        self.journal.close()
        self.gathered.clear()
        self._reopen_after_a_crash()

    @rule(data=st.data())
    def die_in_the_middle_of_the_write(self, data: st.DataObject) -> None:
        assert self.journal is not None
        first = len(self.committed) + 1
        batch = b"".join(line(first + k, text) for k, text in enumerate(self.gathered))
        cut = data.draw(st.integers(0, len(batch)))
        self.journal.close()
        with (self.run_dir / "events.jsonl").open("ab") as file:
            file.write(batch[:cut])
        self.follow()
        self._reopen_after_a_crash()

    @rule(at=st.integers(1, 8), effect=st.sampled_from([Effect.FAIL, Effect.SHORT]))
    def fail_at_some_operation(self, at: int, effect: Effect) -> None:
        assert self.journal is not None
        self.journal.close()
        gathered, self.gathered = self.gathered, []
        try:
            self.open(Fault(effect, at=at))
            assert self.journal is not None
            for text in gathered:
                self.journal.append(event(self.journal.last_seq + 1, text))
            self.gathered = gathered
            self.commit()
        except JournalFailed:
            self.follow()
        assert self.journal is not None
        self.journal.close()
        self._reopen_after_a_crash()

    @rule()
    def follow(self) -> None:
        self.followed += [e.message or "" for e in self.tail.read_new()]

    @invariant()
    def committed_events_are_read_back_in_order(self) -> None:
        assert self.on_disk() == self.committed

    @invariant()
    def a_follower_has_seen_a_prefix_and_never_anything_else(self) -> None:
        assert self.followed == (self.committed + self.gathered)[: len(self.followed)]
        assert self.tail.restarts == 0
        assert self.tail.problems == []

    def teardown(self) -> None:
        self.follow()
        assert self.followed == self.committed
        assert self.journal is not None
        self.journal.close()
        shutil.rmtree(self.run_dir)


JournalLaw.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestTheLawOfTheJournal = JournalLaw.TestCase
