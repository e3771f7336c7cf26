"""``python -m bench.imported ARGUMENTS``: start a program of ours, and note every module as it is first asked for.

``BENCH_STARTS`` is the path of the program, ``BENCH_IMPORTED`` that of the file that gets the names, one a line.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from types import ModuleType


class Witness:
    """First among the finders: it finds nothing, and sees every import before it happens."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        os.write(self._file, name.encode() + b"\n")


if __name__ == "__main__":
    sys.meta_path.insert(0, Witness(os.environ.pop("BENCH_IMPORTED")))
    runpy.run_path(os.environ.pop("BENCH_STARTS"), run_name="__main__")
