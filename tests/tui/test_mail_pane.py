"""The mail tab: exact counts, newest first, the selected letter in full."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_core.model.status import RunStatus
from crew_core.observe.slices import Problem, SliceState
from crew_core.observe.tab_slices import Box, Letter, MailSlice
from crew_tui.actions import Action
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Kept, Line, Tone
from crew_tui.panes.letters import (
    LetterRows,
    addressed,
    box_line,
    columns_for,
    counted,
    keys_of,
    letter_line,
    letter_sign,
    letter_text,
    pretty,
)
from crew_tui.panes.mail import MailPane
from crew_tui.text import clean
from tests.tui.builders import NOW, ago, frame, row, run_slice
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import HOSTILE, RUN_DIR, a_run_in_every_tab, letter, mail


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [each.text.rstrip() for each in lines]


# Lines


def test_nothing_of_a_letter_that_is_read_is_cut() -> None:
    asked = "Request: " + "x" * 90 + "-end"
    said = texts(letter_text(letter("a", text=asked), frame(41), whole=True))
    assert "".join(each.split("│ ", 1)[1].strip() for each in said[1:]) == asked
    assert "…" not in "".join(said)


def test_each_box_counts_its_own_kinds() -> None:
    letters = (
        letter("a", kind="steer", urgent=True),
        letter("b", kind="steer", urgent=True, status="acknowledged"),
        letter("c", kind="response"),
        letter("d", Box.OUTBOX, kind="steer", status=""),
    )
    inbox, outbox = counted(letters)
    assert box_line(inbox, frame()).text == "inbox   3 messages, 2 not acknowledged   response 1 · steer 2!"
    assert box_line(outbox, frame()).text == "outbox  1 message   steer 1"
    assert counted(()) == ()


@pytest.mark.parametrize(
    ("changes", "shape", "word", "tone"),
    [
        ({"status": "acknowledged", "urgent": True}, "✓", "acknowledged", Tone.OK),
        ({"status": "delivered", "urgent": True}, "!", "delivered", Tone.WARN),
        ({"status": "delivered"}, "…", "delivered", Tone.WAIT),
        ({"status": "queued"}, "◦", "queued", Tone.WAIT),
        ({"status": ""}, "·", "sent", Tone.DIM),
    ],
)
def test_a_letter_says_how_far_it_has_come(changes: dict[str, object], shape: str, word: str, tone: Tone) -> None:
    sign = letter_sign(letter("a", **changes), UNICODE)
    assert (sign.shape, sign.word, sign.tone) == (shape, word, tone)


def test_a_row_has_direction_status_kind_addresses_age_and_text() -> None:
    out = letter("m", Box.OUTBOX, sender="05_docs", to="leader", text="Need\nnames", status="")
    said = " ".join(letter_line(out, "k", "1m", columns_for((out,)), frame(90)).text.split())
    assert said == "← · sent message 05_docs → leader 1m Need names"


@pytest.mark.parametrize(
    ("sender", "to", "width", "said"),
    [
        ("a", "b", 20, "a → b"),
        ("03_security-review", "leader", 20, "03_securit… → leader"),
        ("leader", "02_code-review", 20, "leader → 02_code-re…"),
        ("03_security-review", "02_code-review", 20, "03_secur… → 02_code…"),
        ("", "", 4, "? → ?"),
    ],
)
def test_both_addresses_of_a_letter_are_to_be_read_where_they_do_not_fit(
    sender: str, to: str, width: int, said: str
) -> None:
    assert addressed(sender, to, width) == said


@given(st.text(max_size=40), st.text(max_size=40), st.integers(5, 60))
def test_addresses_never_take_more_than_their_room_and_are_whole_where_they_fit(a: str, b: str, width: int) -> None:
    said = addressed(a, b, width)
    whole = f"{clean(a) or '?'} → {clean(b) or '?'}"
    assert cell_len(said) <= width
    assert (said == whole) == (cell_len(whole) <= width)
    assert said.partition(" → ")[2].strip()


def test_a_row_gives_the_text_what_statuses_and_kinds_do_not_need() -> None:
    short = letter(
        "m", kind="steer", status="queued", sender="leader", to="04_verify", text="Status please, in a word."
    )
    long = letter("n", kind="group_join", status="acknowledged")
    alone = letter_line(short, "k", "4d", columns_for((short,)), frame(60)).text
    assert "queued steer leader → 04_verify" in alone
    assert alone.index("Status") < letter_line(short, "k", "4d", columns_for((short, long)), frame(90)).text.index(
        "Status"
    )


def test_every_letter_has_a_key_of_its_own_even_when_ids_are_given_twice() -> None:
    letters = (letter("a"), letter("a"), letter("a", Box.OUTBOX), letter(""))
    assert len(set(keys_of(letters))) == 4
    assert keys_of(letters)[:2] == keys_of(letters[:2])


def test_the_selected_letter_is_shown_below_its_row() -> None:
    letters = tuple(zip(("k2", "k1"), (letter("b"), letter("a")), strict=True))
    text = letter_text(letters[0][1], frame(), whole=False)
    rows = LetterRows(letters, frame(), Kept(), columns_for(()), selected="k2", text=text)
    assert [each.key for each in rows] == ["k2", "", "k1"]
    assert "│ text of b" in rows[1].text
    assert len(LetterRows(letters, frame(), Kept(), columns_for(()), selected="gone", text=text)) == 2


def test_a_preview_is_short_and_the_whole_has_everything() -> None:
    long = letter("a", text="\n".join(f"line {n}" for n in range(40)), task_id="04", reply_to="z", data='{"b":[1]}')
    assert len(letter_text(long, frame(), whole=False)) == 3
    said = texts(letter_text(long, frame(), whole=True))
    assert "14:02:22 · task 04 · id a · answers z" in said[0]
    assert sum("line " in each for each in said) == 40
    assert [each.partition("│ ")[2] for each in said[-5:]] == ["data", "{", '  "b": [', "    1", "  ]", "}"][-5:]


def test_the_indentation_of_code_is_kept() -> None:
    said = texts(letter_text(letter("a", text="do:\n    this\n\n  and that"), frame(), whole=True))
    assert [each.partition("│ ")[2] for each in said[1:]] == ["do:", "    this", "", "  and that"]


@pytest.mark.parametrize(
    ("data", "first"), [("{", "{"), ('"x"', '"x"'), ("[" * 20_000, "["), ('{"a":"\x1b[31m"}', "{")]
)
def test_data_is_pretty_when_it_is_json_and_as_it_stands_when_not(data: str, first: str) -> None:
    assert pretty(data)[0].startswith(first)
    assert not any("\x1b" in each for each in pretty(data))


def test_a_very_long_text_is_cut_off_and_says_so() -> None:
    said = texts(letter_text(letter("a", text="x\n" * 5000), frame(), whole=True))
    assert len(said) < 2100
    assert "the rest is left out" in said[-1]


# On screen


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_newest_first_at_every_width(width: int) -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(width, 26)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        said = app.texts()
        rows = [
            next(n for n, each in enumerate(said) if f" {kind} " in each and "→" in each)
            for kind in ("steer", "message", "group-join")
        ]
        assert rows == sorted(rows)
        assert app.pane.chosen_task == "04_tests"
        assert any("inbox   2 messages" in each for each in said)


async def test_enter_opens_the_letter_and_another_one_closes_it() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 40)) as pilot:
        app.pane.take(a_run_in_every_tab())
        assert app.pane.perform(Action.MAIL_OPEN)
        await pilot.pause()
        assert any('"src/auth"' in each for each in app.texts())
        app.pane.move(1)
        await pilot.pause()
        said = app.texts()
        assert not any('"src/auth"' in each for each in said)
        assert any("│ Need the final names" in each for each in said)
        assert app.pane.perform(Action.MAIL_PREVIEW)
        await pilot.pause()
        assert not any("│ Need the final names" in each for each in app.texts())


async def test_a_long_letter_can_be_read_to_its_end_before_the_next_one_is_selected() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 20)) as pilot:
        long = letter("long", text="\n".join(f"line {n:02}" for n in range(40)))
        app.show(run=run_slice(row(1, RunStatus.RUNNING)), mail=mail(letter("old", at=ago(99)), long))
        await pilot.pause()
        app.pane.perform(Action.MAIL_OPEN)
        selected, seen = app.pane.selected, False
        for _ in range(50):
            if app.pane.selected != selected:
                break
            app.pane.move(1)
            await pilot.pause()
            seen |= any("line 39" in each for each in app.texts())
        assert seen
        assert app.pane.selected != selected
        assert "old" in app.pane.selected


async def test_box_and_kind_narrow_the_list_and_esc_takes_it_back() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 26)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        assert not app.pane.filtered
        app.pane.perform(Action.MAIL_BOX)
        app.pane.perform(Action.MAIL_BOX)
        await pilot.pause()
        assert app.pane.filtered
        assert "mail in the outbox: 1 of 3" in app.texts()[-1]
        app.pane.perform(Action.MAIL_KIND)
        await pilot.pause()
        assert any("No mail of kind group-join in the outbox. Esc shows all." in each for each in app.texts())
        assert Action.MAIL_OPEN not in app.pane.offers()
        app.pane.unfilter()
        await pilot.pause()
        assert not app.pane.filtered
        assert "3 messages" in app.texts()[-1]


async def test_the_filter_language_narrows_the_list() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 26)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        assert app.pane.filter_by("kind:steer") == "1 of 3"
        await pilot.pause()
        assert "mail with kind:steer: 1 of 3" in app.texts()[-1]
        assert app.pane.filtered
        assert app.pane.filter_by("age:<1m") == "1 of 3"
        app.tick(NOW + timedelta(minutes=5))
        await pilot.pause()
        assert any("No mail with age:<1m. Esc shows all." in each for each in app.texts())
        app.pane.unfilter()
        await pilot.pause()
        assert "3 messages" in app.texts()[-1]


async def test_new_mail_leaves_the_selected_letter_where_it_is() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 26)) as pilot:
        first, second = letter("a", at=ago(99)), letter("b", at=ago(50))
        app.show(run=run_slice(row(1, RunStatus.RUNNING)), mail=mail(first, second))
        await pilot.pause()
        app.pane.move(1)
        selected = app.pane.selected
        app.show(mail=mail(first, second, letter("c", at=ago(1))))
        await pilot.pause()
        assert app.pane.selected == selected
        assert any("│ text of a" in each for each in app.texts())


async def test_only_letters_in_sight_are_made() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 24)) as pilot:
        letters = tuple(letter(f"m{n}", at=ago(9000 - n)) for n in range(5000))
        app.show(run=run_slice(row(1, RunStatus.RUNNING)), mail=mail(*letters))
        await pilot.pause()
        body = app.pane.view.body
        assert len(body) == 5001
        assert len(app.pane._kept._known) < 60
        app.pane.move(2500)
        await pilot.pause()
        assert "m2499" in app.pane.selected
        assert len(app.pane._kept._known) < 120


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "reading mail"),
        (MailSlice(SliceState.LOADING, ()), "reading mail"),
        (MailSlice(SliceState.EMPTY, ()), "No mail: agents write here"),
        (MailSlice(SliceState.ERROR, ()), "Its mail cannot be read"),
        (MailSlice(SliceState.STALE, (letter("a"),)), "not up to date"),
        (
            MailSlice(SliceState.PARTIAL, (letter("a"),), (Problem(RUN_DIR / "inbox.jsonl", "a line is no letter"),)),
            "inbox.jsonl: a line is no letter",
        ),
    ],
)
async def test_each_state_of_the_data_is_told(found: MailSlice | None, words: str) -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.show(run=run_slice(row(1, RunStatus.RUNNING)), **({"mail": found} if found else {}))
        await pilot.pause()
        assert any(words in each for each in app.texts())


async def test_ages_follow_the_clock() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.show(run=run_slice(row(1, RunStatus.RUNNING)), mail=mail(letter("a", at=ago(10))))
        await pilot.pause()
        assert any(" now " in each for each in app.texts())
        app.tick(NOW + timedelta(minutes=5))
        await pilot.pause()
        assert any(" 5m " in each for each in app.texts())


@pytest.mark.parametrize("width", [0, 1, 3, 8, 20, 60])
def test_hostile_text_and_no_room_do_no_harm(width: int) -> None:
    bad = Letter(
        HOSTILE, Box.INBOX, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, True, HOSTILE, HOSTILE
    )
    drawn_for = frame(width)
    (inbox, _) = counted((bad,))
    lines = (
        box_line(inbox, drawn_for),
        letter_line(bad, "k", "1m", columns_for((bad,)), drawn_for),
        *letter_text(bad, drawn_for, whole=True),
        *letter_text(bad, drawn_for, whole=False),
    )
    for each in lines:
        assert "owned" not in each.text
        assert "\x1b" not in each.text
        assert "\u202e" not in each.text


async def test_the_selected_letter_can_be_copied() -> None:
    app = OneTab(MailPane)
    async with app.run_test(size=(100, 30)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        assert "public API" in app.pane.copyables()[0].text
        app.pane.move(1)
        assert [each.text for each in app.pane.copyables()] == ["Need the final names", "m1"]
        app.pane.filter_by("from:nobody")
        assert not app.pane.copyables()
