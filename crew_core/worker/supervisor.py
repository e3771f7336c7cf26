"""The work of a supervisor: claim, start the agent, pass its output on, end its tree, report what was seen."""

from __future__ import annotations

import logging
import os
import selectors
import subprocess
from pathlib import Path

from crew_core.agents.protocol import Launch
from crew_core.agents.registry import open_session
from crew_core.model.attempt import AttemptSpec, PauseCause, StopRequest, WorkerPhase, WorkerStatus
from crew_core.model.status import StopCode, StopVerb
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.clock import Clock, iso
from crew_core.store.doorbell import Doorbell, ring
from crew_core.store.fs import Fs
from crew_core.store.identity import Identities
from crew_core.store.layout import AttemptLayout
from crew_core.store.temporary_directory import place_of, remove
from crew_core.worker.allowance import Allowance
from crew_core.worker.briefing import read_briefing
from crew_core.worker.cgroup import delegated
from crew_core.worker.claiming import make_claim
from crew_core.worker.control import Control
from crew_core.worker.conversation import Conversation
from crew_core.worker.dealings import Dealings
from crew_core.worker.dismissal import DISMISSED
from crew_core.worker.draining import Draining
from crew_core.worker.heartbeat import Heartbeat
from crew_core.worker.launch import Agent, start_agent
from crew_core.worker.outbox import Outbox
from crew_core.worker.pausing import Pausing
from crew_core.worker.progress import ProgressLedger
from crew_core.worker.pump import Pump
from crew_core.worker.redaction import known_secrets
from crew_core.worker.report import Report, Seen
from crew_core.worker.reserve import Reserve
from crew_core.worker.stopping import Stopping
from crew_core.worker.stream import Stream
from crew_core.worker.tree import Tree
from crew_core.worker.wakeups import Wakeups

_LOG = logging.getLogger(__name__)

#: How often a full disk is tried again.
STORAGE_LOOK_S = 1.0


class Supervisor:
    """One attempt, one process, one thread, one ``select``."""

    def __init__(self, spec: AttemptSpec, files: AttemptLayout, fs: Fs, clock: Clock, identities: Identities) -> None:
        self._spec = spec
        self._files = files
        self._fs = fs
        self._clock = clock
        self._identities = identities
        self._us = identities.current()
        self._seen = Seen(worker_id=spec.worker_id, started_at=iso(clock.now()))
        self._progress = ProgressLedger(clock.now(), *((1,) if spec.limited else ()))
        self._allowance = Allowance(spec, files, identities)
        self._briefing = read_briefing(files, spec)
        self._dealings = Dealings(spec.program, spec.cwd, self._briefing.prompt_hash)
        self._stream = Stream(fs, clock, files, self._progress, self._dealings)
        self._selector = selectors.DefaultSelector()
        for path in (files.control_bell, files.out_bell):
            bell = Doorbell.create_and_open(path)
            self._selector.register(bell.fileno(), selectors.EVENT_READ, bell.drain)
        self._cgroup = delegated(spec.worker_id)
        self._temporary = place_of(spec.worker_id, {**os.environ, **spec.settings.env})
        self._tree = Tree(identities, self._cgroup)
        self._control = Control(fs, files, Wakeups(self._selector))
        self._stopping = Stopping(self._tree)
        self._dealt = 0
        self._conversation = Conversation(self._stream, self._tree, self._stopping, self._selector, clock)
        self._pausing = Pausing(self._stream, spec.output_cap_bytes)
        self._pump = Pump(self._selector, self._stream, self._conversation.react)
        self._draining = Draining(self._pump, self._pausing, self._stopping, spec.output_cap_bytes)
        self._outbox = Outbox(fs, files.out_new)
        self._reserve = Reserve(fs, files.reserve)
        abandoned = self._control.abandoned
        self._report = Report(files, fs, clock, self._reserve, abandoned=abandoned)
        self._heartbeat = Heartbeat(spec, files.status, fs, clock, self._reserve, abandoned=abandoned)
        self._ended = False

    def claim(self) -> bool:
        """Make the claim; False when somebody else has it, and nothing may be started."""
        claimed = make_claim(
            self._fs,
            self._files,
            worker_id=self._spec.worker_id,
            us=self._us,
            at=iso(self._clock.now()),
            cgroup=str(self._cgroup.path) if self._cgroup else None,
            temporary=self._temporary,
        )
        if claimed:
            ring(Path(self._spec.bell_path))
        elif self._cgroup is not None:
            self._cgroup.remove()
        return claimed

    def run(self) -> None:
        """From the start of the agent to its durable result."""
        self._reserve.take()
        self._seen.spawn_error = self._start()
        self._beat("first")
        while self._seen.spawn_error is None and not self._over():
            self._wait()
        self._conclude()

    def _start(self) -> str | None:
        """Start the agent; returns why that failed."""
        try:
            session = open_session(self._spec, self._briefing.told)
            launch = session.open()
        except Exception as error:
            _LOG.exception("the adapter failed")
            return f"not started: {error}"
        enter = self._cgroup.enter if self._cgroup else (lambda: None)
        try:
            agent = start_agent(
                launch, self._spec, self._files, self._us, temporary=self._temporary, fs=self._fs, enter_cgroup=enter
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return f"not started: {error}"
        self._stream.decode_with(session)
        self._stream.hide(known_secrets({**os.environ, **launch.env, **self._spec.settings.env}))
        self._attend(agent, launch)
        return None

    def _attend(self, agent: Agent, launch: Launch) -> None:
        self._tree.group = agent.pid
        self._seen.agent = self._identities.of(agent.pid)
        self._seen.started_at = iso(self._clock.now())
        self._pump.attach(agent)
        self._conversation.begin(agent, launch)
        self._control.limit(self._clock.monotonic(), self._spec.timeout_s)
        self._stream.record([AgentEvent(kind=Kind.STARTED, text=f"pid {agent.pid}")])

    def _over(self) -> bool:
        """The leader is gone, its pipes are closed, and nothing of the tree is left that should not be."""
        if not self._tree.leader_ended or self._pump.open:
            return False
        childless = not self._tree.reap()
        living = self._tree.living()
        if (living or not childless) and (self._stopping.begun or not self._spec.keep_processes):
            if self._stopping.end_leftovers(living, self._clock.monotonic()):
                self._tell_stopping("what the agent left behind")
            return False
        self._seen.survivors = len(living)
        # What it printed waits for room, unless somebody wants the end now.
        return not self._stream.pending or self._stopping.request is not None

    def _wait(self) -> None:
        """One round: sleep until something happens, then look at everything."""
        for key, _ in self._selector.select(self._sleep()):
            key.data()
        self._tree.reap()
        if self._tree.leader_ended:
            self._control.no_limit()
            self._conversation.end()
        self._obey()
        self._converse()
        self._take_messages()
        if self._pausing.look():
            self._beat("activity_changed")
        self._pump.hold(self._pausing.cause is not None or self._conversation.congested)
        # What it has used is told before it is looked at what all have: of two at once, the later sees both.
        self._beat(self._progress.reason(self._clock.now()))
        self._keep_to_the_limit()
        if self._tree.leader_ended:
            self._draining.carry_on(self._clock.monotonic())
        self._carry_ending_on()

    def _sleep(self) -> float:
        """Seconds until something is due by itself."""
        now = self._clock.monotonic()
        due = [self._heartbeat.due_at, self._control.timeout_at, self._conversation.due_at]
        due.append(now + self._stopping.look_in(now))
        if self._pump.closes_at is not None:
            due.append(self._pump.closes_at)
        if self._pausing.cause is PauseCause.STORAGE_FULL:
            due.append(now + STORAGE_LOOK_S)
        return max(0.0, min(due) - now)

    def _obey(self) -> None:
        """Do what is asked; once the leader has ended by itself, that is not undone by a late request."""
        now = self._clock.monotonic()
        for request in self._control.requests(now):
            tell = not self._tree.leader_ended or self._pausing.cause is PauseCause.STORAGE_FULL
            if self._stopping.ask(request, now, tell=tell):
                self._tell_stopping(f"{request.verb}: {request.reason or request.code}")

    def _keep_to_the_limit(self) -> None:
        """The coordinator stops a run whose limit is used up; this holds also while there is none."""
        if self._tree.leader_ended or self._stopping.begun or not (reason := self._allowance.refused(self._progress)):
            return
        stop = StopRequest(StopVerb.STOP, StopCode.BUDGET_EXHAUSTED, reason, at=iso(self._clock.now()))
        self._stopping.ask(stop, self._clock.monotonic(), tell=True)
        self._tell_stopping(f"stop: {reason}")

    def _converse(self) -> None:
        """Talk with the agent, send it away when its work is done, tell of what passed between it and the person."""
        now = self._clock.monotonic()
        self._conversation.go_on(self._control.steers, now)
        if self._conversation.overstays(now):
            self._seen.dismissed = True
            self._stopping.ask(DISMISSED, now, tell=False)
            self._tell_stopping(DISMISSED.reason)
        if self._dealings.count > self._dealt:
            self._dealt = self._dealings.count
            self._beat("dealings")

    def _tell_stopping(self, text: str) -> None:
        self._stream.record([AgentEvent(kind=Kind.STOPPING, text=text)])

    def _carry_ending_on(self) -> None:
        interrupt = self._stopping.carry_on(self._clock.monotonic())
        if interrupt is not None:
            self._conversation.react(self._stream.interrupt(interrupt))

    def _take_messages(self) -> None:
        if self._outbox.take(self._stream):
            self._beat("message")

    def _beat(self, reason: str) -> None:
        self._heartbeat.beat(reason, lambda: self._status(reason))

    def _status(self, reason: str) -> WorkerStatus:
        moment = self._clock.now()
        return WorkerStatus(
            worker_id=self._spec.worker_id,
            at=iso(moment),
            phase=self._phase(),
            supervisor=self._us,
            agent=self._seen.agent,
            tree=self._tree.living(),
            pause=self._pausing.cause,
            progress=self._progress.tell(moment) if reason else self._progress.progress(moment),
            coalesce_reason=reason,
            messages=self._outbox.count,
            dealings=self._dealings.count,
            output_bytes=self._stream.output_bytes,
            cgroup=str(self._cgroup.path) if self._cgroup else None,
        )

    def _phase(self) -> WorkerPhase:
        facts = (
            (self._ended, WorkerPhase.ENDED),
            (self._tree.group is None, WorkerPhase.STARTING),
            (self._stopping.begun, WorkerPhase.STOPPING),
            (self._tree.leader_ended, WorkerPhase.DRAINING),
            (self._pausing.cause is not None, WorkerPhase.PAUSED),
        )
        return next((phase for true, phase in facts if true), WorkerPhase.RUNNING)

    def _conclude(self) -> None:
        """Everything is over: the last words, durably, then the bell."""
        self._take_messages()
        seen = self._seen
        seen.exit_status = self._tree.exit_status
        seen.stop = self._stopping.request
        seen.cut = self._draining.cut
        seen.ended_processes = self._tree.ended
        seen.leftovers = self._stopping.leftovers
        seen.messages = self._outbox.count
        if not seen.survivors:
            # Before the result: once that is there, nobody looks after the attempt any more.
            remove(self._temporary, self._spec.worker_id)
        self._report.write(seen, self._stream, self._wait_for_room)
        self._ended = True
        self._pausing.cause = None
        self._beat("force")
        if self._cgroup is not None and not seen.survivors:
            self._cgroup.remove()

    def _wait_for_room(self) -> StopRequest | None:
        """A moment later, the request to end that has come meanwhile."""
        if self._pausing.wait_for_room():
            self._beat("activity_changed")
        for key, _ in self._selector.select(STORAGE_LOOK_S):
            key.data()
        self._obey()
        self._beat("")
        return self._stopping.request
