"""What a fresh interpreter really loads when a part of the program is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Imports the modules named in argv, in order. Prints for each watched package the chain of modules that were
#: being imported when it was first asked for: a finder in front sees every import before it happens.
PROBE = """
import importlib, json, sys

watched, modules = json.loads(sys.argv[1]), json.loads(sys.argv[2])
found = {}

class Witness:
    def find_spec(self, name, path=None, target=None):
        for package in watched:
            if (name + ".").startswith(package + ".") and package not in found:
                frame, chain = sys._getframe(1), []
                while frame is not None:
                    importer = frame.f_globals.get("__name__", "")
                    if "importlib" not in importer and importer != "__main__" and importer not in chain[-1:]:
                        chain.append(importer)
                    frame = frame.f_back
                found[package] = [*reversed(chain), name]
        return None

already = [package for package in watched if package in sys.modules]
sys.meta_path.insert(0, Witness())
for module in modules:
    importlib.import_module(module)
print(json.dumps({"already": already, "found": found}))
"""


def load(modules: Sequence[str], but_not: Sequence[str]) -> None:
    """Import `modules` in a new interpreter; fail, naming the chain, if it loads any of `but_not`."""
    probe = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, json.dumps(but_not), json.dumps(modules)],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    if probe.returncode != 0:
        pytest.fail(f"cannot import {modules[0]} and what belongs to it:\n{probe.stderr}", pytrace=False)
    seen = json.loads(probe.stdout.splitlines()[-1])
    assert seen["already"] == [], "the interpreter loads these by itself: nothing can be said about them"
    if seen["found"]:
        chains = "\n".join(f"  {name}: {' → '.join(chain)}" for name, chain in seen["found"].items())
        pytest.fail(f"importing {modules[0]} and what belongs to it loads what it must not:\n{chains}", pytrace=False)


def modules_of(package: str) -> list[str]:
    """The package and every module below it, by file, `__main__` included."""
    files = sorted((ROOT / package.replace(".", "/")).rglob("*.py"))
    dotted = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [package, *(name.removesuffix(".__init__") for name in dotted)]


def test_a_supervisor_loads_neither_pydantic_nor_asyncio_nor_psutil() -> None:
    load(
        ["crew_core.worker.__main__", *modules_of("crew_core.worker")],
        but_not=["pydantic", "asyncio", "psutil", "textual", "crew_core.engine"],
    )


def test_adapters_load_neither_pydantic_nor_asyncio_nor_psutil() -> None:
    load(modules_of("crew_core.agents"), but_not=["pydantic", "asyncio", "psutil", "textual"])


def test_an_adapter_that_is_not_used_costs_nothing() -> None:
    """Neither who starts an attempt nor who carries it out loads one before it is asked for."""
    theirs = ["claude", "pi", "codex", "acp", "builtin", "builtin_program", "offline", "offline_program", "shell"]
    load(
        ["crew_core.agents.registry", "crew_core.worker.__main__", "crew_core.engine.__main__"],
        but_not=[f"crew_core.agents.{name}" for name in theirs],
    )


def test_a_supervisor_of_one_program_loads_no_other() -> None:
    load(
        ["crew_core.worker.__main__", "crew_core.agents.claude"],
        but_not=[f"crew_core.agents.{name}" for name in ("pi", "codex", "acp", "builtin_program", "offline_program")],
    )


def test_a_coordinator_loads_no_supervisor_code() -> None:
    load(
        ["crew_core.engine.__main__", *modules_of("crew_core.engine")],
        but_not=["crew_core.worker", "textual", "crew_tui"],
    )


def test_nothing_in_the_core_loads_textual() -> None:
    load(modules_of("crew_core"), but_not=["textual", "crew_tui"])


def test_the_way_to_the_first_frame_loads_nothing_that_can_wait() -> None:
    modules = ["crew_tui.cli.main", "crew_tui.cli.dashboard", "crew_tui.app", "crew_tui.wishes"]
    load(modules, but_not=["pydantic", "psutil", "watchfiles", "crew_core.engine", "crew_core.worker"])


def test_the_version_is_known_without_loading_anything() -> None:
    load(["crew_tui"], but_not=["textual", "rich", "msgspec", "pydantic", "asyncio", "crew_core"])
