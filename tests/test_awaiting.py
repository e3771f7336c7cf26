"""What a test waits for is seen when it comes, also where nothing was before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crew_core.store.identity import real_identities
from tests import awaiting
from tests.store.processes import waiting

_MAKES = "import sys, pathlib; print('ready', flush=True); sys.stdin.readline(); p = pathlib.Path(sys.argv[1]); " + (
    "p.parent.mkdir(parents=True); p.touch(); sys.stdin.read()"
)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere hints may come late")
def test_a_file_that_another_process_makes_is_seen_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is looked at again by itself.
    monkeypatch.setattr(awaiting, "_LOOK_S", 3600.0)
    made = tmp_path / "deep" / "below" / "made"
    with waiting("-c", _MAKES, str(made)) as process:
        looks = 0

        def there() -> bool:
            nonlocal looks
            looks += 1
            if looks == 2:
                # The wait has begun: what is below is watched.
                assert process.stdin is not None
                process.stdin.write(b"go\n")
                process.stdin.flush()
                return False
            return made.exists()

        awaiting.until(there, tmp_path, "the file")
    assert looks > 2


def test_what_never_comes_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awaiting, "PATIENCE_S", 0.0)
    monkeypatch.setattr(awaiting, "_LOOK_S", 0.0)
    with pytest.raises(AssertionError, match="it never came; the file"):
        awaiting.until(lambda: False, tmp_path, "the file")


def test_the_end_of_a_process_is_waited_for() -> None:
    with waiting("-c", "import sys; print('ready', flush=True); sys.stdin.readline()") as process:
        of = real_identities().of(process.pid)
        assert of is not None
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
        awaiting.until_dead(of)
        assert not real_identities().alive(of)
        awaiting.until_dead(of)
