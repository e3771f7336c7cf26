"""Checks of a Node project: the scripts of package.json that test, lint or check types, by its package manager."""

from __future__ import annotations

import re
from typing import Any

from crew_core.agents.offline_program.checks.check import Check, Found, Kind, PassedOver
from crew_core.agents.offline_program.checks.danger import danger_in
from crew_core.agents.offline_program.git import installed
from crew_core.agents.offline_program.survey.entry_points import parsed_json, table
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.reading import read_text
from crew_core.agents.offline_program.work import Work

#: Lock file → the manager that wrote it; npm without one.
_MANAGERS = {"pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lockb": "bun", "package-lock.json": "npm"}

#: Script → what it says something about; of each kind the first that is there.
_SCRIPTS = {
    "test": Kind.TEST,
    "test:unit": Kind.TEST,
    "lint": Kind.LINT,
    "typecheck": Kind.TYPES,
    "type-check": Kind.TYPES,
    "check-types": Kind.TYPES,
}

#: What ``npm init`` writes into a project without tests.
_NO_TESTS = "no test specified"


def node_checks(work: Work, listing: Listing) -> Found:
    """Scripts with what runs before and after them; one that waits or installs is passed over."""
    if "package.json" not in listing:
        return Found()
    content = parsed_json(read_text(work.root, "package.json"))
    manager = next((name for lock, name in _MANAGERS.items() if lock in listing), "npm")
    scripts = table(content, "scripts")
    found = Found()
    for script, kind in _SCRIPTS.items():
        if isinstance(scripts.get(script), str) and not found.has(kind) and _NO_TESTS not in scripts[script]:
            found += _script(manager, script, kind, scripts)
    if not found.has(Kind.TEST) and not found.passed_over:
        found += _without_script(work, listing)
    if not found.has(Kind.TYPES) and "tsconfig.json" in listing:
        found += _compiler(work)
    return found


def _script(manager: str, script: str, kind: Kind, scripts: dict[str, Any]) -> Found:
    command = f"{manager} run {script}" if script != "test" else f"{manager} test"
    all_of_it = " && ".join(str(scripts.get(each, "")) for each in (f"pre{script}", script, f"post{script}"))
    if danger := danger_in(all_of_it):
        return Found(passed_over=(PassedOver(command, f"its script has {danger!r}"),))
    if re.search(r"--watch(?!All=false|=false)\b", all_of_it):
        return Found(passed_over=(PassedOver(command, "it watches and never ends"),))
    program = installed(manager)
    if not program:
        return Found(passed_over=(PassedOver(command, f"{manager} is not installed"),))
    silent = ("--silent",) if manager in ("npm", "pnpm") else ()
    return Found((Check(command, (program, *silent, "run", script), kind, f"package.json: scripts.{script}"),))


def _without_script(work: Work, listing: Listing) -> Found:
    """Test files that Node runs by itself."""
    tests = [path for path in listing.paths if re.search(r"\.test\.[cm]?js$", path) and "node_modules" not in path]
    own = [path for path in tests if "node:test" in read_text(work.root, path)]
    if not own:
        return Found()
    program = installed("node")
    if not program:
        return Found(passed_over=(PassedOver("node --test", "node is not installed"),))
    return Found((Check("node --test", (program, "--test"), Kind.TEST, own[0]),))


def _compiler(work: Work) -> Found:
    compiler = work.root / "node_modules" / ".bin" / "tsc"
    if not compiler.exists():
        return Found(passed_over=(PassedOver("tsc --noEmit", "tsc is not installed in node_modules"),))
    argv = (str(compiler), "--noEmit", "--incremental", "false", "--pretty", "false")
    return Found((Check("tsc --noEmit", argv, Kind.TYPES, "tsconfig.json"),))
