"""A unified diff of two texts, in bounded time whatever they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

#: Lines of context around a change, as everywhere.
_CONTEXT = 3

#: difflib takes up to cubic time. Within both bounds it was measured to take 0.05 s at most, whatever the lines;
#: beyond them, what differs is shown as replaced. Pairs are lines of the one text that are equal to one of the other.
_COMPARED_LINES = 1000
_COMPARED_PAIRS = 20_000

Code = tuple[str, int, int, int, int]


def unified(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """The hunks, without the names of files. Lines come without their ends."""
    for group in _groups(_codes(before, now)):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for tag, a, a_end, b, b_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[a:a_end])
            else:
                yield from (f"-{line}" for line in before[a:a_end])
                yield from (f"+{line}" for line in now[b:b_end])


def _codes(before: Sequence[str], now: Sequence[str]) -> list[Code]:
    """What is equal and what is not, without gaps. Equal beginnings and ends cost nothing."""
    start = _equal_length(before, now)
    end = _equal_length(before[start:][::-1], now[start:][::-1])
    a, b = before[start : len(before) - end], now[start : len(now) - end]
    codes: list[Code] = [("equal", 0, start, 0, start)] if start else []
    if max(len(a), len(b)) <= _COMPARED_LINES and _pairs(a, b) <= _COMPARED_PAIRS:
        middle = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    else:
        middle = [("replace", 0, len(a), 0, len(b))]
    codes += [(tag, i + start, j + start, k + start, m + start) for tag, i, j, k, m in middle]
    if end:
        codes.append(("equal", len(before) - end, len(before), len(now) - end, len(now)))
    return codes


def _pairs(a: Sequence[str], b: Sequence[str]) -> int:
    times = Counter(b)
    return sum(times[line] for line in a)


def _equal_length(a: Sequence[str], b: Sequence[str]) -> int:
    both = zip(a, b, strict=False)
    return next((n for n, (left, right) in enumerate(both) if left != right), min(len(a), len(b)))


def _groups(codes: list[Code]) -> Iterator[list[Code]]:
    """Changes that are near each other, with their context."""
    group: list[Code] = []
    for n, (tag, a, a_end, b, b_end) in enumerate(codes):
        if tag != "equal":
            group.append((tag, a, a_end, b, b_end))
            continue
        inner, last = n > 0, n == len(codes) - 1
        if inner and not last and a_end - a <= 2 * _CONTEXT:
            group.append((tag, a, a_end, b, b_end))
            continue
        if inner:
            kept = min(_CONTEXT, a_end - a)
            group.append((tag, a, a + kept, b, b + kept))
            yield group
            group = []
        if not last:
            kept = min(_CONTEXT, a_end - a)
            group = [(tag, a_end - kept, a_end, b_end - kept, b_end)]
    if any(code[0] != "equal" for code in group):
        yield group


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return f"{start + 1}"
    return f"{start + 1 if length else start},{length}"
