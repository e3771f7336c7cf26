"""How an agent ended, in its own stream: the last thing it said, and whether it said it at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crew_core.observe.picrew import contained, fields
from crew_core.observe.picrew.fields import Malformed, Record
from crew_core.observe.picrew.places import PicrewPlaces, is_task_id
from crew_core.observe.picrew.task_record import TaskRecord

#: The end of a stream that holds the last message: pi-crew cuts each at about 8 KB.
END_BYTES = 65_536

#: What pi-crew writes as the result of an agent that said nothing, and the SHA-256 of that.
NO_OUTPUT = "(no output)"
NO_OUTPUT_HASH = "efefc15c24ee8645a3f5f6958389db729c1577eb6b32aeac4caab2a86d90daa3"

_CONTACTS = frozenset({"supervisor_contact", "crew_supervisor_contact"})


@dataclass(frozen=True, slots=True)
class LastWords:
    """The last message of the assistant in a stream. ``seq`` is its number there, where it has one.

    ``contact``: a question to whoever supervises, which stands in the text as a line of JSON.
    """

    stop_reason: str
    error: str
    text: str
    seq: int | None
    contact: str = ""
    contact_seq: int | None = None

    @property
    def final(self) -> bool:
        """The agent meant to say no more, or could not."""
        return self.stop_reason not in ("", "toolUse")


def last_words(data: bytes) -> LastWords | None:
    """From the end of a stream (an agent's ``events.jsonl`` or a transcript); None when the assistant is not in it."""
    last: LastWords | None = None
    contact, contact_seq = "", None
    for seq, message in _messages(data):
        text = "\n".join(
            fields.text(part, "text") for part in fields.records(message, "content") if part.get("type") == "text"
        )
        asked = contact_in(text)
        if asked:
            contact, contact_seq = asked, seq
        last = LastWords(fields.text(message, "stopReason"), fields.text(message, "errorMessage"), text, seq)
    if last is None:
        return None
    return LastWords(last.stop_reason, last.error, last.text, last.seq, contact, contact_seq)


def _messages(data: bytes) -> Iterator[tuple[int | None, Record]]:
    for line in data.split(b"\n"):
        # Most lines are deltas and tools; only those that can hold a message are decoded.
        if b'"assistant"' not in line or b'"message' not in line:
            continue
        try:
            record = fields.decoded_record(line)
        except Malformed:
            # Half-written or damaged: what stands in the other lines still counts.
            continue
        event = fields.inner(record, "event") or record
        message = fields.inner(event, "message")
        if event.get("type") in ("message", "message_end") and message.get("role") == "assistant":
            yield fields.whole(record, "seq"), message


def contact_in(text: str) -> str:
    """What a line of JSON in an answer asks its supervisor; empty when there is none."""
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped.startswith("{") or "supervisor_contact" not in stripped:
            continue
        try:
            record = fields.decoded_record(stripped.encode())
        except (Malformed, UnicodeEncodeError):
            continue
        if record.get("type") in _CONTACTS:
            return fields.text(record, "message") or fields.text(record, "reason")
    return ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task that is recorded as completed came to, beside its record. ``path``: where the words stand."""

    words: LastWords | None
    path: Path | None
    empty: bool


class Answers:
    """Read once for each version of a record: an agent that has ended says nothing more."""

    def __init__(self, places: PicrewPlaces) -> None:
        self._places = places
        self._known: dict[str, tuple[TaskRecord, Answer]] = {}

    def of(self, task: TaskRecord) -> Answer:
        known = self._known.get(task.id)
        if known is not None and known[0] is task:
            return known[1]
        words, path = self._words(task.id)
        answer = Answer(words, path, self._is_empty(task))
        self._known[task.id] = (task, answer)
        return answer

    def _words(self, task_id: str) -> tuple[LastWords | None, Path | None]:
        """The agent's own events, unless they stop in the middle and the transcript does not."""
        found: tuple[LastWords | None, Path | None] = (None, None)
        for root, parts in self._streams(task_id) if is_task_id(task_id) else ():
            try:
                with contained.opened(root, *parts) as descriptor:
                    words = last_words(contained.read_end(descriptor, END_BYTES)[1])
            except OSError:
                # Not there, or not to be read: the next one, and without any the record stands alone.
                continue
            if words is not None and words.final:
                return words, root.joinpath(*parts)
            if words is not None and found[0] is None:
                found = words, root.joinpath(*parts)
        return found

    def _streams(self, task_id: str) -> list[tuple[Path, tuple[str, ...]]]:
        found: list[tuple[Path, tuple[str, ...]]] = [(self._places.run, ("agents", task_id, "events.jsonl"))]
        if self._places.crew is not None:
            transcript = ("artifacts", self._places.run.name, "transcripts", f"{task_id}.jsonl")
            found.append((self._places.crew, transcript))
        return found

    def _is_empty(self, task: TaskRecord) -> bool:
        result = task.result
        return result is not None and is_empty_result(self._places, result.path, result.size_bytes, result.content_hash)


def is_empty_result(places: PicrewPlaces, relative: str, size: int, content_hash: str) -> bool:
    """The result says nothing: by its recorded hash, or, where it is that small, by what it holds."""
    if content_hash == NO_OUTPUT_HASH:
        return True
    crew = places.crew
    if crew is None or size > len(NO_OUTPUT) + 2:
        return False
    try:
        with contained.opened(crew, "artifacts", places.run.name, *relative.split("/")) as descriptor:
            said = contained.read_whole(descriptor, 64)
    except OSError:
        # Cleaned up, which pi-crew does after a week: the record alone does not say that it was empty.
        return False
    # A file of another size was written or cut after it was recorded.
    return len(said) == size and said.strip() in (b"", NO_OUTPUT.encode())
