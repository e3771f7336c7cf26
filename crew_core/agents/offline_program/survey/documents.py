"""Documents: what each is called by its own title, its headings and its size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from crew_core.agents.offline_program.survey.languages import PROSE, foreign, language_of
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import line_of, read_text

#: So many documents are opened.
_OPENED = 200

#: Markdown and Org headings, reStructuredText underlines, AsciiDoc titles. A star is a bullet elsewhere than in Org.
_HEADING = re.compile(
    r"(?m)^(?:(?P<mark>#{1,6}|={1,5}|\*{1,4})[ \t]+(?P<title>\S[^\n]{0,200})"
    r"|(?P<over>\S[^\n]{0,200})\n(?P<under>={3,}|-{3,}|~{3,})[ \t]*$)"
)
_FENCED = re.compile(r"(?ms)^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$")


@dataclass(frozen=True, slots=True)
class Heading:
    line: int
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """``title`` is its first heading, else its first line with words."""

    path: str
    title: str
    headings: tuple[Heading, ...]
    words: int


def documents_of(root: Path, listing: Listing) -> list[Document]:
    """Documents, those nearest to the root first."""
    paths = [path for path in listing.paths if language_of(path) in PROSE and not foreign(path)]
    paths.sort(key=lambda path: (path.count("/"), path))
    return [document(path, read_text(root, path)) for path in paths[:_OPENED]]


def document(path: str, text: str) -> Document:
    """What a document says of itself; what stands in fenced code is no heading."""
    prose = _FENCED.sub(lambda found: "\n" * found[0].count("\n"), text)
    outlined = path.endswith(".org")
    found = (each for each in _HEADING.finditer(prose) if outlined or not (each["mark"] or "").startswith("*"))
    headings = tuple(_heading(prose, each) for each in found)
    first = next((line.strip() for line in prose.split("\n") if re.search(r"\w", line)), "")
    title = headings[0].title if headings else first[:120]
    words = sum(1 for word in text.split() if re.search(r"\w", word))
    return Document(path, title, headings, words)


def _heading(text: str, found: re.Match[str]) -> Heading:
    line = line_of(text, found.start())
    if found["mark"]:
        return Heading(line, found["title"].strip(" #="))
    return Heading(line, found["over"].strip())
