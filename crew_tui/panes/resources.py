"""Teams, workflows, agents and skills: a line for each, those of the project first; and all about the selected one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from crew_tui.aside import Failed
from crew_tui.lines import BLANK, Column, Kept, Line, Tone, columns, limited, line, paragraph, text_line, wrapped
from crew_tui.panes.conditions import failed_lines, loading
from crew_tui.panes.filtered import FilteredList, none_matches
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.panes.took import task_time
from crew_tui.quantities import JUST, age, duration, elapsed
from crew_tui.resource_rows import KINDS, Origin, ResourceRow
from crew_tui.spent_words import cost, tokens
from crew_tui.text import clean, path_end
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_core.ops.last_used import LastUse
    from crew_tui.filtering.fields import Schema

Resources = Mapping[str, Sequence[ResourceRow]]

_LABEL = 10

#: Characters of what stands beside others on a line.
_SHORT = 24


def kinds_line(resources: Resources, chosen: str, width: int) -> Line:
    """The tabs, each with the number of what is in it."""
    pieces = [(" ", Tone.TEXT)]
    for kind in KINDS:
        name = f"{kind.capitalize()} {len(resources.get(kind, ()))}"
        here = kind == chosen
        pieces.append((f"[{name}]" if here else f" {name} ", Tone.ACCENT if here else Tone.DIM))
    return line(*limited(pieces, width))


def resource_line(row: ResourceRow, frame: Frame, *, widest: int) -> Line:
    """`widest` is the room for names."""
    glyphs = frame.glyphs
    if row.unusable:
        shape, tone, says = glyphs.statuses["failed"], Tone.FAIL, why_unusable(row)
    elif row.hides or row.withheld:
        shape, tone, says = glyphs.attention, Tone.WARN, row.description
    else:
        shape, tone, says = glyphs.dot, Tone.DIM, row.description
    return columns(
        (
            Column(shape, 1, tone),
            Column(clean(row.name), widest),
            Column(clean(says), 16, tone if row.unusable else Tone.DIM, grows=True, priority=1),
        ),
        frame.width,
        key=row.key,
    )


#: Of a row of which nothing is known yet.
COMING = (Column("", 1), Column("", 8), Column("", 16, grows=True, priority=1))


def why_unusable(row: ResourceRow) -> str:
    """In one sentence, no word twice."""
    if not row.problem or row.unusable in row.problem:
        return row.problem or row.unusable
    return f"{row.unusable}: {row.problem}"


def resource_lines(rows: Sequence[ResourceRow], kind: str, frame: Frame, kept: Kept[Line]) -> tuple[Line, ...]:
    """Headings and lines; unchanged ones are the same objects as before."""
    if not rows:
        return (BLANK, text_line(f" No {kind}. crew-tui {kind} new NAME makes one.", Tone.DIM))
    widest = max(8, min(max(cell_len(clean(row.name)) for row in rows), frame.width // 3))
    lines: list[Line] = []
    for origin in Origin:
        members = [row for row in rows if row.origin is origin]
        if members:
            lines.append(kept.get((kind, origin), (origin, len(members)), partial(_heading, origin, len(members))))
        for row in members:
            made_from = (row, widest, frame.width, frame.glyphs)
            lines.append(kept.get((kind, row.key), made_from, partial(resource_line, row, frame, widest=widest)))
    return tuple(lines)


def _heading(origin: Origin, members: int) -> Line:
    return text_line(f" {origin.value.upper()} {members}", Tone.DIM)


def about_lines(row: ResourceRow, frame: Frame) -> tuple[Line, ...]:
    """Where it comes from, what stands in its way, what it hides, what it says of itself, who uses it."""
    room = frame.width - _LABEL - 2
    facts: list[tuple[str, str, Tone]] = [("file", path_end(row.path, room), Tone.TEXT)]
    if row.unusable:
        facts.append(("not used", why_unusable(row), Tone.FAIL))
    facts += [("hides", path_end(path, room), Tone.WARN) for path in row.hides]
    if row.withheld is not None:
        facts.append(("not used", f"{path_end(row.withheld, room)}: the project is not trusted", Tone.WARN))
    if row.description:
        facts.append(("says", row.description, Tone.DIM))
    facts += [(name, told, Tone.TEXT) for name, told in _joined(row.facts, frame)]
    if row.used_by:
        facts.append(("used by", "; ".join(row.used_by), Tone.TEXT))
    if row.last is not None:
        facts.append(("last run", last_words(row.last, frame), Tone.TEXT))
    lines = [each for label, text, tone in facts for each in _fact(label, clean(text), tone, frame.width)]
    # It may be long, and takes what is left of the box.
    room = max(1, frame.height - 2 - len(lines))
    return (*lines, *_fact("prompt", clean(row.beginning), Tone.DIM, frame.width, most=room))


def last_words(last: LastUse, frame: Frame) -> str:
    """When, what came of it, how long it took, what it used, which run that was."""
    ago = age(elapsed(last.ended or last.began, None, frame.now))
    when = "just now" if ago == JUST else f"{ago} ago"
    parts = [
        f"{last.outcome} {when}" if last.ended else f"{last.outcome}, began {when}",
        f"took {_took(last, frame)}" if last.ended else "",
        f"{tokens(last.spent)} tok" if last.spent.attempts else "",
        cost(last.spent) if last.spent.attempts else "",
        f"{clean(last.task.id)} of {last.run_id[-SHORT_ID:]}" if last.task else last.run_id[-SHORT_ID:],
    ]
    return f" {frame.glyphs.dot} ".join(part for part in parts if part)


def _took(last: LastUse, frame: Frame) -> str:
    return task_time(last.task, frame.now) if last.task else duration(elapsed(last.began, last.ended, frame.now))


def _joined(facts: Sequence[tuple[str, str]], frame: Frame) -> Iterator[tuple[str, str]]:
    """The short ones on one line, under the name of the first."""
    short = [fact for fact in facts if len(fact[1]) <= _SHORT]
    if short:
        (name, told), *rest = short
        yield name, f" {frame.glyphs.dot} ".join((told, *(f"{name} {told}" for name, told in rest)))
    yield from (fact for fact in facts if len(fact[1]) > _SHORT)


def _fact(label: str, text: str, tone: Tone, width: int, *, most: int = 3) -> Sequence[Line]:
    rows = wrapped(text, width - _LABEL - 2, tone, most=most)
    return [
        line((f" {label if number == 0 else '':<{_LABEL}}", Tone.DIM), *row.pieces) for number, row in enumerate(rows)
    ]


class ResourcesPane(FilteredList[ResourceRow]):
    """The list of one kind. The selection is a row's key."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, selectable=True, **options)
        self._kept: Kept[Line] = Kept()
        self._resources: Resources | None = None
        self._failed: Failed | None = None
        self.kind = KINDS[0]
        self._head: tuple[Line, ...] = ()

    def take(self, resources: Resources | Failed) -> None:
        if isinstance(resources, Failed):
            self._failed = resources
            self.rebuild()
            return
        first = self._resources is None
        self._failed, self._resources = None, resources
        self.rebuild()
        if first:
            self._show_top()

    def turn(self, by: int) -> None:
        """To the next kind, or to the one before."""
        self.kind = KINDS[(KINDS.index(self.kind) + by) % len(KINDS)]
        self.rebuild()
        self.move_home()
        self._show_top()

    def _show_top(self) -> None:
        """The heading above the first line, too."""
        self._begin_at(0)

    @property
    def known(self) -> bool:
        """There are kinds to turn to."""
        return self._resources is not None

    @property
    def chosen(self) -> ResourceRow | None:
        """What the cursor is on."""
        return next((row for row in self.all_rows() if row.key == self.selected), None)

    def schema(self) -> Schema[ResourceRow]:
        from crew_tui.filtering.of_resources import RESOURCES

        return RESOURCES

    def all_rows(self) -> Sequence[ResourceRow]:
        """Those of the kind that is shown."""
        return self._resources.get(self.kind, ()) if self._resources else ()

    def compose_view(self, frame: Frame) -> View:
        if self._resources is None:
            failed = failed_lines(self._failed, frame) if self._failed else None
            return View(failed or loading(frame, "resources", COMING), title="resources")
        shown = {kind: self.chosen_rows(rows) for kind, rows in self._resources.items()}
        head = [kinds_line(shown, self.kind, frame.width)]
        if self._failed:
            head += paragraph(f"{frame.glyphs.stale} not up to date: {clean(self._failed.why)}", frame.width, Tone.WARN)
        head.append(text_line(f" {frame.glyphs.rule * (frame.width - 2)}", Tone.DIM))
        if [each.pieces for each in head] != [each.pieces for each in self._head]:
            self._head = tuple(head)
        rows, every = shown.get(self.kind, ()), self.all_rows()
        left = f"{clean(self.query_text)}: {len(rows)} of {len(every)}" if self.filtered else ""
        none = bool(every) and not rows
        body = none_matches(self.query_text) if none else resource_lines(rows, self.kind, frame, self._kept)
        return View(body, head=self._head, title="resources", note=left)


class AboutPane(LivePane):
    """All about the selected one. Never focused."""

    can_focus = False

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._row: ResourceRow | None = None

    def take(self, row: ResourceRow | None) -> None:
        if row is not self._row:
            self._row = row
            self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        row = self._row
        return View(about_lines(row, frame) if row else (), title=clean(row.name) if row else "")
