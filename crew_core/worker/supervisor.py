"""The life of a supervisor: claim, start the agent, pass its output on, end its tree, report what was seen."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec

from crew_core.agents.protocol import Reaction, UnknownProgram
from crew_core.agents.registry import open_session
from crew_core.model.attempt import (
    AttemptSpec,
    Claim,
    ClaimKind,
    ControlMessage,
    PauseCause,
    StopRequest,
    WorkerPhase,
    WorkerStatus,
)
from crew_core.model.status import StopCode, StopVerb
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store import maildir
from crew_core.store.clock import Clock, iso
from crew_core.store.doorbell import Doorbell, ring
from crew_core.store.fs import Fs, create_durable, ensure_directory, write_replace
from crew_core.store.identity import Identities
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import read_snapshot
from crew_core.store.subreaper import become_subreaper
from crew_core.worker.cgroup import delegated
from crew_core.worker.ending import INTERRUPT_S, LOOK_S, Act, Ending
from crew_core.worker.launch import Agent, start_agent
from crew_core.worker.outbox import Outbox
from crew_core.worker.progress import ProgressLedger
from crew_core.worker.report import Report
from crew_core.worker.stream import Stream, read_chunk
from crew_core.worker.tree import Tree

_LOG = logging.getLogger(__name__)

#: After the leader ended: how long its pipes may stay open in other hands (design §6).
DRAIN_S = 0.5

#: How often a full disk is tried again.
STORAGE_LOOK_S = 1.0

EXIT_DONE = 0
EXIT_NO_SPEC = 1


class Supervisor:
    """One attempt, one process, one thread, one ``select``."""

    def __init__(self, spec: AttemptSpec, files: AttemptLayout, fs: Fs, clock: Clock, identities: Identities) -> None:
        self._spec = spec
        self._files = files
        self._fs = fs
        self._clock = clock
        self._identities = identities
        self._us = identities.current()
        self._cgroup = delegated(spec.worker_id)
        self._tree = Tree(identities, self._cgroup)
        self._selector = selectors.DefaultSelector()
        self._outbox = Outbox(fs, files.out_new)
        self._progress = ProgressLedger(clock.now())
        self._session = open_session(spec)
        self._stream = Stream(fs, clock, files, self._session, self._progress)
        self._report = Report(spec, files, fs, clock)
        self._phase = WorkerPhase.STARTING
        self._pause: PauseCause | None = None
        self._ending: Ending | None = None
        self._pipes: dict[int, str] = {}
        self._outgoing = b""
        self._stdin: int | None = None
        self._agent: Agent | None = None
        self._heartbeat_at = float("-inf")
        self._drain_until: float | None = None
        self._timeout_at = float("inf")
        self._leftovers: tuple[str, ...] = ()
        self._ended_processes = 0
        self._kept = 0
        self._terminated = False

    def claim(self) -> bool:
        """Make the claim; False when somebody else has it, and nothing may be started."""
        claim = Claim(
            kind=ClaimKind.SUPERVISOR,
            worker_id=self._spec.worker_id,
            identity=self._us,
            at=iso(self._clock.now()),
            cgroup=str(self._cgroup.path) if self._cgroup else None,
        )
        try:
            create_durable(self._fs, self._files.claim, msgspec.json.encode(claim))
        except FileExistsError:
            if self._cgroup is not None:
                self._cgroup.remove()
            return False
        ring(Path(self._spec.bell_path))
        return True

    def run(self) -> None:
        """From the start of the agent to its durable result."""
        self._report.reserve()
        wake = self._catch_signals()
        bells = [Doorbell.create_and_open(path) for path in (self._files.control_bell, self._files.out_bell)]
        for bell in bells:
            self._selector.register(bell.fileno(), selectors.EVENT_READ, bell)
        self._selector.register(wake, selectors.EVENT_READ, wake)
        error = self._start()
        self._heartbeat("first")
        while error is None and not self._over():
            self._wait()
        self._conclude(error)

    def _catch_signals(self) -> socket.socket:
        ours, kernels = socket.socketpair()
        ours.setblocking(False)
        kernels.setblocking(False)
        self._wakeup = kernels
        signal.set_wakeup_fd(kernels.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told_to_end)
        return ours

    def _told_to_end(self, number: int, frame: object) -> None:
        self._terminated = True

    def _start(self) -> str | None:
        """Start the agent; returns why that failed."""
        enter = self._cgroup.enter if self._cgroup else (lambda: None)
        try:
            launch = self._session.open()
            agent = start_agent(launch, self._spec, self._files, self._us, fs=self._fs, enter_cgroup=enter)
        except (OSError, ValueError) as error:
            return f"not started: {error}"
        self._agent = agent
        self._tree.group = agent.pid
        self._report.agent = self._identities.of(agent.pid)
        self._report.started_at = iso(self._clock.now())
        for fd, name in ((agent.stdout, "stdout"), (agent.stderr, "stderr")):
            self._pipes[fd] = name
            self._selector.register(fd, selectors.EVENT_READ, name)
        self._stdin = agent.stdin
        self._send(launch.stdin or b"")
        if self._spec.timeout_s is not None:
            self._timeout_at = self._clock.monotonic() + self._spec.timeout_s
        self._phase = WorkerPhase.RUNNING
        self._write(lambda: self._stream.record([AgentEvent(kind=Kind.STARTED, text=f"pid {agent.pid}")]))
        return None

    def _over(self) -> bool:
        """The leader is gone, its pipes are closed, and nothing of the tree is left that should not be."""
        if not self._tree.leader_ended or self._pipes:
            return False
        living = self._tree.living()
        if not living:
            return True
        if self._spec.keep_processes and self._ending is None:
            self._kept = len(living)
            return True
        if self._ending is None:
            self._leftovers = self._tree.names(living)
            self._ended_processes = len(living)
            self._begin_ending(self._leftover_request(), reported=False)
        return False

    def _leftover_request(self) -> StopRequest:
        return StopRequest(verb=StopVerb.CANCEL, code=StopCode.CALLER_CANCELLED, reason="left behind")

    def _wait(self) -> None:
        """One round: sleep until something happens, then look at everything."""
        for key, _ in self._selector.select(self._sleep()):
            if isinstance(key.data, Doorbell):
                key.data.drain()
            elif isinstance(key.data, socket.socket):
                self._drain_wakeups(key.data)
            elif key.data == "stdin":
                self._send(b"")
            else:
                self._read(key.fd, key.data)
        self._tree.reap()
        self._look_at_pause()
        self._take_control()
        self._take_messages()
        self._drain_after_leader()
        self._carry_ending_on()
        self._heartbeat(self._progress.reason(self._clock.now()))

    def _drain_wakeups(self, wake: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while wake.recv(4096):
                pass

    def _sleep(self) -> float:
        """Seconds until something is due by itself."""
        now = self._clock.monotonic()
        due = [self._heartbeat_at + self._spec.heartbeat_s, self._timeout_at]
        if self._ending is not None:
            due.append(now + (LOOK_S if self._hurry(now) else 0.1))
        if self._drain_until is not None:
            due.append(self._drain_until)
        return max(0.0, min(due) - now)

    def _hurry(self, now: float) -> bool:
        """Killing needs looks every few milliseconds; waiting for a program's own end does not."""
        assert self._ending is not None
        gentle = self._ending.request.verb is StopVerb.STOP
        return not (gentle and now < self._ending.began + INTERRUPT_S)

    def _read(self, fd: int, name: str) -> None:
        if self._pause is not None or fd not in self._pipes:
            return
        data = read_chunk(fd)
        if data is None:
            return
        if not data:
            self._close_pipe(fd)
            return
        if name == "stdout":
            self._write(lambda: self._react(self._stream.stdout(data)))
        else:
            self._write(lambda: self._stream.stderr(data))
        if self._stream.output_bytes >= self._spec.output_cap_bytes:
            self._set_pause(PauseCause.OUTPUT_CAP)

    def _write(self, action: Callable[[], object]) -> None:
        """Do what writes; a disk that refuses pauses the reading, nothing else."""
        try:
            action()
        except OSError as error:
            _LOG.warning("not written: %s", error)
            self._set_pause(PauseCause.STORAGE_FULL)

    def _react(self, reaction: Reaction) -> None:
        self._send(reaction.outgoing)
        if reaction.signal is not None:
            self._tree.interrupt(reaction.signal)

    def _send(self, data: bytes) -> None:
        """To the agent's stdin, as much as it takes now; the rest when it is ready."""
        self._outgoing += data
        if self._stdin is None:
            return
        try:
            if self._outgoing:
                self._outgoing = self._outgoing[os.write(self._stdin, self._outgoing) :]
        except BlockingIOError:
            pass
        except OSError:
            # It closed its stdin: what it does not read it does not want.
            self._outgoing = b""
        registered = self._stdin in self._selector.get_map()
        if self._outgoing and not registered:
            self._selector.register(self._stdin, selectors.EVENT_WRITE, "stdin")
        elif not self._outgoing and registered:
            self._selector.unregister(self._stdin)

    def _close_pipe(self, fd: int) -> None:
        if fd in self._selector.get_map():
            self._selector.unregister(fd)
        del self._pipes[fd]
        os.close(fd)

    def _set_pause(self, cause: PauseCause | None) -> None:
        """Stop reading, or read again. A paused agent blocks when its pipe is full."""
        if cause is self._pause:
            return
        self._pause = cause
        for fd, name in self._pipes.items():
            registered = fd in self._selector.get_map()
            if cause is None and not registered:
                self._selector.register(fd, selectors.EVENT_READ, name)
            elif cause is not None and registered:
                self._selector.unregister(fd)
        self._phase = WorkerPhase.RUNNING if cause is None else WorkerPhase.PAUSED
        kind = Kind.RESUMED if cause is None else Kind.PAUSED
        if cause is not PauseCause.STORAGE_FULL:
            self._write(lambda: self._stream.record([AgentEvent(kind=kind, text=cause or "")]))
        self._heartbeat("activity_changed")

    def _look_at_pause(self) -> None:
        """Go on when the disk takes what it refused. A cap stays: only an end ends it."""
        if self._pause is not PauseCause.STORAGE_FULL:
            return
        try:
            self._stream.flush()
        except OSError:
            return
        self._set_pause(None)

    def _take_control(self) -> None:
        for name in maildir.pending(self._files.control_new):
            try:
                message = msgspec.json.decode(
                    maildir.take(self._fs, self._files.control_new, name), type=ControlMessage
                )
            except (msgspec.DecodeError, OSError) as error:
                _LOG.warning("control %s: %s", name, error)
                continue
            self._begin_ending(message.stop)
        now = self._clock.monotonic()
        if self._terminated:
            reason = "the supervisor was told to end"
            self._begin_ending(StopRequest(StopVerb.CANCEL, StopCode.CALLER_CANCELLED, reason))
        elif now >= self._timeout_at:
            self._timeout_at = float("inf")
            reason = f"longer than {self._spec.timeout_s:g} s"
            self._begin_ending(StopRequest(StopVerb.STOP, StopCode.WORKER_TIMEOUT, reason))

    def _begin_ending(self, request: StopRequest, *, reported: bool = True) -> None:
        now = self._clock.monotonic()
        if self._ending is not None:
            self._ending.override(request, now)
        else:
            self._ending = Ending(request, now)
            self._phase = WorkerPhase.STOPPING
            text = f"{request.verb}: {request.reason or request.code}"
            self._write(lambda: self._stream.record([AgentEvent(kind=Kind.STOPPING, text=text)]))
        if reported and not self._tree.leader_ended:
            self._report.stop = self._ending.request

    def _carry_ending_on(self) -> None:
        if self._ending is None:
            return
        match self._ending.next_act(self._clock.monotonic()):
            case Act.INTERRUPT:
                self._react(self._stream.interrupt(self._ending.request))
            case Act.TERMINATE:
                self._ended_processes = max(self._ended_processes, self._tree.signal(signal.SIGTERM))
            case Act.KILL:
                self._tree.kill()
                self._tree.reap()
            case Act.NOTHING:
                pass

    def _drain_after_leader(self) -> None:
        """Once the leader is gone its pipes get half a second; then our ends are closed."""
        if not self._tree.leader_ended or not self._pipes:
            self._drain_until = None if not self._pipes else self._drain_until
            return
        now = self._clock.monotonic()
        if self._drain_until is None:
            self._drain_until = now + DRAIN_S
            self._phase = WorkerPhase.DRAINING
        if self._pause is PauseCause.OUTPUT_CAP or now >= self._drain_until:
            self._report.cut = self._pause is PauseCause.OUTPUT_CAP
            for fd in list(self._pipes):
                self._close_pipe(fd)
            self._drain_until = None

    def _take_messages(self) -> None:
        events = list(self._outbox.new())
        try:
            if events:
                self._stream.record(events)
                self._stream.sync_events()
            self._outbox.taken()
        except OSError as error:
            _LOG.warning("messages not recorded: %s", error)
            self._set_pause(PauseCause.STORAGE_FULL)
            return
        if any(event.kind is Kind.MESSAGE for event in events):
            self._heartbeat("message")

    def _heartbeat(self, reason: str) -> None:
        """Say that we live, when it is time or when there is something to tell."""
        now = self._clock.monotonic()
        due = now >= self._heartbeat_at + self._spec.heartbeat_s
        if not (due or reason):
            return
        self._heartbeat_at = now
        moment = self._clock.now()
        status = WorkerStatus(
            worker_id=self._spec.worker_id,
            at=iso(moment),
            phase=self._phase,
            supervisor=self._us,
            agent=self._report.agent,
            tree=self._tree.living(),
            pause=self._pause,
            progress=self._progress.tell(moment) if reason else self._progress.progress(moment),
            coalesce_reason=reason,
            messages=self._outbox.count,
            output_bytes=self._stream.output_bytes,
            cgroup=str(self._cgroup.path) if self._cgroup else None,
        )
        with contextlib.suppress(OSError):
            # A heartbeat that cannot be written is the same as one that is late: the process table decides.
            write_replace(self._fs, self._files.status, msgspec.json.encode(status))
        if reason:
            ring(Path(self._spec.bell_path))

    def _conclude(self, spawn_error: str | None) -> None:
        """Everything is over: the last words, durably, then the bell."""
        self._take_messages()
        self._report.spawn_error = spawn_error
        self._report.write(
            self._stream,
            self._tree.exit_status,
            messages=self._outbox.count,
            leftovers=self._leftovers,
            ended_processes=self._ended_processes,
            survivors=self._kept,
        )
        self._phase = WorkerPhase.ENDED
        self._pause = None
        self._heartbeat("force")
        if self._cgroup is not None and not self._kept:
            self._cgroup.remove()


def supervise(attempt_dir: Path, *, fs: Fs, clock: Clock, identities: Identities) -> int:
    """Supervise the attempt in ``attempt_dir``; returns the exit status of the process.

    An attempt that somebody else has claimed is none of our business: nothing is started, exit status 0.
    """
    files = AttemptLayout(attempt_dir)
    become_subreaper()
    try:
        spec = read_snapshot(files.spec, AttemptSpec)
        for directory in (files.control_new, files.out_new):
            ensure_directory(fs, directory)
        supervisor = Supervisor(spec, files, fs, clock, identities)
    except (OSError, UnknownProgram, msgspec.DecodeError) as error:
        _LOG.error("%s: %s", files.spec, error)
        return EXIT_NO_SPEC
    if not supervisor.claim():
        return EXIT_DONE
    supervisor.run()
    return EXIT_DONE
