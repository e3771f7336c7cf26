"""The project's own instructions for agents: the nearest ``AGENTS.md``, as data with its source."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

FILE = "AGENTS.md"

#: Every task is told all of it.
LARGEST_BYTES = 32_768

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

#: What pi-crew writes there is about its own tools, which nobody has here.
_PI_CREW = re.compile(r"<!-- PI-CREW:GUIDANCE:START -->.*?<!-- PI-CREW:GUIDANCE:END -->\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Instructions:
    """``text`` begins with a line that says whose it is. ``problem``: why a file that is there is not used."""

    text: str = ""
    path: Path | None = None
    problem: str = ""

    @property
    def notices(self) -> tuple[str, ...]:
        return (self.problem,) if self.problem else ()

    @property
    def sources(self) -> tuple[str, ...]:
        return (f"project: {self.path}",) if self.path else ()


def read_instructions(cwd: Path, project: Path | None) -> Instructions:
    """Of ``cwd`` or the nearest directory above it, up to the project; none outside of a project.

    What cannot be read, or is a link out of the project, is not looked for further up: the nearest one counts.
    """
    if project is None or not cwd.is_relative_to(project):
        return Instructions()
    for directory in (cwd, *cwd.parents):
        path = directory / FILE
        if path.is_symlink() or path.exists():
            return _instructions(path, project)
        if directory == project:
            break
    return Instructions()


def _instructions(path: Path, project: Path) -> Instructions:
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(project)):
        return Instructions(problem=f"{path} is not used: it is a link that leads out of the project")
    try:
        data = _read(path)
    except OSError as error:
        return Instructions(problem=f"{path} is not used: {error.strerror or error}")
    text = data[:LARGEST_BYTES].decode("utf-8", "replace" if len(data) <= LARGEST_BYTES else "ignore")
    text = _PI_CREW.sub("", _CONTROLS.sub("", text.replace("\r\n", "\n"))).strip()
    if not text:
        return Instructions()
    cut = f"\n[cut here: only {LARGEST_BYTES} bytes are told]" if len(data) > LARGEST_BYTES else ""
    return Instructions(f"From {path.relative_to(project)} of the project:\n\n{text}{cut}\n", path)


def _read(path: Path) -> bytes:
    """:raises OSError: it cannot be read, or is no regular file."""
    # Opening a FIFO would wait for its writer.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is no regular file")
        return file.read(LARGEST_BYTES + 1)
