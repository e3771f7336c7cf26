"""What every test gets: a home of its own, a clean environment, and no process left behind where it asks."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import leftovers

#: Variables of the person's session that would change what a program prints or where it looks.
PERSONAL_VARIABLES = frozenset(
    {"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES"}
    | {"TMUX", "STY", "SSH_TTY", "EDITOR", "VISUAL", "PAGER"}
)
PERSONAL_PREFIXES = ("CREW_", "TEXTUAL", "XDG_", "GIT_")

settings.register_profile("local", deadline=None)
# The same examples every time: a change is judged by what it does, not by luck.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# In the background of a shell that has no job control these are ignored, and whatever is started here would do so too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def _in_own_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name in PERSONAL_VARIABLES or name.startswith(PERSONAL_PREFIXES):
            patch.delenv(name)
    for name, where in {
        "HOME": home,
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_CACHE_HOME": home / ".cache",
    }.items():
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        patch.setenv(name, str(where))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        patch.setenv(f"GIT_{role}_NAME", "A Test")
        patch.setenv(f"GIT_{role}_EMAIL", "test@example.invalid")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's HOME in its temporary directory, with the XDG directories inside."""
    home = tmp_path / "home"
    _in_own_home(monkeypatch, home)
    return home


@pytest.fixture(autouse=True)
def test_id(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Names this test in the environment of every process that it starts."""
    name = uuid.uuid4().hex
    monkeypatch.setenv(leftovers.TEST_ID_VARIABLE, name)
    return name


@pytest.fixture
def no_process_left(test_id: str, tmp_path: Path) -> Iterator[None]:
    """Fails the test when a process that it started outlives it, and ends that process."""
    origin = leftovers.Origin(test_id, tmp_path)
    yield
    found = leftovers.leftovers(origin)
    if found:
        told = leftovers.describe(found)
        leftovers.end(origin)
        pytest.fail(f"processes outlived the test:\n{told}", pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _nothing_outlives_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same for the whole run, for tests that did not ask."""
    origin = leftovers.Origin("", tmp_path_factory.getbasetemp())
    yield
    found = leftovers.leftovers(origin)
    if found:
        told = leftovers.describe(found)
        leftovers.end(origin)
        pytest.fail(f"processes outlived the tests; `no_process_left` finds the test:\n{told}", pytrace=False)
