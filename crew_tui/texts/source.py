"""Where a text comes from that a person wants to see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crew_core.observe.text_book import OpenText
from crew_core.observe.text_file import TextFile, open_below, open_file
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line
from crew_tui.texts.forms import Form, form_of, shown_as

#: The forms in which long lines are prose; those of records and differences are cut at first.
_WRAPPED = frozenset({Form.PLAIN, Form.MARKDOWN, Form.JSON})


@dataclass(frozen=True, slots=True)
class TextSource:
    """`open` is called in the thread of the screen, possibly again; it raises OSError when there is nothing.

    `may_change`: somebody may be writing it. `empty` is what is said instead of nothing. `wrap`: long lines are wrapped
    at first. `editable`: its file is one that the person may change. `of_run`: it belongs to the selected run.
    """

    title: str
    open: Callable[[Glyphs], OpenText[Line]]
    may_change: bool = False
    empty: str = "It is empty."
    wrap: bool = True
    editable: bool = False
    of_run: bool = True


def file_source(path: Path, title: str = "", *, editable: bool = False) -> TextSource:
    """A file of the person's own, wherever links lead."""
    form = form_of(path.name)
    return TextSource(
        title or path.name,
        lambda glyphs: opened(lambda: open_file(path), form, glyphs),
        editable=editable,
        wrap=form in _WRAPPED,
        of_run=False,
    )


def contained_source(
    root: Path, parts: tuple[str, ...], title: str = "", *, form: Form | None = None, may_change: bool = False
) -> TextSource:
    """A file below a directory that an agent or another program wrote into: no link is followed."""
    as_form = form or form_of(parts[-1])
    return TextSource(
        title or parts[-1],
        lambda glyphs: opened(lambda: open_below(root, *parts), as_form, glyphs),
        may_change=may_change,
        wrap=as_form in _WRAPPED,
    )


def opened(open_it: Callable[[], TextFile], form: Form, glyphs: Glyphs) -> OpenText[Line]:
    """The file that is opened, in this form. :raises OSError: it is not there, or cannot be read."""
    file = open_it()
    try:
        return shown_as(file, form, glyphs)
    except BaseException:
        file.close()
        raise
