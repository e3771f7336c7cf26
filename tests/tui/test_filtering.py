"""The filter language: what a text means, what is said when it means nothing, and which rows it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.model.prices import NANO
from crew_core.model.progress import Activity
from crew_core.model.spent import Spent
from crew_core.model.state import Hold, HoldCause
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import Evidence, Liveness, RunRow
from crew_core.observe.tab_slices import Box, Letter
from crew_tui.event_levels import Level, level_of
from crew_tui.filtering.amounts import number, seconds
from crew_tui.filtering.fields import Choice, Field, Number, Schema, Span, Text
from crew_tui.filtering.matching import begins_or_fits, made_of_beginnings, matcher
from crew_tui.filtering.of_events import EVENTS
from crew_tui.filtering.of_letters import LETTERS
from crew_tui.filtering.of_runs import RUNS
from crew_tui.filtering.of_tasks import TASKS, asked_tasks
from crew_tui.filtering.parsing import parse
from crew_tui.filtering.query import Query, Term, Test
from crew_tui.filtering.row_filter import RowFilter
from crew_tui.filtering.suggesting import completed, suggestions
from tests.tui.builders import NOW, ago, event, progress, row, task, tasks

SCHEMAS: tuple[Schema[Any], ...] = (RUNS, TASKS, EVENTS, LETTERS)


def terms(text: str, schema: Schema[Any] = RUNS) -> tuple[Term, ...]:
    return parse(text, schema).terms


def chosen(text: str, *rows: RunRow) -> list[int]:
    """The numbers of the runs that the filter leaves."""
    query = parse(text, RUNS)
    assert not query.faults
    matches = matcher(query, RUNS, NOW)
    return [int(each.run_id[-16:], 16) for each in rows if matches(each)]


# Reading


def test_a_text_is_terms_that_all_must_hold() -> None:
    assert terms('status:failed team:review age:<1h goal~auth -is:foreign !old "two words"') == (
        Term("status", Test.IS, ("failed",)),
        Term("team", Test.IS, ("review",)),
        Term("age", Test.LESS, ("1h",)),
        Term("goal", Test.CONTAINS, ("auth",)),
        Term("is", Test.IS, ("foreign",), negated=True),
        Term("", Test.CONTAINS, ("old",), negated=True),
        Term("", Test.CONTAINS, ("two words",)),
    )


def test_several_words_are_any_of_them_and_quotes_hold_spaces_and_commas() -> None:
    assert terms('status:failed,blocked team:"a, b",c') == (
        Term("status", Test.IS, ("failed", "blocked")),
        Term("team", Test.IS, ("a, b", "c")),
    )


def test_capitals_in_names_and_known_words_do_not_matter() -> None:
    assert terms("STATUS:Failed") == terms("status:failed")


def test_a_time_of_day_is_a_word() -> None:
    assert terms("12:30") == (Term("", Test.CONTAINS, ("12:30",)),)


@pytest.mark.parametrize(
    ("text", "start", "says"),
    [
        ("x age:1h", 2, "age: needs < or > and a time such as 1h"),
        ("age:<", 0, "age: needs < or > and a time such as 1h"),
        ("age:<1", 0, "age: needs < or > and a time such as 1h"),
        ("age:<1h,2h", 0, "age: needs < or > and a time such as 1h"),
        ("done:many", 0, "done: needs a number such as 3, or >=3"),
        ("team:", 0, "team: needs a word"),
        ("team:>a", 0, "team: needs a word"),
        ("needs:", 0, "needs: is one of you"),
        ("is:min x", 3, "is: is never min; did you mean mine?"),
        ("is:xyz", 3, "is: is never xyz; it is one of mine, foreign, doubted, active, ended"),
        ("status:>failed", 0, "status: has no order; status: is one of queued, running"),
        ("gaol:x", 0, "there is no field gaol; did you mean goal?"),
        ("qqq:x", 0, "there is no field qqq; there are status, is"),
        ("a -", 2, "- stands before what is to be left out"),
    ],
)
def test_what_is_missing_is_said_with_its_place(text: str, start: int, says: str) -> None:
    fault = parse(text, RUNS).faults[0]
    assert fault.start == start
    assert fault.says.startswith(says)


def test_while_a_word_is_typed_what_is_complete_counts() -> None:
    assert terms("team:review sta") == (*terms("team:review"), Term("", Test.CONTAINS, ("sta",)))
    assert terms("team:review status:fa") == terms("team:review")
    assert terms("team:review status:failed,bl") == terms("team:review status:failed")
    assert terms('team:review "two wo') == (*terms("team:review"), Term("", Test.CONTAINS, ("two wo",)))
    # A word that may still become right is not called wrong.
    assert parse("status:fa", RUNS).faults[0].says.startswith("status: is one of")


def test_amounts_are_written_as_people_write_them() -> None:
    assert [seconds(each) for each in ("90s", "1h30m", "1.5h", "2d", "1w", "250ms")] == [
        90,
        5400,
        5400,
        172_800,
        604_800,
        0.25,
    ]
    assert [seconds(each) for each in ("", "1", "h", "1y", "-1h", "1h m")] == [None] * 6
    assert [number(each) for each in ("3", "10k", "1.5M", "x", "", "-1", "1e9")] == [3, 10_000, 1_500_000, *[None] * 4]


# Laws


def values(field: Field[Any]) -> st.SearchStrategy[tuple[Test, tuple[str, ...]]]:
    amounts = st.sampled_from(["0", "3", "10", "2.5", "10k", "1M"])
    spans = st.sampled_from(["0s", "90s", "10m", "1h30m", "2d", "1.5h", "300ms"])
    compared = st.sampled_from([Test.LESS, Test.AT_MOST, Test.MORE, Test.AT_LEAST])
    match field:
        case Choice():
            known = st.lists(st.sampled_from(field.choices), min_size=1, max_size=3).map(tuple)
            plain = st.tuples(st.sampled_from([Test.IS, Test.EXACTLY]), known)
            return plain | st.tuples(compared, known.map(lambda each: each[:1])) if field.ranked else plain
        case Text():
            tests = st.sampled_from([Test.IS, Test.EXACTLY, Test.CONTAINS])
            return st.tuples(tests, st.lists(said(), min_size=1, max_size=3).map(tuple))
        case Number():
            equal = st.tuples(st.sampled_from([Test.IS, Test.EXACTLY]), st.lists(amounts, min_size=1).map(tuple))
            return equal | st.tuples(compared, st.tuples(amounts))
        case Span():
            return st.tuples(compared, st.tuples(spans))
    raise AssertionError(field)


def said() -> st.SearchStrategy[str]:
    """What stands in rows, in parts of it, and anything else that can be typed."""
    return (
        st.sampled_from(["review", "fast-fix", "fastfi", "Goal", "goal", "g", "*fix", "f*x", "", "default", "1"])
        | st.text(alphabet='ab -!:~<>=,"\\*\n', max_size=8)
        | st.text(max_size=8)
    )


@st.composite
def queries(draw: st.DrawFn, schema: Schema[Any]) -> Query:
    made = []
    for _ in range(draw(st.integers(0, 4))):
        field = draw(st.sampled_from([None, *schema.fields]))
        negated = draw(st.booleans())
        if field is None:
            made.append(Term("", Test.CONTAINS, (draw(said().filter(bool)),), negated))
        else:
            test, words = draw(values(field))
            made.append(Term(field.name, test, words, negated))
    return Query(tuple(made))


@given(st.sampled_from(SCHEMAS).flatmap(lambda schema: st.tuples(st.just(schema), queries(schema))))
def test_a_query_that_is_written_and_read_is_the_same(given: tuple[Schema[Any], Query]) -> None:
    schema, query = given
    read = parse(str(query), schema)
    assert read == query
    assert read.faults == ()


@given(st.sampled_from(SCHEMAS), st.text() | st.text(alphabet='ageisdontm:~<>=-!," \\1hk'))
def test_every_text_can_be_read_and_its_faults_are_in_it(schema: Schema[Any], text: str) -> None:
    query = parse(text, schema)
    assert parse(str(query), schema) == query
    for fault in query.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.says


@given(st.sampled_from(SCHEMAS), st.text(alphabet='ageisdontmfl:~<>=-!," \\1hk', max_size=12), st.integers(0, 12))
def test_every_suggestion_can_be_taken(schema: Schema[Any], text: str, cursor: int) -> None:
    at = min(cursor, len(text))
    for each in suggestions(text, at, schema):
        after, caret = completed(text, at, each)
        assert after[:caret].rstrip().endswith(each)
        assert after.endswith(text[at:])


ROWS = st.builds(
    lambda number, status, seconds, live, changes: row(number, status, seconds=seconds, **{"live": live, **changes}),
    st.integers(0, 99),
    st.sampled_from([*RunStatus, None]),
    st.floats(0, 1e6),
    st.sampled_from(Liveness),
    st.fixed_dictionaries(
        {},
        optional={
            "team": st.sampled_from(["review", "Review", "default", ""]),
            "workflow": st.sampled_from(["fast-fix", "parallel-review", "a*b"]),
            "project": st.sampled_from(["/src/acme-api", "/src/review/", ""]),
            "done": st.integers(0, 3),
            "total": st.integers(0, 11),
            "foreign": st.booleans(),
            "doubt": st.sampled_from(["", "workers were killed"]),
            "needs_you": st.booleans(),
            "created_at": st.just(""),
            "problem": st.sampled_from(["", "manifest.json is damaged"]),
            "spent_by_day": st.dictionaries(
                st.sampled_from(["2026-05-14", "2026-05-15"]),
                st.integers(1, 3).map(lambda dollars: Spent(attempts=1, cost_nano=dollars * NANO)),
            ),
        },
    ),
)


def naive(term: Term, of: RunRow) -> bool:
    return term.negated != any(_naive(term, value, of) for value in term.values)


def _naive(term: Term, value: str, of: RunRow) -> bool:
    status = of.status.value if of.status else "unknown" if of.problem or of.created_at else ""
    shown = "interrupted" if of.live is Liveness.INTERRUPTED else status
    ended = of.status is not None and of.status.ended
    age = None if of.created_at == "" and not of.finished_at else _ago(of.finished_at or of.created_at)
    name = of.project.rstrip("/").split("/")[-1]
    tail = of.run_id[-8:]
    match term.field:
        case "":
            whole = "\n".join((of.run_id, of.goal, of.team, of.workflow, name, shown))
            return _in(value, whole if value != value.casefold() else whole.casefold())
        case "status":
            return shown == value
        case "is":
            facts = {
                "mine": not of.foreign,
                "foreign": of.foreign,
                "doubted": bool(of.doubt),
                "ended": ended,
                "active": of.status is not None and not ended,
            }
            return facts[value]
        case "needs":
            return of.needs_you or of.live is Liveness.INTERRUPTED
        case "team" | "workflow" | "goal":
            return _text(term.test, value, getattr(of, term.field))
        case "project":
            return _text(term.test, value, name) or _text(term.test, value, of.project)
        case "id":
            return _text(term.test, value, of.run_id) or _text(term.test, value, tail)
        case "age":
            return _compare(term.test, age, seconds(value))
        case "updated":
            return _compare(term.test, _ago(of.updated_at), seconds(value))
        case "duration":
            begun = _ago(of.created_at) if of.created_at else None
            over = of.finished_at or ("" if of.live is Liveness.LIVE else of.updated_at)
            spent = None if begun is None else max(0.0, begun - (_ago(over) if over else 0.0))
            return _compare(term.test, spent, seconds(value))
        case "cost":
            known = [each.cost_nano / NANO for each in of.spent_by_day.values() if each.cost_nano]
            return _compare(term.test, sum(known) if known else None, number(value))
        case "done" | "tasks" | "running":
            of_field = {"done": of.done, "tasks": of.total, "running": of.running}[term.field]
            return _compare(term.test, of_field if of.total else None, number(value))
    raise AssertionError(term.field)


def _ago(text: str) -> float:
    return (NOW - NOW.fromisoformat(text)).total_seconds()


def _compare(test: Test, found: float | None, wanted: float | None) -> bool:
    assert wanted is not None
    if found is None:
        return False
    return {
        Test.IS: found == wanted,
        Test.EXACTLY: found == wanted,
        Test.LESS: found < wanted,
        Test.AT_MOST: found <= wanted,
        Test.MORE: found > wanted,
        Test.AT_LEAST: found >= wanted,
    }[test]


def _text(test: Test, value: str, text: str) -> bool:
    if value == value.casefold():
        text = text.casefold()
    if test is Test.CONTAINS:
        return value in text
    if test is Test.EXACTLY or not value:
        return value == text
    return text.startswith(value) if "*" not in value else _glob(value, text)


def _glob(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return _glob(pattern[1:], text) or (bool(text) and _glob(pattern, text[1:]))
    return text[:1] == pattern[0] and _glob(pattern[1:], text[1:])


def _in(value: str, text: str) -> bool:
    if value in text:
        return True
    parts = "".join(each if each.isalnum() else " " for each in text).split()
    return len(value) >= 3 and value.isalnum() and any(_beginnings(value, parts[n:]) for n in range(len(parts)))


def _beginnings(value: str, parts: Sequence[str]) -> bool:
    if not value:
        return True
    lengths = range(1, len(value) + 1) if parts else ()
    return any(parts[0].startswith(value[:n]) and _beginnings(value[n:], parts[1:]) for n in lengths)


@given(queries(RUNS), st.lists(ROWS, max_size=6))
def test_a_filter_leaves_what_its_terms_say(query: Query, rows: list[RunRow]) -> None:
    matches = matcher(query, RUNS, NOW)
    assert [matches(each) for each in rows] == [all(naive(term, each) for term in query.terms) for each in rows]


@given(st.text(alphabet="ab*", max_size=6), st.text(alphabet="ab", max_size=8))
def test_a_star_stands_for_anything(pattern: str, text: str) -> None:
    if "*" in pattern:
        assert begins_or_fits(pattern, text) == _glob(pattern, text)


@given(st.text(alphabet="ab", min_size=1, max_size=6), st.lists(st.text(alphabet="ab", min_size=1, max_size=4)))
def test_beginnings_of_words_in_a_row_make_a_word(wanted: str, parts: list[str]) -> None:
    assert made_of_beginnings(wanted, parts) == any(_beginnings(wanted, parts[n:]) for n in range(len(parts)))


# Runs


def test_words_are_looked_for_in_id_goal_team_workflow_and_project() -> None:
    rows = (
        row(0xA1, goal="Refactor the login"),
        row(2, team="security"),
        row(3, workflow="parallel-review"),
        row(4, project="/src/payments"),
    )
    assert chosen("00a1", *rows) == [0xA1]
    assert chosen("secur", *rows) == [2]
    assert chosen("parrev", *rows) == [3]
    assert chosen("payments", *rows) == [4]
    assert chosen("refactor", *rows) == [0xA1]
    assert chosen("reflog", *rows) == [], "words between are not passed over"
    assert chosen("REFACTOR", *rows) == [], "a capital is meant"
    assert chosen("project:pay", *rows) == [4]


def test_the_status_that_a_line_shows_is_a_word_of_it_too() -> None:
    rows = (row(1, RunStatus.CANCELLED), row(2), row(3, live=Liveness.INTERRUPTED, status=RunStatus.RUNNING))
    assert chosen("cancelled", *rows) == [1]
    assert chosen("interrupted", *rows) == [3]


def test_a_run_is_found_by_what_the_list_says_of_it() -> None:
    rows = (
        row(1, RunStatus.RUNNING),
        row(2, RunStatus.RUNNING, live=Liveness.INTERRUPTED),
        row(3, RunStatus.BLOCKED, needs_you=True),
        row(4, doubt="workers were killed"),
        row(5, None, problem="damaged"),
        row(6, foreign=True),
    )
    assert chosen("status:running", *rows) == [1]
    assert chosen("status:interrupted,unknown", *rows) == [2, 5]
    assert chosen("needs:you", *rows) == [2, 3]
    assert chosen("is:doubted", *rows) == [4]
    assert chosen("is:foreign", *rows) == [6]
    assert chosen("is:mine -is:doubted status:completed", *rows) == []
    assert chosen("id:0000000", *rows) == [1, 2, 3, 4, 5, 6]


def test_times_and_numbers_are_compared() -> None:
    rows = (
        row(1, seconds=60, finished_at=ago(30)),
        row(2, seconds=7200, finished_at=ago(3600), done=1, total=6),
        row(3, RunStatus.RUNNING, seconds=900),
    )
    assert chosen("age:<1m", *rows) == [1]
    assert chosen("duration:>10m", *rows) == [2, 3]
    assert chosen("tasks:>5 done:<=1", *rows) == [2]
    assert chosen("done:3", *rows) == [1]


def test_a_run_that_is_not_read_yet_is_found_by_its_name_only() -> None:
    unread = row(
        7, None, goal="", team="", workflow="", created_at="", updated_at="", finished_at=None, total=0, project=""
    )
    assert chosen("00000007", unread) == [7]
    for text in ("status:unknown", "team:a", "age:<1h", "tasks:0", "is:active", "is:ended"):
        assert chosen(text, unread) == [], text


# Tasks, events, letters


def test_tasks_are_asked_for_status_role_agent_and_attention() -> None:
    members = tasks(
        task(
            "1_a", TaskStatus.RUNNING, agent_progress=progress(activity_state=Activity.NEEDS_ATTENTION, tokens=12_000)
        ),
        task("2_b", TaskStatus.FAILED, role="reviewer", error="exit status 2", retries_spent=2),
        task("3_c", hold=Hold(HoldCause.DIRECTORY)),
        **{"3_c": "waits for 1_a"},
    )
    members = replace(members, doubts={"2_b": Evidence("killed", "its worker was killed")})

    def asked(text: str) -> list[str]:
        return [each.task.id for each in RowFilter(TASKS, text).chosen(asked_tasks(members), NOW)]

    assert asked("is:attention") == ["1_a"]
    assert asked("status:failed role:rev") == ["2_b"]
    assert asked("is:doubted retries:>1") == ["2_b"]
    assert asked("is:held") == ["3_c"]
    assert asked("waits") == ["3_c"]
    assert asked("running") == ["1_a"], "the word that its line shows"
    assert asked("tokens:>10k") == ["1_a"]
    assert asked("duration:<1h is:ended") == ["2_b"]


def test_a_task_is_asked_for_the_time_and_the_tokens_that_stand_in_its_row() -> None:
    at_work = task("1_a", TaskStatus.RUNNING, began=3600, spent=Spent(attempts=1, input=20_000))
    said = tasks(at_work)

    def asked(text: str, until: datetime | None) -> bool:
        return bool(RowFilter(TASKS, text).chosen(asked_tasks(said, until), NOW))

    assert asked("tokens:>10k duration:>50m", None)
    # Nobody works on it any more.
    assert not asked("duration:>50m", NOW - timedelta(minutes=30))
    assert asked("duration:<50m", NOW - timedelta(minutes=30))


def test_events_are_asked_for_type_level_and_task() -> None:
    journal = (
        event(1, "run.created", message="Refactor"),
        event(2, "task.progress", "a"),
        event(3, "task.failed", "b", error="exit status 2"),
        event(4, "task.skipped", "c"),
    )

    def asked(text: str) -> list[int]:
        return [each.seq for each in RowFilter(EVENTS, text).chosen(journal, NOW)]

    assert asked("type:task.*") == [2, 3, 4]
    assert asked("type:task") == [2, 3, 4]
    assert asked("level:warn") == [3, 4], "that level and all above it"
    assert asked("level:=warn") == [4]
    assert asked("level:<info") == [2]
    assert asked("task:b,c seq:>3") == [4]
    assert asked("exit") == [3]


@pytest.mark.parametrize(
    ("type", "data", "level"),
    [
        ("run.created", {}, Level.INFO),
        ("task.progress", {}, Level.DEBUG),
        ("attempt.ended", {"outcome": "lost"}, Level.ERROR),
        ("attempt.ended", {"outcome": "completed"}, Level.INFO),
        ("attempt.ended", {"outcome": ["odd"]}, Level.INFO),
        ("policy.escalated", {}, Level.ERROR),
        ("run.blocked", {}, Level.WARN),
        ("heartbeat", {}, Level.DEBUG),
        ("", {}, Level.INFO),
    ],
)
def test_an_event_has_the_level_of_what_it_says(type: str, data: dict[str, Any], level: Level) -> None:
    assert level_of(event(1, type, **data)) is level


def test_letters_are_asked_for_kind_box_and_whether_they_are_open() -> None:
    def letter(id: str, box: Box, **changes: Any) -> Letter:
        given: dict[str, Any] = {"kind": "message", "sender": "04_tests", "to": "leader", "at": ago(5), "text": "Hello"}
        return Letter(id, box, **{**given, **changes})

    letters = (
        letter("m1", Box.OUTBOX, kind="question"),
        letter("m2", Box.INBOX, sender="leader", to="04_tests", status="acknowledged", text="Also the refresh path"),
        letter("m3", Box.INBOX, urgent=True, task_id="05_docs"),
    )

    def asked(text: str) -> list[str]:
        return [each.id for each in RowFilter(LETTERS, text).chosen(letters, NOW)]

    assert asked("is:open") == ["m1", "m3"]
    assert asked("box:inbox is:urgent") == ["m3"]
    assert asked("kind:question") == ["m1"]
    assert asked("from:leader refresh") == ["m2"]
    assert asked("task:05 age:<1m") == ["m3"]
    assert asked("") == ["m1", "m2", "m3"]


# The prompt


def test_the_prompt_is_told_what_is_missing_else_how_many_are_left() -> None:
    assert RowFilter(RUNS, "status:failed").note(3, 12) == "3 of 12"
    assert RowFilter(RUNS, "status:failed age:").note(3, 12) == "age: needs < or > and a time such as 1h"
    assert RowFilter(RUNS, "").note(12, 12) == ""


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("st", ["status:"]),
        ("x -st", ["-status:"]),
        ("status:", ["status:queued", "status:running", "status:blocked"]),
        ("status:fa", ["status:failed"]),
        ("status:failed,c", ["status:failed,completed", "status:failed,cancelled"]),
        ("status:failed", []),
        ("age:", ["age:<", "age:>"]),
        ("age:<", []),
        ("team:", ['team:"a team"', "team:review"]),
        ("team:a", ['team:"a team"']),
        ("workflow:f", ["workflow:fast-fix"]),
        ("nothing:", []),
        ("zzz", []),
    ],
)
def test_the_word_at_the_cursor_may_go_on(text: str, offered: list[str]) -> None:
    rows = (row(1, team="review"), row(2, team="a team"), row(3, team=""))
    found = suggestions(text, len(text), RUNS, rows)
    assert found[: len(offered)] == offered
    assert bool(found) == bool(offered)


def test_an_empty_prompt_offers_the_fields() -> None:
    assert suggestions("", 0, RUNS)[:2] == ["status:", "is:"]


def test_a_suggestion_takes_the_place_of_the_word_at_the_cursor() -> None:
    assert completed("team:a st", 9, "status:") == ("team:a status:", 14)
    assert completed("status:fa", 9, "status:failed") == ("status:failed ", 14)
    assert completed("status:fa x", 9, "status:failed") == ("status:failed x", 13)
    found = RowFilter(RUNS).suggestions("status:fa", 9, ())
    assert [(each.word, each.text, each.at) for each in found] == [("status:failed", "status:failed ", 14)]
