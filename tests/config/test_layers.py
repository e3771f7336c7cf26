"""Settings: the person's, the project's, and what a project that is not trusted gets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.config.layers import ConfigError, load
from crew_core.config.settings import Settings


def _put(directory: Path, text: str | bytes) -> Path:
    directory.mkdir(exist_ok=True)
    path = directory / "config.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.fixture
def user(tmp_path: Path) -> Path:
    return tmp_path / "user"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / ".crew"


def test_without_files_there_are_defaults(user: Path, project: Path) -> None:
    for directory in (None, project):
        loaded = load(user, directory, trusted=False)
        assert (loaded.settings, loaded.notices) == (Settings(), ())


def test_a_trusted_project_counts_before_the_person(user: Path, project: Path) -> None:
    _put(user, "[limits]\nmaxWorkers = 5\nmaxDepth = 1\n")
    _put(project, "[limits]\nmaxWorkers = 9\n")
    limits = load(user, project, trusted=True).settings.limits
    assert (limits.max_workers, limits.max_depth) == (9, 1)


def test_a_project_that_is_not_trusted_can_only_tighten(user: Path, project: Path) -> None:
    _put(user, "[limits]\nmaxWorkers = 5\n")
    path = _put(project, "[limits]\nmaxWorkers = 9\nmachineWorkers = 2\nmaxRunMinutes = 3\nmaxDepth = 8\n")
    loaded = load(user, project, trusted=False)
    limits = loaded.settings.limits
    assert (limits.max_workers, limits.machine_workers, limits.max_run_minutes, limits.max_depth) == (5, 2, 3, 2)
    assert loaded.notices == tuple(
        f"{path}:{line}: limits.{key} = {value} is not taken: the project is not trusted"
        for line, key, value in ((2, "maxWorkers", 9), (5, "maxDepth", 8))
    )


def test_what_is_equal_or_tighter_makes_no_notice(user: Path, project: Path) -> None:
    _put(project, "[limits]\nmaxWorkers = 3\ninputsBytes = 1024\n")
    loaded = load(user, project, trusted=False)
    assert (loaded.settings.limits.inputs_bytes, loaded.notices) == (1024, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[limit]\n", ":1: unknown key limit; did you mean limits?"),
        ("\n[colours]\nred = 1\n", ":2: unknown key colours; there is: limits, retry, checks, prices"),
        ("[limits]\n\nmaxWorker = 1\n", ":3: unknown key limits.maxWorker; did you mean limits.maxWorkers?"),
        ("[limits]\nmax_workers = 1\n", ":2: unknown key limits.max_workers; did you mean limits.maxWorkers?"),
        ("[limits]\nmaxDepth = 1\nmaxWorkers = 0\n", ":3: limits.maxWorkers is 0; it must be 1 to 1024"),
        ("[limits]\nmaxWorkers = true\n", ":2: limits.maxWorkers is true; it must be a whole number, 1 to 1024"),
        ("[limits]\nmaxWorkers = '3'\n", ":2: limits.maxWorkers is '3'; it must be a whole number, 1 to 1024"),
        ("[limits]\nmaxRunMinutes = nan\n", ":2: limits.maxRunMinutes is nan; it must be above 0, at most 525600"),
        ("[limits]\nmaxRunMinutes = inf\n", ":2: limits.maxRunMinutes is inf; it must be above 0, at most 525600"),
        ("limits = 5\n", ":1: limits must be a table; write [limits]"),
        ("limits.maxWorkers.a = 1\n", ":1: limits.maxWorkers is a table; it must be a whole number"),
        (
            f"[limits]\nmaxWorkers = 0x{'f' * 5000}\n",
            ":2: limits.maxWorkers is a number of more than 64 bits",
        ),
        ("[limits]\nmaxWorkers 3\n", ":2: no TOML: Expected '=' after a key in a key/value pair"),
        ("[limits]\r\nmaxWorkers = \r\n", ":2: no TOML: Invalid value"),
        ("[limits", ":1: no TOML: Expected ']' at the end of a table declaration"),
        (f"a = {'9' * 5000}\n", ":2: no TOML: Exceeds the limit"),
        (f"a = {'[' * 5000}", ":1: no TOML: maximum recursion depth"),
        (f"{'a.' * 4_000}a = 1", ":1: unknown key a; there is: limits"),
        ("maxWorkers = 3\n", ":1: unknown key maxWorkers; did you mean limits.maxWorkers?"),
        ("[ui]\nprogram = 'shell'\n", ":2: unknown key ui.program; did you mean agent.program?"),
        ("[ui]\nwatcher = 'poling'\n", ":2: ui.watcher is 'poling'; did you mean polling?"),
        ("[ui]\nwatcher = 'x'\n", ":2: ui.watcher is 'x'; it must be one of auto, inotify, watchfiles, polling"),
        ("[agent]\nprogram = 'a b'\n", ":2: agent.program is 'a b'; it must be the name of a program, acp:NAME or"),
        ("[agent]\nprogram = '\u202e\\'\n", ":2: agent.program is '\\u202e"),
        ('"\\u001b[2J" = 1\n', ":1: unknown key \\x1b[2J; there is: limits"),
        ("[limits]\n'\u202e' = 1\n", ":2: unknown key limits.\\u202e; there is: limits.maxWorkers"),
        ("[ui]\n# limits.maxDepth = 9\n[limits]\n  maxDepth = 9\n", ":4: limits.maxDepth is 9; it must be 1 to 8"),
        ("[limits.maxDepth]\nx = 1\n", ":1: limits.maxDepth is a table; it must be"),
        ("[[limits]]\nmaxDepth = 1\n", ":1: limits must be a table; write [limits]"),
        (b"[limits]\n#\xff\n", ": is not UTF-8"),
        (b"#" * 16_385, ": is larger than 16384 bytes"),
    ],
)
def test_a_wrong_file_says_where_and_what(user: Path, text: str | bytes, told: str) -> None:
    path = _put(user, text)
    with pytest.raises(ConfigError) as caught:
        load(user, None, trusted=True)
    assert str(caught.value).startswith(f"{path}{told}")
    assert len(str(caught.value).splitlines()) == 1


def test_a_byte_order_mark_makes_no_difference(user: Path) -> None:
    _put(user, b"\xef\xbb\xbf[limits]\nmaxWorkers = 4\n")
    assert load(user, None, trusted=True).settings.limits.max_workers == 4


def test_what_is_no_file_is_refused_without_waiting(user: Path) -> None:
    (user / "config.toml").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"config\.toml: is no regular file"):
        load(user, None, trusted=True)
    (user / "config.toml").rmdir()
    os.mkfifo(user / "config.toml")
    with pytest.raises(ConfigError, match=r"config\.toml: is no regular file"):
        load(user, None, trusted=True)
    (user / "config.toml").unlink()
    (user / "config.toml").symlink_to("config.toml")
    with pytest.raises(ConfigError, match=r"config\.toml: cannot be read: Too many levels"):
        load(user, None, trusted=True)
