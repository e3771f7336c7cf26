"""Texts as the goldens show them: status, summary, an event, output, a record."""

from __future__ import annotations

from datetime import UTC
from typing import NoReturn

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.slices import EventsSlice, SliceName, TasksSlice
from crew_core.observe.text_book import NothingThere, OpenText
from crew_core.observe.text_file import Change
from crew_core.observe.transcript_entries import tool_entry
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line
from crew_tui.run_texts import status_text
from crew_tui.texts.forms import Form
from crew_tui.texts.of_edits import edits_source
from crew_tui.texts.of_event import event_source
from crew_tui.texts.source import TextSource, opened
from tests.snapshots.cases import BUSY, WORKING
from tests.snapshots.covering import Covering, Make, for_ever
from tests.snapshots.given_file import GivenFile
from tests.snapshots.stories import summary_file
from tests.tui.builders import NOW
from tests.tui.cover_host import text_screen

assert WORKING.path is not None
_RUN_DIR = WORKING.path


def _text(source: TextSource) -> Make:
    return lambda app, _: text_screen(source)(app)


def _denied(_: Glyphs) -> NoReturn:
    """As opening the file would fail."""
    raise PermissionError(13, "Permission denied", str(_RUN_DIR / _OUTPUT_NAME))


def _file(
    title: str, name: str, text: str, form: Form, *, change: Change = Change.NONE, torn: bool = False
) -> TextSource:
    """A text of the run out of a file that lies nowhere."""
    path = _RUN_DIR / name

    def open_text(glyphs: Glyphs) -> OpenText[Line]:
        return opened(lambda: GivenFile(path, text.encode(), change=change, torn=torn), form, glyphs)

    return TextSource(title, open_text)


def _absent(glyphs: Glyphs) -> NoReturn:
    raise NothingThere("There is no summary yet: it is written when the run ends.")


_LISTED, _EVENTS = BUSY[SliceName.TASKS], BUSY[SliceName.EVENTS]
assert isinstance(_LISTED, TasksSlice)
assert isinstance(_EVENTS, EventsSlice)
_SUMMARY = _file("summary of run cfc0cf97", "artifacts/summary.md", summary_file(), Form.MARKDOWN)
_PRINTED = "".join(f"PASS test/auth/session.test.ts ({at})\n" for at in range(2500))
_OUTPUT, _OUTPUT_NAME = "raw output of 04_tests, attempt 2", "attempts/04_tests/2/transcript.raw"
_CUT = '{"runId": "team_20260515140000_00000000cfc0cf97",\n "status": "running", "goal": "Refactor au'

_BEFORE = "export function rotate(session: Session): Token {\n  return session.token;\n}"
_ARGS = {
    "file_path": "src/auth/token.ts",
    "old_string": _BEFORE,
    "new_string": _BEFORE.replace("session.token", "store.replace(session.token)"),
}
_EDIT = AgentEvent(Kind.TOOL_START, text="src/auth/token.ts", tool="Edit", data={"args": _ARGS})
_CHANGED = AgentEvent(Kind.TOOL_END, text="src/auth/token.ts changed on line 2", tool="Edit")
_NOT_FOUND = AgentEvent(Kind.TOOL_END, text="old_string is not in the file", tool="Edit", failed=True)

TEXTS = {
    "diff": Covering(_text(edits_source(tool_entry(_EDIT, _CHANGED))), "store.replace"),
    "status": Covering(_text(status_text(WORKING, _LISTED, lambda: NOW, UTC)), "Refactor auth"),
    "summary": Covering(_text(_SUMMARY), "Refactor auth"),
    "diff-failed": Covering(_text(edits_source(tool_entry(_EDIT, _NOT_FOUND))), "was to change"),
    "event": Covering(_text(event_source(_EVENTS.log[6])), "exit status 2"),
}
TEXT_STATES = {
    "empty": Covering(_text(_file(_OUTPUT, _OUTPUT_NAME, "", Form.PLAIN)), "It is empty."),
    "absent": Covering(_text(TextSource("summary of run cfc0cf97", _absent)), "no summary yet"),
    "loading": Covering(for_ever(_text(_SUMMARY)), "reading the text"),
    "stale": Covering(_text(_file(_OUTPUT, _OUTPUT_NAME, _PRINTED, Form.PLAIN, change=Change.GONE)), "deleted since"),
    "partial": Covering(_text(_file(_OUTPUT, _OUTPUT_NAME, _PRINTED, Form.PLAIN, torn=True)), "Input/output error"),
    "damaged": Covering(_text(_file("manifest of run cfc0cf97", "manifest.json", _CUT, Form.JSON)), "no valid JSON"),
    "error": Covering(_text(TextSource(_OUTPUT, _denied)), "Permission denied"),
}
