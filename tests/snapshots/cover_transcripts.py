"""Transcripts as the goldens show them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from crew_core.model.spent import spent_by
from crew_core.model.status import AttemptCause, TaskStatus
from crew_core.model.transcript import AgentEvent
from crew_core.model.usage import Usage
from crew_core.observe.byte_file import OpenBytes
from crew_core.observe.slices import TasksSlice
from crew_core.observe.text_file import Change
from crew_core.observe.transcript_told import Transcript
from crew_tui.keymap.table import DEFAULT
from crew_tui.screens.transcript import TranscriptScreen
from tests.observe.transcript_files import Memory, decode, lines_of
from tests.snapshots.cases import WORKING
from tests.snapshots.covering import Covering, Make, denied, for_ever
from tests.snapshots.stories import TRANSCRIPT
from tests.tui.builders import task, tasks

assert WORKING.path is not None
_FILE = WORKING.path / "attempts" / "04_tests" / "2" / "events.jsonl"
_ATTEMPTS = ((1, AttemptCause.FIRST), (2, AttemptCause.RETRY))


class _Deleted(Memory):
    def look_again(self) -> Change:
        return Change.GONE


def _roster(status: TaskStatus) -> TasksSlice:
    """The task of the transcript, in its second attempt, between two others."""
    spent = spent_by(Usage(input=11_000, output=1_100, cost=0.0712), None)
    made = task("04_tests", status, agent="test-engineer", program="pi", model="qwen2.5-coder", spent=spent)
    attempts = tuple(replace(each, n=n, cause=cause) for n, cause in _ATTEMPTS for each in made.attempts)
    before, after = task("03_execute", TaskStatus.FAILED), task("05_docs", TaskStatus.RUNNING)
    return tasks(before, replace(made, attempts=attempts), after, **{"04_tests": "waits for 03_execute"})


def _transcript(open_bytes: OpenBytes, status: TaskStatus = TaskStatus.COMPLETED) -> Make:
    found = Transcript(_FILE, open_bytes, decode)
    listed = _roster(status)
    return lambda app, _: TranscriptScreen(
        lambda: (WORKING, listed),
        "04_tests",
        *app.dress(),
        keymap=DEFAULT,
        run_soon=app.run_soon,
        open_text=app.texts.append,
        copy=app.copy,
        edit=app.edited.append,
        page=app.edited.append,
        find=lambda *_: lambda: found,
    )


def _of_events(events: Sequence[AgentEvent], raw: bytes = b"") -> OpenBytes:
    return lambda: Memory(lines_of(events) + raw)


_WHOLE = _transcript(_of_events(TRANSCRIPT))
_DAMAGE = b"Segmentation fault (core dumped)\n" + b'{"kind":"te'

TRANSCRIPTS = {
    "transcript": Covering(_WHOLE, "All green now"),
    "transcript-unfolded": Covering(_WHOLE, "All green now", ("plus", "home"), "refresh path of src/auth"),
    "transcript-search": Covering(_WHOLE, "All green now", ("slash", *"rotat", "enter"), "/6"),
}
TRANSCRIPT_STATES = {
    "empty": Covering(_transcript(_of_events(()), TaskStatus.QUEUED), "Not started"),
    "loading": Covering(for_ever(_WHOLE), "reading the transcript"),
    "stale": Covering(_transcript(lambda: _Deleted(lines_of(TRANSCRIPT)), TaskStatus.RUNNING), "deleted since"),
    "partial": Covering(_transcript(_of_events(TRANSCRIPT[:6], _DAMAGE)), "not complete"),
    "error": Covering(_transcript(denied), "Permission denied"),
}
