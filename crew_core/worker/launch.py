"""Starting the agent: its own session, its environment, its end tied to ours, no descriptor of ours."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crew_core.agents.protocol import Launch
from crew_core.model.attempt import AttemptSpec
from crew_core.model.identity import ProcessIdentity
from crew_core.store.fs import Fs, write_replace
from crew_core.store.layout import AttemptLayout
from crew_core.store.temporary_directory import VARIABLES
from crew_core.worker.keys import without_keys
from crew_core.worker.pipes import Pipes
from crew_core.worker.state_dir import furnish

_PR_SET_PDEATHSIG = 1

#: Loaded before any fork: the child may only call, not import.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Agent:
    """A started agent. ``stdin`` is None when the program was given none."""

    pid: int
    stdout: int
    stderr: int
    stdin: int | None


def environment(
    spec: AttemptSpec, files: AttemptLayout, us: ProcessIdentity, launch: Launch, temporary: Path
) -> dict[str, str]:
    """What the agent is told by environment; goal and inputs are never substituted into its text."""
    extra = {name: value.replace("{files}", str(files.root)) for name, value in launch.env.items()}
    return {
        **without_keys(os.environ, _allowed(spec, launch), launch.keys_with),
        **extra,
        **spec.settings.env,
        **(dict.fromkeys(VARIABLES, str(temporary)) if launch.own_temporary else {}),
        "CREW_GOAL": spec.goal,
        "CREW_RUN_ID": spec.run_id,
        "CREW_TASK_ID": spec.task_id,
        "CREW_INPUTS": spec.inputs_path,
        "CREW_PACKET": spec.packet_path,
        # Set also without a value: a crew that an agent starts must not inherit its starter's.
        "CREW_ITEM": spec.item or "",
        "CREW_CHECKS_REFUSED": spec.checks_refused,
        "CREW_OUT": str(files.out_new),
        "CREW_WORKER_ID": spec.worker_id,
        "CREW_DEPTH": str(spec.depth + 1),
        "CREW_MAX_DEPTH": str(spec.max_depth),
        "CREW_TETHER": us.encode(),
    }


def _allowed(spec: AttemptSpec, launch: Launch) -> tuple[str, ...] | None:
    """The secret variables that the adapter asks for, and those that the person's settings name."""
    return None if launch.keys is None else (*launch.keys, *spec.settings.keys)


def start_agent(
    launch: Launch,
    spec: AttemptSpec,
    files: AttemptLayout,
    us: ProcessIdentity,
    *,
    temporary: Path,
    fs: Fs,
    enter_cgroup: Callable[[], None],
) -> Agent:
    """Start it. Called from the main thread only: the kernel ties the agent's life to the thread that forked it.

    :raises OSError: it could not be started, or its files could not be written.
    :raises ValueError: a text cannot be an argument or a variable: it has a zero byte.
    :raises subprocess.SubprocessError: the child failed before it became the program.
    """
    _prepare_files(launch, spec, files, temporary, fs)
    with Pipes() as pipes:
        stdin, stdin_end = (None, subprocess.DEVNULL) if launch.stdin is None else pipes.to_agent()
        stdout, stdout_end = pipes.from_agent()
        stderr, stderr_end = pipes.from_agent()
        process = subprocess.Popen(
            [part.replace("{files}", str(files.root)) for part in launch.argv],
            cwd=Path(spec.cwd),
            env=environment(spec, files, us, launch, temporary),
            stdin=stdin_end,
            stdout=stdout_end,
            stderr=stderr_end,
            start_new_session=True,
            close_fds=True,
            restore_signals=True,
            preexec_fn=_preparation(enter_cgroup),  # noqa: PLW1509 - one thread only; what it calls was loaded before
        )
        pipes.keep()
    # The tree reaps every child, this one too; Popen must not.
    process.returncode = 0
    return Agent(pid=process.pid, stdout=stdout, stderr=stderr, stdin=stdin)


def _prepare_files(launch: Launch, spec: AttemptSpec, files: AttemptLayout, temporary: Path, fs: Fs) -> None:
    """What the program finds when it starts."""
    for name, content in launch.files.items():
        write_replace(fs, files.root / name, content)
    if launch.own_state:
        furnish(fs, Path(spec.state_dir), launch, run=files.run.root)
    if launch.own_temporary:
        fs.mkdir(temporary)


def _preparation(enter_cgroup: Callable[[], None]) -> Callable[[], None]:
    """What the child does before it becomes the program: its end is tied to ours, and it ignores no signal.

    What is ignored would stay so: a shell without job control starts what it puts into the background like that.
    """
    parent = os.getpid()
    ignored = [number for number in signal.valid_signals() if signal.getsignal(number) is signal.SIG_IGN]

    def prepare() -> None:
        enter_cgroup()
        for number in ignored:
            signal.signal(number, signal.SIG_DFL)
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(127)

    return prepare
