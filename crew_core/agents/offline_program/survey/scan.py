"""One pass over the files, each read once: lines, marks, and where the words occur."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from crew_core.agents.offline_program.plain_text import count, shown
from crew_core.agents.offline_program.survey.languages import SETTINGS, foreign, is_source, language_of
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import Unread, read_file
from crew_core.agents.offline_program.survey.words import pattern_of
from crew_core.agents.offline_program.work import Work

_MARKS_KEPT = 500
_MARKS_PER_FILE = 20
_LINES_PER_WORD = 4
_HITS_PER_FILE = 500

#: A mark stands in a comment, or begins its line.
_MARK = re.compile(
    rb"(?m)(?:#|//|/\*|<!--|--|;|%|\"\"\"|^)[ \t*-]{0,20}@?(?P<word>TODO|FIXME|XXX|HACK)\b(?P<text>[^\n]*)"
)


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """A survey of any repository stays within these."""

    files: int = 6_000
    size_bytes: int = 96 * 1024 * 1024
    time_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that its author meant to do."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """``hits``: word → its first lines; ``counts``: word → how often."""

    path: str
    lines: int
    language: str
    hits: dict[str, tuple[int, ...]]
    counts: dict[str, int]


@dataclass(slots=True)
class Scan:
    """``unread`` counts by reason; ``cut`` says why the pass ended early, empty when it did not."""

    files: list[FileFacts] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    marks_total: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    size_bytes: int = 0
    cut: str = ""

    @property
    def lines(self) -> int:
        return sum(file.lines for file in self.files)


_LIMITS = ScanLimits()


def scan(work: Work, listing: Listing, words: tuple[str, ...], limits: ScanLimits = _LIMITS) -> Scan:
    """Read what people wrote, source before prose before settings, within the limits."""
    result = Scan()
    pattern = pattern_of(words)
    deadline = time.monotonic() + limits.time_s
    ordered = sorted(listing.paths, key=_rank)
    told = " ".join(words) if words else "lines and marks"
    with work.stream.tool("grep", f"{told} in {count(len(ordered), 'file')}") as use:
        for number, path in enumerate(ordered):
            result.cut = _limit(work, result, limits, deadline)
            if result.cut:
                result.cut += f": read the first {number} of {len(ordered)}"
                break
            _look_at(work, path, pattern, result)
        use.text = f"{count(len(result.files), 'file')} read"
    result.files.sort(key=lambda file: file.path)
    result.marks.sort(key=lambda mark: (mark.path, mark.line))
    return result


def _rank(path: str) -> tuple[int, str]:
    if foreign(path):
        return 4, path
    if is_source(path):
        return 0, path
    language = language_of(path)
    return (2 if language in SETTINGS else 1 if language else 3), path


def _limit(work: Work, result: Scan, limits: ScanLimits, deadline: float) -> str:
    if work.interruption.asked:
        return "interrupted"
    if len(result.files) >= limits.files:
        return f"limit of {limits.files} files"
    if result.size_bytes >= limits.size_bytes:
        return f"limit of {limits.size_bytes} bytes"
    return f"limit of {limits.time_s:g} s" if time.monotonic() > deadline else ""


def _look_at(work: Work, path: str, pattern: re.Pattern[bytes] | None, result: Scan) -> None:
    reason = foreign(path)
    data: bytes | Unread | None = read_file(work.root, path) if not reason else None
    if not isinstance(data, bytes):
        result.unread[reason or str(data)] += 1
        return
    result.size_bytes += len(data)
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    hits, counts = _hits(data, pattern) if pattern is not None else ({}, {})
    result.files.append(FileFacts(path, lines, language_of(path), hits, counts))
    _add_marks(path, data, result)


def _hits(data: bytes, pattern: re.Pattern[bytes]) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
    lines: dict[str, list[int]] = {}
    counts: Counter[str] = Counter()
    line, seen = 1, 0
    for number, found in enumerate(pattern.finditer(data)):
        if number >= _HITS_PER_FILE:
            break
        word = found[0].decode("utf-8", "replace").lower()
        counts[word] += 1
        line += data.count(b"\n", seen, found.start())
        seen = found.start()
        known = lines.setdefault(word, [])
        if len(known) < _LINES_PER_WORD and line not in known:
            known.append(line)
    return {word: tuple(known) for word, known in lines.items()}, dict(counts)


def _add_marks(path: str, data: bytes, result: Scan) -> None:
    for number, found in enumerate(_MARK.finditer(data)):
        result.marks_total += 1
        if number < _MARKS_PER_FILE and len(result.marks) < _MARKS_KEPT:
            line = data.count(b"\n", 0, found.start("word")) + 1
            text = (found["word"] + found["text"]).decode("utf-8", "replace").strip()
            result.marks.append(Mark(path, line, shown(text.removesuffix("-->").removesuffix("*/").strip(), 120)))


def ranked(scanned: Scan, words: Sequence[str]) -> list[tuple[FileFacts, float]]:
    """Files by how much they have to do with the words: rare words count more, a word in the path counts most."""
    total = max(1, len(scanned.files))
    spread = Counter(word for file in scanned.files for word in file.counts)
    scored = []
    for file in scanned.files:
        inside = sum(min(5, n) * (1 - spread[word] / (total + 1)) for word, n in file.counts.items())
        lowered = file.path.lower()
        named = sum(8 for word in words if word in lowered)
        if inside or named:
            scored.append((file, inside + named))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].path))
