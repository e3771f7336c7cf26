"""A real run for trial: one shell task through a real coordinator and a real supervisor, gone without a trace after."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from crew_core.ops.errors import OpsError
from crew_core.ops.probe_run import ProbeResult

#: Longer than a loaded machine needs; nobody may wait for ever.
PATIENCE_S = 60.0

#: What would make the trial part of something else: a crew that we are in, settings of this shell.
_FOREIGN = "CREW_"


def probe() -> ProbeResult:
    """Run it to its end, in a temporary directory with a machine store of its own.

    :raises OpsError: it could not be started, or did not come to an end.
    """
    with tempfile.TemporaryDirectory(prefix="crew-tui-probe-", ignore_cleanup_errors=True) as scratch:
        command = [sys.executable, "-P", "-m", "crew_core.ops.probe_run", scratch]
        environment = _environment(os.environ, Path(scratch))
        try:
            done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OpsError("doctor --probe", f"the trial run did not come to its end: {error}") from error
    try:
        return msgspec.json.decode(done.stdout, type=ProbeResult)
    except (ValueError, RecursionError) as error:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise OpsError("doctor --probe", f"the trial run broke off: {told[-1]}") from error


def _environment(ours: Mapping[str, str], scratch: Path) -> dict[str, str]:
    kept = {name: value for name, value in ours.items() if not name.startswith(_FOREIGN) or name == "CREW_TEST_ID"}
    homes = {f"XDG_{kind}_HOME": str(scratch / kind.lower()) for kind in ("STATE", "DATA", "CONFIG", "CACHE")}
    return {**kept, **homes}
