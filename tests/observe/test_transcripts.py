"""The events of an attempt from its file, whatever is in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.transcripts import read_transcript, transcript_file


def _line(text: str) -> bytes:
    return msgspec.json.encode(AgentEvent(Kind.TEXT, text=text)) + b"\n"


def test_nothing_behind_a_line_that_is_too_long_is_lost(tmp_path: Path) -> None:
    file = transcript_file(tmp_path, "a", 1)
    file.parent.mkdir(parents=True)
    long = _line("x" * (40 << 20))
    with file.open("wb") as written:
        written.writelines((_line("before"), long, _line("after"), _line("half")[:-5]))
    before, cut, after = read_transcript(tmp_path, "a", 1)
    assert (before.text, after.text) == ("before", "after")
    assert cut.kind is Kind.RAW
    assert cut.text.startswith('{"kind":"text","text":"xxx')
    assert cut.text.endswith(f"x… [{len(long) - 1} bytes]")


def test_a_line_that_is_no_event_is_kept_as_it_is(tmp_path: Path) -> None:
    file = transcript_file(tmp_path, "a", 1)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff{\n" + _line("after"))
    assert [(event.kind, event.text) for event in read_transcript(tmp_path, "a", 1)] == [
        (Kind.RAW, "\ufffd{"),
        (Kind.TEXT, "after"),
    ]


def test_an_attempt_without_a_transcript_has_no_events(tmp_path: Path) -> None:
    assert list(read_transcript(tmp_path, "a", 1)) == []
