"""The result: what was seen of the end, durable even when the disk is full."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass

from crew_core.agents.protocol import Finish
from crew_core.model.attempt import Answer, AttemptResult, StopRequest
from crew_core.model.identity import ProcessIdentity
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.clock import Clock, iso
from crew_core.store.fs import Fs, write_durable
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import write_snapshot
from crew_core.worker.reserve import RESERVED_BYTES, Reserve
from crew_core.worker.stream import Stream

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Seen:
    """What the supervisor sees, filled in as it happens. ``exit_status`` is a wait status."""

    worker_id: str
    started_at: str
    agent: ProcessIdentity | None = None
    spawn_error: str | None = None
    exit_status: int | None = None
    stop: StopRequest | None = None
    #: Why some of its output was not read.
    cut: str | None = None
    survivors: int = 0
    ended_processes: int = 0
    leftovers: tuple[str, ...] = ()
    messages: int = 0
    dismissed: bool = False


class Report:
    """``write`` is called once, when the tree is empty."""

    def __init__(
        self, files: AttemptLayout, fs: Fs, clock: Clock, reserve: Reserve, *, abandoned: Callable[[], bool]
    ) -> None:
        """``abandoned`` says whether the attempt's directory is gone."""
        self._files = files
        self._fs = fs
        self._clock = clock
        self._reserve = reserve
        self._abandoned = abandoned

    def write(self, seen: Seen, stream: Stream, wait: Callable[[], StopRequest | None]) -> None:
        """Finish the stream, keep the answer, write ``result.json``. Returns when it is durable, or nobody can read it.

        ``wait`` is called while there is no room; it returns the request to end, if there is one by now. Then
        what finds no room is given up, and the result says so; without one, nothing is given up.
        """
        exit_code, signal = _split(seen.exit_status)
        finish = stream.finish(exit_code, signal) if seen.spawn_error is None else Finish()
        stream.record([_ended(seen, exit_code, signal)])
        lost = self._flush(seen, stream, wait)
        self._reserve.release()
        stream.sync()
        answer = self._keep_answer(seen, finish, wait) if finish.answer_seen else None
        faults = (finish.program_error, seen.cut, lost, stream.fault)
        result = AttemptResult(
            worker_id=seen.worker_id,
            started_at=seen.started_at,
            ended_at=iso(self._clock.now()),
            spawn_error=_text(seen.spawn_error),
            exit_code=exit_code,
            signal=signal,
            stop=seen.stop,
            answer=answer,
            answer_seen=finish.answer_seen,
            program_error=_text("; ".join(fault for fault in faults if fault)) or None,
            stderr_tail=stream.stderr_tail.decode("utf-8", "replace"),
            survivors=seen.survivors,
            ended_processes=seen.ended_processes,
            leftovers=seen.leftovers,
            output_bytes=stream.output_bytes,
            usage=finish.usage or stream.usage,
            messages=seen.messages,
            session=stream.dealings.session,
            model=stream.model or stream.dealings.model,
            dismissed=seen.dismissed,
        )
        # Asked first: what may lie in the directory's place is not ours to write to.
        while not self._abandoned() and not self._done(lambda: write_snapshot(self._fs, self._files.result, result)):
            # The heart goes on beating; what it reserves anew meanwhile is room for the result.
            wait()
            self._reserve.release()
        stream.close()

    def _flush(self, seen: Seen, stream: Stream, wait: Callable[[], StopRequest | None]) -> str | None:
        """Write what the disk refused before; returns what is lost."""
        while not stream.flush():
            if stream.pending < RESERVED_BYTES // 2:
                self._reserve.release()
                if stream.flush():
                    break
            seen.stop = seen.stop or wait()
            if seen.stop is not None:
                return f"{stream.give_up()} bytes of its output found no room on the disk"
        return None

    def _keep_answer(self, seen: Seen, finish: Finish, wait: Callable[[], StopRequest | None]) -> Answer | None:
        """None when it found no room and an end is asked for, or the attempt's directory is gone."""
        text = finish.answer
        while not self._abandoned():
            if self._done(lambda: write_durable(self._fs, self._files.answer, text)):
                digest = hashlib.sha256(text).hexdigest()
                return Answer(size_bytes=finish.answer_bytes, kept_bytes=len(text), content_hash=digest)
            seen.stop = seen.stop or wait()
            if seen.stop is not None:
                break
        return None

    def _done(self, action: Callable[[], object]) -> bool:
        """Whether a whole file could be written; a try that failed is no danger to the next one."""
        try:
            action()
        except OSError as error:
            _LOG.warning("not written, trying again: %s", error)
            return False
        return True


def _ended(seen: Seen, exit_code: int | None, signal: int | None) -> AgentEvent:
    if seen.spawn_error is not None:
        return AgentEvent(kind=Kind.ENDED, text=seen.spawn_error)
    return AgentEvent(kind=Kind.ENDED, text=f"signal {signal}" if signal is not None else f"exit status {exit_code}")


def _text(said: str | None) -> str | None:
    """As it can be written: an error may quote bytes that are no text."""
    return None if said is None else said.encode("utf-8", "replace").decode()


def _split(status: int | None) -> tuple[int | None, int | None]:
    """(exit code, signal) of a wait status."""
    if status is None:
        return None, None
    if os.WIFSIGNALED(status):
        return None, os.WTERMSIG(status)
    return os.WEXITSTATUS(status), None
