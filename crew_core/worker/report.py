"""The result: what was seen of the end, durable even when the disk is full."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable

from crew_core.model.attempt import Answer, AttemptResult, AttemptSpec, StopRequest
from crew_core.model.identity import ProcessIdentity
from crew_core.store.clock import Clock, iso
from crew_core.store.fs import Fs, write_durable
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import write_snapshot
from crew_core.worker.stream import Stream

_LOG = logging.getLogger(__name__)

#: Room for a result with its longest lists, twice (temporary file and old one).
RESERVED_BYTES = 65_536

_TRY_AGAIN_S = 1.0


class Report:
    """Collects what the supervisor sees; ``write`` is called once, when the tree is empty."""

    def __init__(self, spec: AttemptSpec, files: AttemptLayout, fs: Fs, clock: Clock) -> None:
        self._spec = spec
        self._files = files
        self._fs = fs
        self._clock = clock
        self.agent: ProcessIdentity | None = None
        self.started_at = iso(clock.now())
        self.stop: StopRequest | None = None
        self.spawn_error: str | None = None
        #: Output was left unread because of the cap.
        self.cut = False

    def reserve(self) -> None:
        """Take room on the disk now, so that there is some for the result later."""
        try:
            fd = self._fs.create_exclusive(self._files.reserve)
        except OSError as error:
            _LOG.warning("no room reserved: %s", error)
            return
        try:
            self._fs.write(fd, bytes(RESERVED_BYTES))
        except OSError as error:
            _LOG.warning("no room reserved: %s", error)
        finally:
            self._fs.close(fd)

    def _release(self) -> None:
        try:
            self._fs.unlink(self._files.reserve)
        except OSError:
            # Never made, or given back already.
            return

    def write(
        self,
        stream: Stream,
        exit_status: int | None,
        *,
        messages: int,
        leftovers: tuple[str, ...],
        ended_processes: int,
        survivors: int,
    ) -> None:
        """Finish the stream, keep the answer, write ``result.json``. Returns when it is durable."""
        exit_code, signal = _split(exit_status)
        finish = stream.finish(exit_code, signal)
        try:
            stream.record(finish.events)
        except OSError as error:
            # What was not written is kept by the stream, and flushed below.
            _LOG.warning("not written, trying again: %s", error)
        self._release()
        self._insist(stream.sync, stream)
        answer = self._keep_answer(finish.answer, finish.answer_bytes) if finish.answer_seen else None
        fault = finish.program_error
        if self.cut and fault is None:
            fault = f"its output was cut at {self._spec.output_cap_bytes} bytes"
        result = AttemptResult(
            worker_id=self._spec.worker_id,
            started_at=self.started_at,
            ended_at=iso(self._clock.now()),
            spawn_error=self.spawn_error,
            exit_code=exit_code,
            signal=signal,
            stop=self.stop,
            answer=answer,
            answer_seen=finish.answer_seen and self.spawn_error is None,
            program_error=fault,
            stderr_tail=stream.stderr_tail.decode("utf-8", "replace"),
            survivors=survivors,
            ended_processes=ended_processes,
            leftovers=leftovers,
            output_bytes=stream.output_bytes,
            usage=finish.usage,
            messages=messages,
        )
        self._insist(lambda: write_snapshot(self._fs, self._files.result, result), stream)
        stream.close()

    def _keep_answer(self, text: bytes, size_bytes: int) -> Answer:
        self._insist(lambda: write_durable(self._fs, self._files.answer, text), None)
        return Answer(size_bytes=size_bytes, kept_bytes=len(text), content_hash=hashlib.sha256(text).hexdigest())

    def _insist(self, action: Callable[[], object], stream: Stream | None) -> None:
        """Do what must be done; on a full disk say so and try again every second."""
        while True:
            try:
                if stream is not None:
                    stream.flush()
                action()
            except OSError as error:
                _LOG.warning("not written, trying again: %s", error)
                self._release()
                time.sleep(_TRY_AGAIN_S)
                continue
            return


def _split(status: int | None) -> tuple[int | None, int | None]:
    """(exit code, signal) of a wait status."""
    if status is None:
        return None, None
    if os.WIFSIGNALED(status):
        return None, os.WTERMSIG(status)
    return os.WEXITSTATUS(status), None
