"""What agents have used, in words: one form everywhere, which says what is known, guessed or missing."""

from __future__ import annotations

from crew_core.model.spent import Spent, total
from crew_core.observe.slices import RunRow
from crew_tui.quantities import UNKNOWN, count, dollars

#: Something was used and nobody says how much; nothing to count is `UNKNOWN`'s dash.
UNTOLD = "?"
AT_LEAST = "≥"

#: The figure is ours, from a table of prices.
PRICED = "~"


def tokens(spent: Spent) -> str:
    """`84k` · `≥84k` · `?` · `–`; at most six cells."""
    if not spent.attempts:
        return UNKNOWN
    known = spent.tokens
    if known is None:
        return UNTOLD
    return f"{AT_LEAST if spent.tokens_unknown else ''}{count(known)}"


def cost(spent: Spent) -> str:
    """`$0.12` as reported · `~$0.12` by the table of prices · `≥$0.12` and more · `?` · `–`."""
    if not spent.attempts:
        return UNKNOWN
    known = spent.cost
    if known is None:
        return UNTOLD
    return f"{AT_LEAST if spent.cost_unknown else ''}{PRICED if spent.priced else ''}{dollars(known)}"


def cost_of_run(row: RunRow) -> float | None:
    """US dollars that it has cost, as far as known; None where nothing is."""
    spent = total(row.spent_by_day.values())
    return spent.cost if spent.attempts else None


def used(spent: Spent) -> str:
    """Both in a sentence: `at least 84k tokens, ~$0.12`, `cost unknown`, `unknown`.

    Of tokens read from a cache how many, because they are not among the others.
    """
    cached = f" (and {count(spent.cache_read)} from cache)" if spent.cache_read else ""
    counted, priced = (each.replace(AT_LEAST, "at least ") for each in (tokens(spent), cost(spent)))
    if (counted, priced) == (UNTOLD, UNTOLD) and not cached:
        return "unknown"
    told = "tokens unknown" if counted == UNTOLD else f"{counted} tokens"
    return f"{told}{cached}, {'cost unknown' if priced == UNTOLD else priced}"
