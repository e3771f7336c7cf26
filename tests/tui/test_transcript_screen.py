"""The transcript on the screen: folding, following, searching, the tasks beside it, and all that can be wrong."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest
from msgspec.structs import replace

from crew_core.model.status import AttemptCause, AttemptPhase, TaskStatus
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.observe.slices import SliceState, TasksSlice
from crew_tui.actions import Action
from crew_tui.glyphs import ASCII
from crew_tui.lines import Tone
from tests.observe.transcript_files import end, start, text
from tests.tui.builders import task
from tests.tui.transcript_host import PATIENCE_S, Host, transcript

STORY = (
    AgentEvent(Kind.NOTICE, "2026-05-15T14:02:01.000Z", "prompt: Write tests\nfor the refresh path"),
    text("I'll start.\nThe store exposes rotate().", id="m1"),
    start("read", "src/auth/token.ts", id="1"),
    end("read", "\n".join(f"line {number}" for number in range(30)), id="1", duration_ms=100),
    start("bash", "npm test", id="2"),
    end("bash", "expected 401\nreceived 200", id="2", failed=True, duration_ms=8100),
    text("All green now.\nThree new cases.", id="m2"),
)


def many(count: int) -> list[AgentEvent]:
    return [AgentEvent(Kind.NOTICE, "2026-05-15T14:02:01.000Z", f"notice {number:03}") for number in range(count)]


def selected(host) -> str:
    return next((line for line in host.lines() if line.startswith("┃›")), "")


async def test_errors_and_the_last_text_are_unfolded_the_rest_is_one_line_each(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.", "received 200")
        text = host.text()
        assert "transcript 04_tests · executor" in text
        assert "▸ 14:02:01 user       Write tests · 2 lines" in text
        assert "▸ 14:02:00 ✓ read     src/auth/token.ts · 30 lines · 100ms" in text
        assert "▾ 14:02:00 ✗ bash     npm test · failed · 2 lines · 8.1s" in text
        assert "rotate()" not in text
        assert "5 entries · 100%" in text


async def test_the_cost_that_it_tells_of_is_summed_up_as_it_is_read(tmp_path):
    told = [AgentEvent(Kind.USAGE, usage=Usage(input=10, cost=cost)) for cost in (0.0028, 0.0033, None)]
    async with transcript(tmp_path, *told[:1], status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "10 in")
        assert host.shown.pane.contents.cost == 0.0028
        host.write("04_tests", *told[1:])
        host.shown.may_have_changed()
        await host.until(pilot, "$0.0033")
        assert host.shown.pane.contents.cost == pytest.approx(0.0061)


async def test_times_since_the_beginning_of_the_run_are_told_here_too(tmp_path):
    async with transcript(tmp_path, *STORY, relative=True) as (host, pilot):
        await host.until(pilot, "▸   +8m39s user       Write tests")


def of_days(*days: int) -> list[AgentEvent]:
    """A notice on each of these days of May."""
    return [AgentEvent(Kind.NOTICE, f"2026-05-{day:02}T09:00:00.000Z", f"notice {n}") for n, day in enumerate(days)]


def entries(host: Host) -> list[int]:
    """The numbers of the notices in sight."""
    return [int(number) for number in re.findall(r"notice (\d+)", host.text())]


async def test_before_the_first_entry_of_another_day_stands_its_date(tmp_path):
    async with transcript(tmp_path, *of_days(13, 13, 14, 15)) as (host, pilot):
        await host.until(pilot, "notice 3", "── 2026-05-15 ──")
        found = [line.strip("┃│ ›") for line in host.lines() if "notice" in line or "── 2026" in line]
        assert [each.split()[-1] if "notice" in each else each.split()[1] for each in found] == [
            "0",
            "1",
            "2026-05-14",
            "2",
            "2026-05-15",
            "3",
        ]
        assert "2026-05-13" in host.lines()[0]
        row = next(number for number, line in enumerate(host.lines()) if "2026-05-14 ──" in line)
        before = selected(host)
        await pilot.click("#transcript", offset=(20, row))
        assert selected(host) == before
        await pilot.click("#transcript", offset=(20, row + 1))
        assert "notice 2" in selected(host)


async def test_many_dates_leave_room_for_entries_and_no_page_passes_one_over(tmp_path):
    async with transcript(tmp_path, *of_days(*range(1, 28)), size=(100, 20)) as (host, pilot):
        await host.until(pilot, "notice 26", "2026-05-27")
        assert len(entries(host)) >= 8
        assert host.shown.pane.percent == 100
        await pilot.press("home")
        await host.until(pilot, "notice 0")
        seen = entries(host)
        assert len(seen) >= 8
        while "notice 26" not in host.text():
            await pilot.press("pagedown")
            await host.until(pilot, "notice")
            now = entries(host)
            assert seen[-1] in now or now[0] == seen[-1] + 1
            seen = now


async def test_dates_take_no_match_out_of_sight(tmp_path):
    async with transcript(tmp_path, *of_days(*range(1, 28)), size=(100, 20)) as (host, pilot):
        await host.until(pilot, "notice 26")
        await pilot.press("home")
        await host.until(pilot, "notice 0")
        await pilot.press("slash", *"notice 15", "enter")
        await host.until(pilot, "notice 15")


async def test_dates_take_no_selected_entry_out_of_sight(tmp_path):
    days = [13] * 12 + [14] * 12 + [15] * 21
    async with transcript(tmp_path, *of_days(*days), size=(100, 20)) as (host, pilot):
        await host.until(pilot, "notice 44")
        assert "notice 44" in selected(host)
        assert "2026" not in host.lines()[0]
        await pilot.press("home")
        await host.until(pilot, "notice 0 ")
        assert "2026-05-13" in host.lines()[0]
        for number in range(1, 45):
            await pilot.press("down")
            await host.until(pilot, f"notice {number} ")
            assert f"notice {number} " in selected(host)
        for number in range(43, -1, -1):
            await pilot.press("up")
            assert f"notice {number} " in selected(host)


async def test_enter_unfolds_the_selected_entry_and_folds_it_again(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("home", "down")
        assert "I'll start." in selected(host)
        await pilot.press("enter")
        await host.until(pilot, "rotate()")
        await pilot.press("enter")
        await host.until(pilot, gone=["rotate()"])


async def test_enter_is_offered_where_there_is_something_to_unfold(tmp_path):
    one_line = AgentEvent(Kind.NOTICE, "2026-05-15T14:02:01.000Z", "one line")
    async with transcript(tmp_path, text("I'll start.\nIn two lines.", id="m1"), one_line, size=(120, 30)) as (
        host,
        pilot,
    ):
        await host.until(pilot, "one line")
        assert "one line" in selected(host)
        await host.until(pilot, gone=["Enter (un)fold"])
        await pilot.press("up")
        await host.until(pilot, "Enter (un)fold")
        row = next(number for number, line in enumerate(host.lines()) if "one line" in line)
        await pilot.click("#transcript", offset=(20, row))
        await host.until(pilot, gone=["Enter (un)fold"])


async def test_plus_unfolds_all_and_minus_folds_all(tmp_path):
    async with transcript(tmp_path, *STORY, size=(100, 60)) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("plus")
        await host.until(pilot, "rotate()", "line 29", "for the refresh path")
        await pilot.press("minus")
        await host.until(pilot, gone=["rotate()", "line 29", "received 200", "Three new cases."])


async def test_unfold_all_is_offered_where_it_unfolds_something(tmp_path):
    one_line = AgentEvent(Kind.NOTICE, "2026-05-15T14:02:01.000Z", "one line")
    last = AgentEvent(Kind.NOTICE, "2026-05-15T14:02:03.000Z", "the end")
    async with transcript(tmp_path, one_line, status=TaskStatus.RUNNING, size=(120, 12)) as (host, pilot):
        await host.until(pilot, "one line", gone=["+ unfold all"])
        host.write("04_tests", text("I'll start.\nIn two lines.", id="m1"), text("Go on.", id="m2"), last)
        await host.until(pilot, "the end", "+ unfold all")
        await pilot.press("plus")
        await host.until(pilot, "In two lines.", gone=["+ unfold all"])
        await pilot.press("minus")
        await host.until(pilot, "+ unfold all", gone=["In two lines."])
        # Of those out of sight it is not known whether there is more of them.
        host.write("04_tests", *(replace(one_line, text=f"line {number}") for number in range(20)))
        await pilot.press("plus", "end")
        await host.until(pilot, "line 19", gone=["+ unfold all"])


async def test_the_state_of_what_was_said_to_an_agent_stands_before_a_colon(tmp_path):
    queued = AgentEvent(Kind.DELIVERY, text="it waits for the next turn", data={"state": "queued"})
    taken = AgentEvent(Kind.DELIVERY, data={"state": "taken"})
    async with transcript(tmp_path, queued, taken, size=(120, 12)) as (host, pilot):
        await host.until(pilot, "queued: it waits for the next turn", "taken", gone=["taken:"])


async def test_fold_all_is_there_where_it_folds_something(tmp_path):
    async with transcript(tmp_path, text("I'll start.\nIn two lines.", id="m1"), size=(120, 12)) as (host, pilot):
        await host.until(pilot, "In two lines.")
        assert Action.FOLD_ALL in host.shown.situation().offers
        await pilot.press("minus")
        await host.until(pilot, "+ unfold all", gone=["In two lines."])
        assert Action.FOLD_ALL not in host.shown.situation().offers


async def test_what_is_appended_stays_in_sight_until_one_goes_up_and_again_from_the_end_on(tmp_path):
    async with transcript(tmp_path, *many(100), status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "notice 099", "● follow")
        host.write("04_tests", *[AgentEvent(Kind.NOTICE, text="appended 1")])
        host.shown.may_have_changed()
        await host.until(pilot, "appended 1", "● follow")
        assert "appended 1" in selected(host)
        await pilot.press("up", "up")
        assert "● follow" not in host.text()
        host.write("04_tests", *[AgentEvent(Kind.NOTICE, text="appended 2")])
        host.shown.may_have_changed()
        await host.until(pilot, "102 entries", gone=["appended 2"])
        assert "notice 098" in selected(host)
        await pilot.press("G")
        await host.until(pilot, "appended 2", "● follow")
        host.write("04_tests", *[AgentEvent(Kind.NOTICE, text="appended 3")])
        host.shown.may_have_changed()
        await host.until(pilot, "appended 3")


async def test_f_follows_and_stops_following(tmp_path):
    async with transcript(tmp_path, *many(100), status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "notice 099", "● follow")
        await pilot.press("f")
        assert "● follow" not in host.text()
        await pilot.press("home", "f")
        await host.until(pilot, "notice 099", "● follow")


async def test_going_down_to_the_end_by_pages_follows_again(tmp_path):
    async with transcript(tmp_path, *many(60), status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "notice 059")
        await pilot.press("pageup")
        assert "● follow" not in host.text()
        await pilot.press("pagedown", "pagedown")
        await host.until(pilot, "● follow", "notice 059")


async def test_nothing_is_asked_any_more_when_the_attempt_has_ended(tmp_path):
    async with transcript(tmp_path, *STORY, status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "● follow")
        assert host.shown._ticking is not None
        host.tasks = TasksSlice(SliceState.READY, (task("04_tests", TaskStatus.COMPLETED),), {})
        host.write("04_tests", AgentEvent(Kind.NOTICE, text="the last word"))
        host.shown.may_have_changed()
        await host.until(pilot, "the last word", gone=["● follow"])
        assert host.shown._ticking is None


async def test_a_search_goes_to_the_first_match_and_unfolds_it_and_n_goes_on(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("home", "slash", *"line")
        await host.until(pilot, "match 1/30", "›   │ line 0")
        await pilot.press("enter")
        await pilot.press("n")
        await host.until(pilot, "match 2/30", "›   │ line 1")
        await pilot.press("N", "N")
        await host.until(pilot, "match 30/30", "›   │ line 29")


async def test_leaving_the_prompt_leads_back_and_esc_ends_the_search(tmp_path):
    async with transcript(tmp_path, *many(200)) as (host, pilot):
        await host.until(pilot, "notice 199")
        await pilot.press("slash", *"notice 003")
        await host.until(pilot, "notice 003")
        await pilot.press("escape")
        await host.until(pilot, "notice 199", gone=["match"])
        await pilot.press("slash", *"notice 003", "enter")
        await host.until(pilot, "match 1/1")
        await pilot.press("escape")
        await host.until(pilot, "notice 003", gone=["match"])
        await pilot.press("escape")
        assert host.performed == [Action.BACK]


async def test_capitals_count_when_some_are_typed_and_what_is_not_there_says_so(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("slash", *"ALL GREEN", "enter")
        await host.until(pilot, "no match", gone=["n next"])
        await pilot.press("slash", *["backspace"] * 9, *"all green", "enter")
        await host.until(pilot, "match 1/1", "n next")


async def test_what_is_no_expression_is_told_while_it_is_typed(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("slash", *"a(")
        await host.until(pilot, "no regular expression")


async def test_brackets_lead_to_the_tasks_beside_it_and_braces_to_its_attempts(tmp_path):
    first = task("04_tests", TaskStatus.FAILED).attempts[0]
    again = replace(first, n=2, cause=AttemptCause.RETRY)
    others = (task("05_review", TaskStatus.COMPLETED), task("06_waits", TaskStatus.QUEUED))
    async with transcript(tmp_path, text("first try"), attempts=(first, again), others=others) as (host, pilot):
        host.write("04_tests", text("second try"), attempt=2)
        host.write("05_review", text("looks good"))
        await pilot.press("left_curly_bracket")
        await host.until(pilot, "first try", "attempt 1 of 2")
        await pilot.press("right_curly_bracket")
        await host.until(pilot, "second try", "attempt 2 of 2 (retry)")
        await pilot.press("right_square_bracket")
        await host.until(pilot, "looks good", "transcript 05_review")
        await pilot.press("right_square_bracket")
        await host.until(pilot, "second try")
        await pilot.press("left_square_bracket")
        await host.until(pilot, "looks good")


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_footer_leads_to_the_attempts_that_there_are(tmp_path, width):
    first = task("04_tests", TaskStatus.FAILED).attempts[0]
    again = replace(first, n=2, cause=AttemptCause.RETRY)
    others = (task("05_review", TaskStatus.COMPLETED),)
    both = (first, again)
    async with transcript(tmp_path, text("one"), attempts=both, others=others, size=(width, 20)) as (host, pilot):
        host.write("04_tests", text("two"), attempt=2)
        host.write("05_review", text("looks good"))
        await host.until(pilot, "{ attempt", gone=["} attempt"])
        await pilot.press("left_curly_bracket")
        await host.until(pilot, "} attempt", gone=["{ attempt"])
        await pilot.press("right_square_bracket")
        await host.until(pilot, "looks good", gone=["} attempt", "{ attempt"])


async def test_a_verification_is_not_shown_first_but_is_beside_the_attempt(tmp_path):
    first = task("04_tests", TaskStatus.COMPLETED).attempts[0]
    check = replace(first, n=2, cause=AttemptCause.VERIFY)
    async with transcript(tmp_path, text("the work"), attempts=(first, check)) as (host, pilot):
        await host.until(pilot, "the work")
        assert "attempt 1 of 2" in host.text()


async def test_a_task_that_starts_while_it_is_looked_at_is_shown(tmp_path):
    async with transcript(tmp_path, status=TaskStatus.QUEUED) as (host, pilot):
        await host.until(pilot, "Not started: queued.")
        host.write("04_tests", text("begun"))
        host.tasks = TasksSlice(SliceState.READY, (task("04_tests", TaskStatus.RUNNING),), {})
        host.shown.may_have_changed()
        await host.until(pilot, "begun", "● follow")


async def test_y_copies_all_of_the_entry_and_e_opens_the_file(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("y")
        await host.until(pilot, "Three new cases.")
        while not host.copied:
            await pilot.pause()
        assert [each.what for each in host.copied[0]] == ["entry", "path of the transcript"]
        assert host.copied[0][0].text == "All green now.\nThree new cases."
        await pilot.press("E")
        assert host.edited == [host.path_of("04_tests")]


EDITS = (
    start(
        "edit", "a.py", id="1", data={"args": {"path": "a.py", "old_string": "one\ntwo", "new_string": "one\nTWO\n3"}}
    ),
    end("edit", "changed", id="1"),
    start("bash", "ls", id="2", data={"args": {"command": "ls"}}),
    end("bash", "a.py", id="2"),
)


async def test_d_shows_what_the_selected_call_changes_and_is_there_only_where_it_says_so(tmp_path):
    async with transcript(tmp_path, *EDITS, size=(120, 30)) as (host, pilot):
        await host.until(pilot, "a.py · +2 -1", "bash")
        await host.until(pilot, gone=["d diff"])
        await pilot.press("d")
        await pilot.press("up")
        await host.until(pilot, "d diff")
        await pilot.press("d")
        while not host.opened:
            await pilot.pause()
        [source] = host.opened
        assert source.title == "diff of edit a.py"
        lines = source.open(host.glyphs).laid_out(80, wrap=source.wrap)
        assert lines.read_more()
        shown = [row.pieces[1:] for row in lines.rows_of(lines.parts[0])]
        assert [("".join(words for words, _ in pieces), pieces[0][1]) for pieces in shown] == [
            ("a.py  +2 -1", Tone.TITLE),
            (" one", Tone.TEXT),
            ("-two", Tone.REMOVED),
            ("+TWO", Tone.ADDED),
            ("+3", Tone.ADDED),
        ]


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ((), "no result"),
        ((end("edit", "no such text", id="1", failed=True),), "failed: this is what it was to change"),
    ],
)
async def test_a_change_that_was_not_made_is_not_shown_as_one(tmp_path, ended, said):
    async with transcript(tmp_path, EDITS[0], *ended, status=TaskStatus.RUNNING, size=(120, 30)) as (host, pilot):
        await host.until(pilot, "d diff")
        await pilot.press("d")
        while not host.opened:
            await pilot.pause()
        assert said in host.opened[0].open(host.glyphs).note


async def test_what_was_too_long_for_the_transcript_is_said_to_be_cut(tmp_path):
    args = {"path": "a.py", "old_string": "a", "new_string": "b\n… 12 bytes left out …\nc"}
    async with transcript(tmp_path, start("edit", "a.py", id="1", data={"args": args}), size=(120, 30)) as (
        host,
        pilot,
    ):
        await host.until(pilot, "d diff")
        await pilot.press("d")
        while not host.opened:
            await pilot.pause()
        assert "cut" in host.opened[0].open(host.glyphs).note


async def test_o_opens_what_the_agent_printed(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("o")
        assert [source.title for source in host.opened] == ["raw output of 04_tests, attempt 1"]


async def test_w_cuts_long_lines_and_wraps_them(tmp_path):
    words = " ".join(f"word{number}" for number in range(60))
    async with transcript(tmp_path, text(f"first\n{words}"), size=(80, 20)) as (host, pilot):
        await host.until(pilot, "word59")
        await pilot.press("w")
        await host.until(pilot, "…", gone=["word59"])
        await pilot.press("w")
        await host.until(pilot, "word59")


async def test_a_text_taller_than_the_page_is_gone_through_by_arrows(tmp_path):
    tall = "\n".join(f"row {number:03}" for number in range(200))
    async with transcript(tmp_path, text(tall), *many(3)) as (host, pilot):
        await host.until(pilot, "notice 002")
        await pilot.press("home")
        await host.until(pilot, "row 000", "row 010")
        for _ in range(30):
            await pilot.press("down")
        assert "notice 002" in selected(host)
        for _ in range(40):
            await pilot.press("up")
        assert "row 000" in selected(host)


async def test_another_width_keeps_the_line_at_the_top(tmp_path):
    tall = "\n".join(f"row {number:03} {'long ' * 20}" for number in range(100))
    async with transcript(tmp_path, text(tall), size=(120, 20)) as (host, pilot):
        await host.until(pilot, "row 099")
        await pilot.press("pageup", "pageup")
        await host.until(pilot, gone=["row 099"])
        top = host.lines()[1].split("row ")[1][:3] if "row" in host.lines()[1] else host.lines()[2].split("row ")[1][:3]
        await pilot.resize_terminal(60, 20)
        await host.until(pilot, f"row {top}")
        assert f"row {top}" in "\n".join(host.lines()[1:6])


async def test_a_transcript_that_is_not_there_says_where_it_was_looked_for(tmp_path):
    async with transcript(tmp_path, size=(160, 20)) as (host, pilot):
        await host.until(pilot, "The agent has printed nothing.", "04_tests-1.jsonl")


async def test_an_empty_transcript_of_a_running_agent_says_not_yet(tmp_path):
    (tmp_path / "04_tests-1.jsonl").touch()
    async with transcript(tmp_path, status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "The agent has printed nothing yet.")
        host.write("04_tests", text("now"))
        host.shown.may_have_changed()
        await host.until(pilot, "now")


async def test_what_cannot_be_read_says_why(tmp_path):
    (tmp_path / "04_tests-1.jsonl").symlink_to("elsewhere")
    async with transcript(tmp_path, size=(120, 20)) as (host, pilot):
        await host.until(pilot, "it cannot be read: is a symbolic link")


async def test_damage_is_counted_and_shown_as_it_is(tmp_path):
    raw = b"Segmentation fault\n" + b'{"kind":"te'
    async with transcript(tmp_path, text("before"), raw=raw) as (host, pilot):
        await host.until(
            pilot,
            "raw        Segmentation fault",
            "1 line not understood, shown as written",
            "the last line is not complete: 11 bytes are not shown",
        )


async def test_a_transcript_that_is_deleted_stays_and_says_so(tmp_path):
    async with transcript(tmp_path, text("kept"), status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "kept")
        host.path_of("04_tests").unlink()
        host.shown.may_have_changed()
        await host.until(pilot, "kept", "deleted since")


async def test_a_transcript_that_is_replaced_is_read_anew_and_says_so(tmp_path):
    async with transcript(tmp_path, text("old"), status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "old")
        host.path_of("04_tests").unlink()
        host.write("04_tests", text("other words"))
        host.shown.may_have_changed()
        await host.until(pilot, "other words", "its file was replaced or cut short", gone=[" old"])


async def test_a_tool_without_a_result_runs_until_the_attempt_has_ended(tmp_path):
    async with transcript(tmp_path, start("bash", "sleep 60"), status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "▶ bash     sleep 60 · running")
        ended = task("04_tests", TaskStatus.CANCELLED)
        assert ended.attempts[0].phase is AttemptPhase.ENDED
        host.tasks = TasksSlice(SliceState.READY, (ended,), {})
        host.shown.may_have_changed()
        await host.until(pilot, "? bash     sleep 60 · no result")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
async def test_frames_stay_whole_at_every_width_with_anything_in_the_text(tmp_path, width):
    wild = "你好世界 👨‍👩‍👧‍👦 e\u0301 \u202eright\u202c\ttab \x1b[31mred\x1b[0m \x1b]52;c;eA==\x07 " * 6
    events = [text(wild, id="a"), start(wild, wild), end(wild, wild, failed=True), AgentEvent(Kind.ERROR, text=wild)]
    async with transcript(tmp_path, *events, size=(width, 30)) as (host, pilot):
        await host.until(pilot, "3 entries")
        await pilot.press("plus", "home")
        await host.until(pilot, "你好世界")
        screen = host.text()
        assert "\x1b" not in screen
        assert "\u202e" not in screen
        for line in host.lines()[1:-2]:
            assert line.startswith("┃")
            assert line.endswith("┃")


async def test_nothing_but_ascii_is_drawn_where_that_is_wanted(tmp_path):
    async with transcript(tmp_path, *STORY, glyphs=ASCII) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        assert host.text().isascii()


async def test_the_mouse_selects_and_unfolds(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        row = next(number for number, line in enumerate(host.lines()) if "I'll start." in line)
        await pilot.click("#transcript", offset=(20, row))
        assert "I'll start." in selected(host)
        await pilot.click("#transcript", offset=(20, row), times=2)
        await host.until(pilot, "rotate()")


async def test_its_thread_ends_with_the_screen(tmp_path):
    async with transcript(tmp_path, *STORY, status=TaskStatus.RUNNING) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        reading = [each for each in threading.enumerate() if each.name == "crew-io"]
        assert reading
        await pilot.press("escape")
        await pilot.pause()
        for each in reading:
            await asyncio.to_thread(each.join, PATIENCE_S)
            assert not each.is_alive()


async def test_a_tool_is_found_by_its_name(tmp_path):
    async with transcript(tmp_path, *STORY) as (host, pilot):
        await host.until(pilot, "Three new cases.")
        await pilot.press("slash", *"bash", "enter")
        await host.until(pilot, "match 1/1")
        assert "npm test" in selected(host)
