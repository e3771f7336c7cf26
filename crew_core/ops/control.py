"""Steering a run: every request becomes a command file, and a coordinator is started when none lives."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from crew_core.model.commands import Command, CommandKind, CommandRecord, Outcome, SendKind
from crew_core.model.snapshots import AgentsFile
from crew_core.model.steering import Decision
from crew_core.ops.errors import NoAnswer, NotPermitted, NotRecorded, NotWritten, OpsError
from crew_core.ops.forcing import end_leftovers, end_silent, living_supervisors
from crew_core.store import maildir
from crew_core.store.clock import SystemClock, iso
from crew_core.store.doorbell import ring
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs, RealFs, ensure_directory
from crew_core.store.identity import Identities, real_identities
from crew_core.store.layout import RunLayout
from crew_core.store.lock import is_free, read_holder
from crew_core.store.run_format import newer_format
from crew_core.store.snapshot import read_snapshot

#: After this without an outcome the person is told who does not answer (design: nobody hangs for ever).
SILENCE_S = 2.0

#: A gentle stop gives the program 2 s to end by itself; only then does silence begin.
GENTLE_S = SILENCE_S + 3.0

#: What only has to be journalled waits for no process but the coordinator, which may have to start first.
START_S = 10.0

_FIRST_LOOK_S = 0.005
_LONGEST_LOOK_S = 0.05

#: Enough for a coordinator to take its lock, and within the patience of most commands.
_LAUNCH_AGAIN_S = 1.5

Launch = Callable[[Path], None]


def launch_coordinator(run_dir: Path, argv: tuple[str, ...] | None = None) -> None:
    """Start a coordinator for the run, in a session of its own, tied to nobody. Does not wait for it.

    :raises OSError: it could not be started.
    """
    # ``-P``: the current directory may be a stranger's project, whose files must not be imported as modules of ours.
    argv = argv or (sys.executable, "-P", "-m", "crew_core.engine")
    log = RunLayout(run_dir).coordinator_log
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.fspath(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    pid = os.posix_spawn(argv[0], [*argv, os.fspath(run_dir)], os.environ, file_actions=actions, setsid=True)
    # A dashboard lives longer than many coordinators: somebody has to collect them.
    threading.Thread(target=_collect, args=(pid,), name=f"collect-{pid}", daemon=True).start()


def _collect(pid: int) -> None:
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        return


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, before it is a command of its own."""

    kind: CommandKind
    task_id: str | None = None
    reason: str = ""
    text: str = ""
    sending: SendKind | None = None
    decision: Decision | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """How a command reaches its run; the fields are what a test injects.

    ``again_s``: a coordinator that was started and has no lock by then is taken to be gone.
    """

    fs: Fs = field(default_factory=RealFs)
    identities: Identities = field(default_factory=real_identities)
    launch: Launch = launch_coordinator
    again_s: float = _LAUNCH_AGAIN_S

    def send(self, run_dir: Path, wanted: Wanted, patience_s: float) -> Outcome:
        """Put the command, see to it that a coordinator lives, and wait for the outcome.

        :raises NoAnswer: no outcome within ``patience_s``; the command stays and will be carried out.
        :raises NotPermitted: a newer crew-tui has written the run; nothing was asked for.
        :raises NotWritten: the command is not on disk; nothing was asked for.
        :raises OpsError: no coordinator could be started; the command waits for the next one.
        """
        layout = RunLayout(run_dir)
        may_command(layout, wanted.kind)
        sends = wanted.kind in (CommandKind.SEND, CommandKind.RESPOND)
        command = Command(
            # What is sent to an agent keeps this name all the way.
            id=f"{'msg' if sends else 'cmd'}_{time.time_ns():x}_{secrets.token_hex(4)}",
            kind=wanted.kind,
            at=iso(SystemClock().now()),
            task_id=wanted.task_id,
            reason=wanted.reason,
            sender=self.identities.current(),
            text=wanted.text,
            sending=wanted.sending,
            decision=wanted.decision,
            asked=wanted.asked,
        )
        try:
            ensure_directory(self.fs, layout.commands_new, within=layout.root)
            maildir.put(self.fs, layout.commands_new, f"{command.id}.json", msgspec.json.encode(command))
        except OSError as error:
            raise NotWritten(layout.run_id, wanted.kind, error) from error
        ring(layout.bell)
        return self._await(layout, command, patience_s)

    def end(self, run_dir: Path, wanted: Wanted, *, force: bool) -> Outcome:
        """Send a cancel or a stop, and wait until its workers are gone.

        ``force`` ends a coordinator that does not answer or cannot be asked, and its silent supervisors, by identity.

        :raises NotRecorded: ``force`` ended them, and no coordinator could write it down.
        :raises OpsError: as ``send``.
        """
        try:
            return self.send(run_dir, wanted, GENTLE_S if wanted.kind is CommandKind.STOP else SILENCE_S)
        except (NoAnswer, NotPermitted, NotWritten):
            if not force:
                raise
        layout = RunLayout(run_dir)
        killed = end_silent(layout, wanted.task_id, self.identities)
        try:
            return self.send(run_dir, wanted, START_S)
        except OpsError as error:
            ended = end_leftovers(layout, wanted.task_id, self.identities, killed)
            raise NotRecorded(layout.run_id, wanted.kind, wanted.task_id, ended, error.why) from error

    def _await(self, layout: RunLayout, command: Command, patience_s: float) -> Outcome:
        """Loop: outcome? lease free? start."""
        deadline = time.monotonic() + patience_s
        look = _FIRST_LOOK_S
        launch_at = time.monotonic()
        while True:
            outcome = self._outcome(layout, command)
            if outcome is not None:
                return outcome
            now = time.monotonic()
            if now >= launch_at and is_free(layout.lock):
                self._launch(layout, command)
                # It may leave just before it would have seen our command: then one more is started.
                launch_at = now + self.again_s
            if now >= deadline:
                raise NoAnswer(layout.run_id, command.kind, self._silent(layout, command), patience_s)
            time.sleep(min(look, deadline - now))
            look = min(look * 1.5, _LONGEST_LOOK_S)

    def _launch(self, layout: RunLayout, command: Command) -> None:
        try:
            self.launch(layout.root)
        except OSError as error:
            why = f"no coordinator could be started: {error}"
            raise OpsError(f"{command.kind} {layout.run_id}", why, "the command waits for the next one") from error

    def _outcome(self, layout: RunLayout, command: Command) -> Outcome | None:
        try:
            return read_snapshot(layout.commands_done / f"{command.id}.json", CommandRecord).outcome
        except FileNotFoundError:
            return None
        except StoreError as error:
            raise OpsError(f"{command.kind} {layout.run_id}", str(error), "") from error

    def _silent(self, layout: RunLayout, command: Command) -> str:
        holder = read_holder(layout.lock)
        if is_free(layout.lock) or holder is None:
            return f"no coordinator took it; see {layout.coordinator_log}"
        if _accepted(layout, command.id):
            silent = living_supervisors(layout, command.task_id, self.identities)
            if silent:
                named = ", ".join(f"{task} (pid {identity.pid})" for task, identity in silent)
                return f"supervisor of {named} has not reported the end"
        return f"coordinator (pid {holder.identity.pid}) does not answer"


def may_command(layout: RunLayout, kind: CommandKind) -> None:
    """:raises NotPermitted: a newer crew-tui has written the run, whose commands may be others than ours."""
    newer = newer_format(layout)
    if newer is not None:
        raise NotPermitted(f"{kind} {layout.run_id}", newer.told)


def cancel(run_dir: Path, task_id: str | None = None, reason: str = "", *, force: bool = False) -> Outcome:
    """End the run or one task now. Returns when its workers are gone, with the count. Else as ``Sender.end``."""
    return Sender().end(run_dir, Wanted(CommandKind.CANCEL, task_id, reason), force=force)


def stop(run_dir: Path, task_id: str | None = None, reason: str = "", *, force: bool = False) -> Outcome:
    """Let the run or one task end gently: the program's own interrupt first. Else as ``cancel``."""
    return Sender().end(run_dir, Wanted(CommandKind.STOP, task_id, reason), force=force)


def resume(run_dir: Path) -> Outcome:
    """Continue an interrupted, blocked, failed or cancelled run."""
    return Sender().send(run_dir, Wanted(CommandKind.RESUME), START_S)


def retry(run_dir: Path, task_id: str | None = None) -> Outcome:
    """Run failed or cancelled tasks again, with what was skipped because of them."""
    return Sender().send(run_dir, Wanted(CommandKind.RETRY, task_id), START_S)


def _accepted(layout: RunLayout, command_id: str) -> bool:
    try:
        known = read_snapshot(layout.agents, AgentsFile).commands
    except (OSError, StoreError):
        # Only decides which process is named; the coordinator is the better guess then.
        return False
    return any(record.command.id == command_id for record in known)
