"""The lines of one agent's file as lines of output, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.event_words import event_words
from crew_core.observe.joined_text import JoinedText
from crew_core.observe.line_start import line_start
from crew_core.observe.run_source import Decode
from crew_core.observe.tab_slices import OutputLine

#: No line of output is that long in the file: what grows beyond 64 Ki characters is cut.
_LONGEST_WARM_UP_BYTES = 8 << 20

#: A line of output, with the moment by which it is put among those of other agents.
Timed = tuple[str, OutputLine]


class OutputDecoding:
    """Feed it the lines of one file in order."""

    def __init__(self, task_id: str, decode: Decode) -> None:
        self._task_id = task_id
        self._decode = decode
        self._joined = JoinedText()
        #: It has said something: then its result repeats it.
        self.spoke = False
        #: The latest moment that it told of: a file is in the order of what happened, also where it does not say when.
        self.at = ""
        #: The line that still grows.
        self.growing: OutputLine | None = None
        self._took = self._told = False

    @property
    def certain(self) -> bool:
        """Wherever it began in the file: of a text that goes on it has the line from its beginning."""
        return self._told or not self._took

    def take(self, line: bytes) -> list[Timed]:
        """What is complete with this line."""
        told: list[Timed] = []
        for event in self._decode(line):
            self._took = True
            # Where it ends a line it does so wherever one began to read.
            joined = self._joined.take(event)
            self._told = self._told or bool(joined)
            told += self._timed([each for each in joined if each.kind is not Kind.RESULT or not self.spoke])
            self.spoke = self.spoke or event.kind is Kind.TEXT
        return told

    def end(self) -> list[Timed]:
        """What is left, when nothing more comes."""
        return self._timed(self._joined.end())

    def grow(self) -> None:
        """Make ``growing`` of what is there by now; the same object as long as it says the same."""
        opened = self._joined.open
        if (opened.text if opened else "") != (self.growing.text if self.growing else ""):
            self.growing = OutputLine(opened.at, self._task_id, opened.kind, opened.text) if opened else None

    def _timed(self, events: Sequence[AgentEvent]) -> list[Timed]:
        told: list[Timed] = []
        for event in events:
            self.at = max(self.at, event.at)
            words = event_words(event)
            lines = words.split("\n") if words else ()
            told += ((self.at, OutputLine(event.at, self._task_id, event.kind, line)) for line in lines)
        return told


def decoding_at(
    file: BinaryIO, start: int, task_id: str, decoder: Callable[[], Decode], warm_up_bytes: int
) -> OutputDecoding:
    """One that knows what goes on at ``start``, where a line begins.

    :param warm_up_bytes: are read before that; doubled as long as it is not certain where a text that goes on began.
    :raises OSError: the file cannot be read.
    """
    before = warm_up_bytes
    while True:
        begin = line_start(file, start - before)
        decoding = OutputDecoding(task_id, decoder())
        file.seek(begin)
        for line in file.read(start - begin).split(b"\n")[:-1]:
            decoding.take(line)
        if decoding.certain or begin == 0 or before >= _LONGEST_WARM_UP_BYTES:
            # A result repeats only what is shown.
            decoding.spoke = False
            return decoding
        before *= 2
