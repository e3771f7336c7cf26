"""One invocation of the program, as its words were understood."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from crew_core.ops.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Call:
    """`command` None is the dashboard. `options` are the command's own, by the names in its `--help`."""

    command: str | None
    roots: tuple[Path, ...] = ()
    json: bool = False
    read_only: bool = False
    plain: bool = False
    options: argparse.Namespace = field(default_factory=argparse.Namespace)

    @property
    def start(self) -> Path:
        """Where the project is looked for, upwards."""
        return self.roots[0] if self.roots else Path.cwd()

    def will_write(self) -> None:
        """Called by a command before it writes anything. :raises NotPermitted: under `--read-only`."""
        if self.read_only:
            raise NotPermitted(str(self.command), "refused, because of --read-only", "nothing was changed")


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for a mistyped word, else nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""
