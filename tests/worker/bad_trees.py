"""Process trees that do not want to end, each with the files that say it stands."""

from __future__ import annotations

from typing import Any

Steps = list[dict[str, Any]]

HANG = {"do": "hang"}
UP = {"do": "touch", "path": "up"}
_DEAF = {"do": "ignore", "signals": ["TERM", "INT", "HUP"]}


def _ready(directory: str, name: str) -> Steps:
    """Deaf, standing, for ever. The path is whole: who clears its environment may have moved too."""
    return [_DEAF, {"do": "touch", "path": f"{directory}/{name}"}, HANG]


def gather(directory: str, children: Steps, names: list[str]) -> Steps:
    """A deaf agent that says ``up`` when all its children stand."""
    waits = [{"do": "wait_for", "path": f"{directory}/{name}"} for name in names]
    return [_DEAF, *children, *waits, UP, HANG]


def deaf_daemons(directory: str) -> Steps:
    """Children forked twice into sessions of their own."""
    names = ["d1", "d2", "d3"]
    children = [{"do": "child", "session": "daemon", "then": _ready(directory, name)} for name in names]
    return gather(directory, children, names)


def cleared_environment(directory: str) -> Steps:
    """One that kept nothing that would give it away, in a session of its own."""
    child = {
        "do": "child",
        "session": "daemon",
        "environment": "cleared",
        "holds_output": False,
        "then": _ready(directory, "c1"),
    }
    return gather(directory, [child], ["c1"])


def holds_stdout(directory: str) -> Steps:
    """A child that has the pipe when the leader is gone."""
    child = {"do": "child", "session": "own", "then": _ready(directory, "h1")}
    return gather(directory, [child], ["h1"])


def storm(directory: str) -> Steps:
    """Forks as fast as it can, all of it deaf."""
    return [_DEAF, UP, {"do": "fork_storm", "count": 150, "session": "own"}, HANG]


def moving(directory: str) -> Steps:
    """One process that is another one every few hundred microseconds."""
    return [_DEAF, UP, {"do": "fork_storm", "count": 3000, "moving": True, "session": "daemon"}, HANG]


def everything(directory: str) -> Steps:
    """All of it at once."""
    names = ["d1", "c1", "h1"]
    parts = [*deaf_daemons(directory), *cleared_environment(directory), *holds_stdout(directory)]
    children = [step for step in parts if step["do"] == "child"]
    one_of_each = {step["then"][1]["path"].rsplit("/", 1)[1]: step for step in children}
    storms = [step for step in (*storm(directory), *moving(directory)) if step["do"] == "fork_storm"]
    return [_DEAF, *storms, *gather(directory, [one_of_each[name] for name in names], names)]


TREES = {
    "deaf daemons": deaf_daemons,
    "cleared environment": cleared_environment,
    "holds stdout": holds_stdout,
    "storm": storm,
    "moving": moving,
    "everything": everything,
}
