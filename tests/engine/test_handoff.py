"""Results for successors: within the budget, shared fairly, head and tail kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crew_core.engine.handoff import Predecessor, build_inputs, fair_shares, keep_ends

sizes = st.lists(st.integers(0, 10_000), max_size=12)


@given(sizes, st.integers(0, 20_000))
def test_shares_never_exceed_the_budget_nor_what_is_there(of: list[int], budget: int) -> None:
    shares = fair_shares(of, budget)
    assert sum(shares) <= budget
    assert all(0 <= share <= size for share, size in zip(shares, of, strict=True))


@given(sizes, st.integers(0, 20_000))
def test_nobody_is_cut_while_another_gets_more(of: list[int], budget: int) -> None:
    shares = fair_shares(of, budget)
    cut = [share for share, size in zip(shares, of, strict=True) if share < size]
    if cut:
        assert max(shares) - min(cut) <= 1 or max(shares) <= min(cut) + len(of)


@given(st.text(), st.integers(0, 200))
def test_a_cut_keeps_head_and_tail_and_says_how_much_is_missing(text: str, room: int) -> None:
    raw = text.encode()
    kept, left_out = keep_ends(raw, room)
    assert len(kept.encode()) <= room
    if len(raw) <= room:
        assert (kept, left_out) == (text, 0)
        return
    head, said, rest = kept.partition(f"\n… {left_out} bytes left out …\n")
    assert text.startswith(head)
    assert text.endswith(rest)
    assert len(head.encode()) + len(rest.encode()) + left_out == len(raw)
    assert said or room < 40, "only where there is no room for it"


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4), st.integers(0, 3000))
def test_no_output_whatever_its_bytes_exceeds_the_budget(results: list[bytes], budget: int) -> None:
    named = [Predecessor(f"{number}", "r", "completed", result) for number, result in enumerate(results)]
    inputs = build_inputs("goal", "run", "c", named, budget).inputs
    assert sum(len(each.text.encode()) for each in inputs) <= budget


def test_both_ends_of_what_is_no_utf_8_are_kept() -> None:
    odd = Predecessor("a", "r", "completed", b"head" + b"\xe9" * 3000 + b"tail")
    (told,) = build_inputs("goal", "run", "c", [odd], 1000).inputs
    assert told.text.startswith("head\ufffd")
    assert told.text.endswith("\ufffdtail")


def test_a_small_result_is_whole_beside_a_huge_one() -> None:
    small = Predecessor("a", "r", "completed", b"short")
    huge = Predecessor("b", "r", "completed", b"x" * 1_000_000, path="/results/b.txt")
    inputs = build_inputs("goal", "run", "c", [small, huge], 1000)
    assert inputs.inputs[0].text == "short"
    assert inputs.inputs[1].cut_bytes > 0
    assert inputs.inputs[1].path == "/results/b.txt"
