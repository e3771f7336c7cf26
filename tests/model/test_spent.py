"""Laws of the sums of use, and the price table."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.price_table import AS_OF, USD_PER_MILLION
from crew_core.model.prices import NANO, Price, bare_name, price_of
from crew_core.model.spent import NOTHING, UNKNOWN, Spent, spent_by, total
from crew_core.model.usage import Usage

_counts = st.none() | st.integers(0, 10**9)
usages = st.builds(
    Usage,
    input=_counts,
    output=_counts,
    cache_read=_counts,
    cache_write=_counts,
    cost=st.none() | st.floats(0, 1e6),
)
_usd = st.floats(0, 1000)
prices = st.none() | st.builds(
    Price, input=_usd, output=_usd, cache_read=st.none() | _usd, cache_write=st.none() | _usd
)
spents = st.builds(spent_by, st.none() | usages, prices, partial=st.booleans(), cost_behind=st.booleans())


@given(spents, spents, spents)
def test_sums_do_not_depend_on_how_they_are_put_together(a: Spent, b: Spent, c: Spent) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + NOTHING == a


@given(st.lists(spents), st.randoms())
def test_sums_do_not_depend_on_order(parts: list[Spent], chance: random.Random) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)
    assert total(shuffled) == total(parts)


@given(st.lists(spents, min_size=1))
def test_what_is_unknown_never_becomes_a_number_and_is_never_forgotten(parts: list[Spent]) -> None:
    together = total(parts)
    assert together.tokens_unknown == sum(part.tokens_unknown for part in parts)
    assert together.cost_unknown == sum(part.cost_unknown for part in parts)
    if all(part == UNKNOWN for part in parts):
        assert (together.tokens, together.cost) == (None, None)
    known = [part.tokens for part in parts if part.tokens is not None]
    assert (together.tokens or 0) == sum(known)


@given(usages, prices)
def test_one_unknown_part_makes_the_sum_at_least(usage: Usage, price: Price | None) -> None:
    known = spent_by(usage, price)
    both = known + UNKNOWN
    assert both.tokens_unknown > known.tokens_unknown
    assert both.known_tokens == known.known_tokens


def test_a_program_that_says_nothing_has_used_nobody_knows_what() -> None:
    assert spent_by(None, Price(1, 1)) == UNKNOWN
    assert (UNKNOWN.tokens, UNKNOWN.cost) == (None, None)
    assert spent_by(Usage(), None).tokens is None


def test_zero_is_known() -> None:
    free = spent_by(Usage(input=0, output=0, cost=0.0), None)
    assert (free.tokens, free.cost, free.tokens_unknown, free.cost_unknown) == (0, 0.0, 0, 0)


def test_the_programs_own_figure_counts_before_the_table() -> None:
    reported = spent_by(Usage(input=10, output=10, cost=0.5), Price(1000, 1000))
    assert (reported.cost, reported.priced) == (0.5, 0)


def test_tokens_after_the_last_cost_are_priced_or_said_to_be_missing() -> None:
    usage = Usage(input=1_000_000, output=0, cost=0.5)
    priced = spent_by(usage, Price(3, 15), cost_behind=True)
    assert (priced.cost, priced.priced, priced.cost_unknown) == (3.0, 1, 0)
    unpriced = spent_by(usage, None, cost_behind=True)
    assert (unpriced.cost, unpriced.cost_unknown) == (0.5, 1)


def test_caches_have_their_own_prices_and_else_those_of_input() -> None:
    usage = Usage(input=0, output=0, cache_read=1_000_000, cache_write=2_000_000)
    assert spent_by(usage, Price(3, 15, 0.3, 3.75)).cost_nano == round(7.8 * NANO)
    assert spent_by(usage, Price(3, 15)).cost_nano == 9 * NANO


def test_half_a_report_is_at_least() -> None:
    half = spent_by(Usage(output=70), Price(3, 15))
    assert (half.tokens, half.tokens_unknown, half.cost) == (70, 1, None)


@pytest.mark.parametrize(
    ("name", "same_as"),
    [
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("anthropic/claude-opus-4-1@20250805", "claude-opus-4-1"),
        ("openrouter/google/Gemini-2.5-Pro", "gemini-2.5-pro"),
        ("claude-sonnet-4-5[1m]", "claude-sonnet-4-5"),
        ("gpt-5.1-codex-2025-11-13", "gpt-5.1-codex"),
        ("codex-mini-latest", "codex-mini"),
    ],
)
def test_a_model_is_found_without_provider_and_date(name: str, same_as: str) -> None:
    numbers = USD_PER_MILLION[same_as]
    assert price_of(name, {}) == Price(*numbers)


@pytest.mark.parametrize("name", [None, "", "mock-1", "my-claude-sonnet-4-5", "gpt-5.1-codex-turbo", "/"])
def test_a_model_of_another_name_has_no_price(name: str | None) -> None:
    assert price_of(name, {}) is None


def test_the_persons_own_price_counts_first_and_may_be_nothing() -> None:
    own = {"gpt-5.1": Price(0, 0), "ollama/llama-3": Price(0, 0)}
    assert price_of("openai/gpt-5.1-2025-11-13", own) == Price(0, 0)
    assert price_of("ollama/llama-3", own) == Price(0, 0)
    assert price_of("gpt-5.1-mini", own) == price_of("gpt-5.1-mini", {})


@given(st.text())
def test_any_text_may_be_the_name_of_a_model(name: str) -> None:
    price_of(name, {name: Price(1, 2)})
    assert len(bare_name(name)) <= len(name)


def test_the_table_is_dated_and_makes_sense() -> None:
    date.fromisoformat(AS_OF)
    for name, numbers in USD_PER_MILLION.items():
        price = Price(*numbers)
        assert re.fullmatch(r"[a-z0-9.-]+", name)
        assert 0 < price.input <= price.output
        assert price.cache_read is None or price.cache_read < price.input
