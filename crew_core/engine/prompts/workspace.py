"""What lies in the working directory, as a short tree of the files under version control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crew_core.engine.foreign_text import one_line
from crew_core.engine.prompts.enclosure import enclosed, tag_for

#: pi-crew's numbers (runtime-spec §12.4): enough to know where to look first, and no more than a screen or two.
DEEPEST = 3
MOST_ENTRIES = 12
MOST_LINES = 120

_NAME_CHARS = 100


@dataclass(frozen=True, slots=True)
class WorkspaceFacts:
    """``files`` are paths relative to the working directory; empty when nobody knows."""

    files: tuple[str, ...] = ()


@dataclass(slots=True)
class _Directory:
    directories: dict[str, _Directory] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    count: int = 0


def workspace_block(facts: WorkspaceFacts) -> str:
    if not facts.files:
        return ""
    text = "\n".join(tree_lines(facts.files))
    said = f"## Files\n\nUnder version control: {len(facts.files)}."
    return f"{said}\n\n{enclosed(tag_for('files', text), text)}"


def tree_lines(files: Iterable[str]) -> list[str]:
    """Sorted by name, directories first; so deep that it fits. One level always does."""
    root = _grown(files)
    trees = (list(_lines(root, depth, "")) for depth in range(DEEPEST, 0, -1))
    return next(lines for lines in trees if len(lines) <= MOST_LINES)


def _grown(files: Iterable[str]) -> _Directory:
    root = _Directory()
    for path in files:
        here = root
        here.count += 1
        *directories, name = path.split("/")
        for directory in directories:
            here = here.directories.setdefault(directory, _Directory())
            here.count += 1
        here.files.add(name)
    return root


def _lines(here: _Directory, depth: int, indent: str) -> Iterator[str]:
    names = [*sorted(here.directories), *sorted(here.files)]
    shown = names if len(names) <= MOST_ENTRIES else names[: MOST_ENTRIES - 1]
    for number, name in enumerate(shown):
        inside = here.directories[name] if number < len(here.directories) else None
        if inside is None:
            yield f"{indent}{one_line(name, _NAME_CHARS)}"
        elif depth == 1:
            yield f"{indent}{one_line(name, _NAME_CHARS)}/ ({inside.count})"
        else:
            yield f"{indent}{one_line(name, _NAME_CHARS)}/"
            yield from _lines(inside, depth - 1, indent + "  ")
    if len(shown) < len(names):
        yield f"{indent}… {len(names) - len(shown)} more"
