"""One step of a workflow: its settings, then its task text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.plan import Edge, VerifyCommand, Wants
from crew_core.resources.faults import Fault
from crew_core.resources.front_matter import Value
from crew_core.resources.sections import SETTING, UNUSED_STEP_KEYS, Section, intended_key
from crew_core.resources.step_settings import DEFAULT_ITEMS, Settings
from crew_core.store.layout import is_safe_id

#: Ids of tasks are a number, a _ and this; all of it must be an id too.
LONGEST_ID = 120

#: What a step without a text asks for; ``{goal}`` is pi-crew's one template variable.
_NO_TEXT = "{goal}"


@dataclass(frozen=True, slots=True)
class Step:
    """``edges_line`` is where its dependencies are named. ``retries`` None: the program's default.

    ``written`` False: the file has no text for it, and ``text`` stands for the goal. ``skills`` None: it wants none of
    those that its role has by itself. ``for_each`` is among the edges.
    """

    id: str
    line: int
    role: str
    text: str
    edges: tuple[Edge, ...] = ()
    edges_line: int = 1
    verify: tuple[VerifyCommand, ...] = ()
    retries: int | None = None
    timeout_s: float | None = None
    keep_processes: bool = False
    cwd: str = "."
    unused: tuple[str, ...] = ()
    written: bool = True
    wants: Wants = Wants.ANSWER
    for_each: str | None = None
    for_each_line: int = 1
    max_items: int = DEFAULT_ITEMS
    skills: tuple[str, ...] | None = ()
    skills_line: int = 1

    def line_of(self, edge: Edge) -> int:
        """Where this dependency is named."""
        return self.for_each_line if edge.task == self.for_each else self.edges_line


def parse_step(path: Path, section: Section, faults: list[Fault]) -> Step:
    """The step of a section; what is wrong is added to ``faults``."""
    values, text = _take_settings(path, section, faults)
    if not is_safe_id(section.title) or len(section.title) > LONGEST_ID:
        what = f"step {section.title!r} is no id"
        faults.append(Fault(path, section.line, what, f"letters, digits, - and _ only, at most {LONGEST_ID}"))
    settings = Settings(path, section.title, values, faults)
    said = text if text.strip() else settings.text("task", "")
    wants = settings.wants(said)
    return Step(
        id=section.title,
        line=section.line,
        role=settings.text("role", section.title),
        text=said or _NO_TEXT,
        edges=settings.edges(),
        edges_line=settings.line("dependsOn", section.line),
        verify=settings.verify(),
        retries=settings.retries(),
        timeout_s=settings.timeout_s(),
        keep_processes=settings.flag("keepProcesses"),
        cwd=settings.cwd(),
        unused=tuple(dict.fromkeys(key for key, _ in values if key in UNUSED_STEP_KEYS)),
        written=bool(said),
        wants=wants,
        for_each=settings.for_each(),
        for_each_line=settings.line("forEach", section.line),
        max_items=settings.most_items(wants),
        skills=settings.skills(),
        skills_line=settings.line("skills", section.line),
    )


def _take_settings(path: Path, section: Section, faults: list[Fault]) -> tuple[list[tuple[str, Value]], str]:
    """``key: value`` lines up to the first blank or other line; the rest is the text.

    pi-crew takes any ``word: …`` for a setting and loses what it does not know. Here a line with an unknown word
    is text, unless the word is nearly one of ours.
    """
    values: list[tuple[str, Value]] = []
    for index, line in enumerate(section.lines):
        if not line.strip() and not values:
            continue
        found = SETTING.match(line)
        if found is None:
            return values, "\n".join(section.lines[index:]).strip("\n")
        number = section.line + 1 + index
        key = found["key"]
        meant = intended_key(key)
        if meant is None:
            return values, "\n".join(section.lines[index:]).strip("\n")
        if meant != key:
            what = f"step {section.title!r}: unknown key {key!r}"
            faults.append(Fault(path, number, what, f"did you mean {meant!r}?"))
        values.append((key, Value(found["value"].strip(), number)))
    return values, ""
