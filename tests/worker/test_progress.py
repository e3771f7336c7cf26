"""What an agent has been doing, added up, and when that is told: by the first rule that matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.model.progress import Activity, Progress
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.store.clock import iso
from crew_core.worker.progress import ProgressLedger
from tests.seams.manual_clock import ManualClock


def start(tool: str, id: str = "", text: str = "") -> AgentEvent:
    return AgentEvent(kind=Kind.TOOL_START, tool=tool, id=id, text=text)


def end(tool: str, id: str = "", failed: bool = False) -> AgentEvent:
    return AgentEvent(kind=Kind.TOOL_END, tool=tool, id=id, failed=failed)


def text(said: str) -> AgentEvent:
    return AgentEvent(kind=Kind.TEXT, text=said)


def tokens(count: int) -> AgentEvent:
    return AgentEvent(kind=Kind.USAGE, usage=Usage(input=count))


TURN = AgentEvent(kind=Kind.TURN_END)


class Watched:
    """A ledger with a clock that a test turns."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ledger = ProgressLedger(self.clock.now())

    def see(self, *events: AgentEvent, after_s: float = 0.0) -> Watched:
        self.clock.advance(after_s)
        for event in events:
            self.ledger.observe(event, self.clock.now())
        return self

    def now(self) -> Progress:
        return self.ledger.progress(self.clock.now())

    def reason(self) -> str:
        return self.ledger.reason(self.clock.now())

    def tell(self) -> Watched:
        self.ledger.tell(self.clock.now())
        return self


def test_at_first_nothing_has_happened() -> None:
    progress = Watched().now()
    assert (progress.current_tool, progress.tool_count, progress.tokens, progress.turns) == (None, 0, 0, 0)
    assert (progress.duration_ms, progress.activity_state) == (0, Activity.ACTIVE)


def test_every_event_is_activity_and_lengthens_the_duration() -> None:
    watched = Watched().see(AgentEvent(kind=Kind.THINKING, text="hm"), after_s=1.25)
    assert watched.now().duration_ms == 1250
    assert watched.now().last_activity_at == iso(watched.clock.now())


def test_a_started_tool_is_the_current_one_until_it_ends() -> None:
    watched = Watched().see(start("bash", text="ls"), after_s=1)
    progress = watched.now()
    assert (progress.current_tool, progress.current_tool_args, progress.tool_count) == ("bash", "ls", 1)
    assert progress.current_tool_started_at == iso(watched.clock.now())
    progress = watched.see(end("bash"), after_s=1).now()
    assert (progress.current_tool, progress.current_tool_args, progress.current_tool_started_at) == (None, None, None)
    assert [(use.tool, use.args, use.ended_at, use.failed) for use in progress.recent_tools] == [
        ("bash", "ls", iso(watched.clock.now()), False)
    ]


def test_of_several_running_tools_the_last_is_current() -> None:
    watched = Watched().see(start("read", "1"), start("bash", "2"))
    assert watched.now().current_tool == "bash"
    assert watched.see(end("bash", "2")).now().current_tool == "read"


def test_arguments_are_shown_to_240_characters() -> None:
    watched = Watched().see(start("write", text="x" * 10_000))
    assert watched.now().current_tool_args == "x" * 240
    assert watched.see(end("write")).now().recent_tools[0].args == "x" * 240


def test_the_last_25_tools_are_kept() -> None:
    watched = Watched()
    for number in range(30):
        watched.see(start(f"t{number}"), end(f"t{number}"))
    progress = watched.now()
    assert [use.tool for use in progress.recent_tools] == [f"t{number}" for number in range(5, 30)]
    assert progress.tool_count == 30


def test_tools_that_never_end_cost_a_fixed_amount() -> None:
    watched = Watched()
    for number in range(10_000):
        watched.see(start("x" * 10_000, str(number)))
    assert watched.now().tool_count == 10_000
    assert len(watched.ledger._running) <= 100
    assert len(watched.now().current_tool or "") < 200


def test_failures_of_one_tool_in_a_row_are_counted_until_one_succeeds() -> None:
    watched = Watched().see(end("bash", failed=True), end("bash", failed=True))
    assert (watched.now().failed_tool, watched.now().consecutive_failures) == ("bash", 2)
    watched.see(end("edit", failed=True))
    assert (watched.now().failed_tool, watched.now().consecutive_failures) == ("edit", 1)
    watched.see(end("bash"))
    assert (watched.now().failed_tool, watched.now().consecutive_failures) == (None, 0)


def test_tokens_are_input_and_output_over_the_whole_attempt() -> None:
    usage = AgentEvent(kind=Kind.USAGE, usage=Usage(input=10, output=5, cache_read=1000, cost=1.0))
    assert Watched().see(usage, usage).now().tokens == 30
    assert Watched().see(AgentEvent(kind=Kind.USAGE)).now().tokens == 0


def test_turns_are_counted_or_taken_from_the_programs_own_count() -> None:
    assert Watched().see(TURN, TURN).now().turns == 2
    assert Watched().see(AgentEvent(kind=Kind.USAGE, usage=Usage(turns=4))).now().turns == 4


def test_of_one_text_the_last_10_lines_are_shown_and_of_all_the_last_50() -> None:
    watched = Watched().see(text("".join(f"{n}\n" for n in range(30))))
    assert watched.now().recent_output == tuple(str(n) for n in range(20, 30))
    for n in range(100):
        watched.see(text(f"line {n}\n"))
    assert watched.now().recent_output == tuple(f"line {n}" for n in range(50, 100))


def test_a_shown_line_ends_at_the_newline_character_only_and_is_cut() -> None:
    watched = Watched().see(text("a\rb\x0bc\u2028d\n\n" + "x" * 10_000))
    assert watched.now().recent_output == ("a\rb\x0bc\u2028d", "", "x" * 400)


def test_unknown_events_are_counted() -> None:
    assert Watched().see(AgentEvent(kind=Kind.RAW), AgentEvent(kind=Kind.RAW)).now().unknown_events == 2


def test_the_first_progress_is_told() -> None:
    assert Watched().reason() == "first"


def test_without_an_event_nothing_is_told_however_long_it_takes() -> None:
    watched = Watched().see(text("x\n")).tell()
    watched.clock.advance(3600)
    assert watched.reason() == ""


def test_each_change_has_its_reason() -> None:
    def after(*events: AgentEvent, after_s: float = 0.0) -> str:
        return Watched().see(start("read", "0")).tell().see(*events, after_s=after_s).reason()

    assert after(start("bash", "1")) == "tool_changed"
    assert after(end("read", "0")) == "tool_changed"
    assert after(start("read", "1")) == "tool_count_increased"
    assert after(TURN) == "turns_increased"
    assert after(tokens(256)) == "tokens_increased"
    assert after(tokens(255)) == ""
    assert after(text("x\n"), after_s=0.999) == ""
    assert after(text("x\n"), after_s=1.0) == "interval"


def test_the_first_reason_that_matches_is_given() -> None:
    watched = Watched().tell()
    watched.see(start("bash"), TURN, tokens(1000), after_s=5)
    assert watched.reason() == "tool_changed"


def test_what_is_told_is_told_once() -> None:
    watched = Watched().tell().see(start("bash"))
    assert watched.reason() == "tool_changed"
    assert watched.tell().reason() == ""


def test_an_event_in_the_moment_of_telling_is_not_forgotten() -> None:
    watched = Watched().see(text("a\n")).tell().see(text("b\n"))
    watched.clock.advance(1)
    assert watched.reason() == "interval"


EVENTS = st.sampled_from([start("bash"), end("bash"), end("bash", failed=True), text("x\ny\n"), TURN, tokens(100)])


@given(st.lists(st.tuples(EVENTS, st.sampled_from([0.0, 0.2, 0.7])), max_size=60))
def test_no_progress_waits_longer_than_a_second_after_the_next_event(told: Sequence[tuple[AgentEvent, float]]) -> None:
    watched, waited = Watched().tell(), 0.0
    for event, pause in told:
        waited += pause
        watched.see(event, after_s=pause)
        if watched.reason():
            watched.tell()
            waited = 0.0
        assert waited < 1.0


@given(st.lists(EVENTS, max_size=60))
def test_counts_never_go_back(events: Sequence[AgentEvent]) -> None:
    watched = Watched()
    before = watched.now()
    for event in events:
        after = watched.see(event).now()
        assert after.tool_count >= before.tool_count
        assert after.tokens >= before.tokens
        assert after.turns >= before.turns
        before = after


def used(model: str = "", **numbers: Any) -> AgentEvent:
    return AgentEvent(kind=Kind.USAGE, usage=Usage(**numbers), data={"model": model} if model else None)


def test_what_is_reported_is_added_up_and_what_is_not_stays_unknown() -> None:
    now = Watched().see(used(input=10, output=2), used(input=5, output=1, cache_write=3)).now()
    assert now.usage == Usage(input=15, output=3, cache_write=3)
    assert now.tokens == 21
    assert Watched().now().usage is None


def test_a_cost_is_behind_until_the_next_one_comes() -> None:
    watched = Watched().see(used(input=10, output=2))
    assert watched.now().cost_behind
    assert watched.see(used(cost=0.25)).now().cost_behind is False
    behind = watched.see(used(input=1)).now()
    assert (behind.cost_behind, behind.usage and behind.usage.cost) == (True, 0.25)


def test_the_model_is_the_one_that_is_asked_most_and_not_that_of_a_sub_agent() -> None:
    begun = AgentEvent(kind=Kind.SESSION, id="s", data={"model": "large-1"})
    watched = Watched().see(begun, used(input=1))
    assert watched.now().model == "large-1"
    watched.see(used("large", input=100), used("for-titles", input=5))
    assert watched.now().model == "large"
    below = replace(used("small", input=5000), parent="task-1")
    assert watched.see(below).now().model == "large"
    assert watched.now().reports == 4


def test_a_message_in_pieces_is_one_line() -> None:
    watched = Watched()
    for piece in ("Let ", "me ", "look.\nAt", " it"):
        watched.see(AgentEvent(kind=Kind.TEXT, id="m1", text=piece))
    assert watched.now().recent_output == ("Let me look.", "At it")
    watched.see(AgentEvent(kind=Kind.TEXT, id="m2", text="Next"))
    assert watched.now().recent_output == ("Let me look.", "At it", "Next")
