"""The mailbox of a run: letters from four kinds of files, with the newest state of each from a fifth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from crew_core.observe.picrew import contained, fields
from crew_core.observe.picrew.fields import Malformed, Record
from crew_core.observe.picrew.held import Held
from crew_core.observe.picrew.places import DELIVERY, MAILBOX, is_task_id
from crew_core.observe.slices import Problem
from crew_core.observe.tab_slices import Box, Letter

#: pi-crew moves a mailbox aside at 10 MB.
_LARGEST_BOX = 16 * 1024 * 1024

#: Problems of one file that are told one by one.
_TOLD = 5

#: What a letter has besides its text; the rest of its fields have places of their own.
_EXTRAS = ("data", "deliveryMode", "replyDeadline", "repliedAt", "replyContent", "replyFrom")


@dataclass(slots=True)
class _BoxFile:
    """One file of letters; letters whose line did not change are the same objects."""

    path: Path
    box: Box
    task_id: str | None
    problems: tuple[Problem, ...] = ()
    known: dict[bytes, Letter] | None = None

    def parse(self, data: bytes) -> tuple[Letter, ...]:
        lines = data.split(b"\n")
        kept: dict[bytes, Letter] = {}
        bad: list[Problem] = []
        offset = 0
        for index, line in enumerate(lines):
            unfinished = index == len(lines) - 1
            if line.strip():
                letter = self._letter(line, offset, bad, unfinished=unfinished)
                if letter is not None:
                    kept[line] = letter
            offset += len(line) + 1
        if len(bad) > _TOLD:
            bad[_TOLD:] = [Problem(self.path, f"{len(bad) - _TOLD} more lines are damaged")]
        self.known, self.problems = kept, tuple(bad)
        return tuple(kept.values())

    def _letter(self, line: bytes, offset: int, bad: list[Problem], *, unfinished: bool) -> Letter | None:
        known = (self.known or {}).get(line)
        if known is not None:
            return known
        try:
            if len(line) > contained.LONGEST_LINE:
                raise Malformed(f"it has {len(line)} bytes")
            return letter_from(fields.decoded_record(line), self.box, self.task_id)
        except Malformed as error:
            # A last line without its newline is being written.
            if not unfinished:
                bad.append(Problem(self.path, f"a line is no letter: {error} (line at byte {offset})"))
            return None


def letter_from(record: Record, box: Box, task_id: str | None) -> Letter:
    """:raises Malformed: it has no id, or nobody wrote it."""
    letter_id = fields.text(record, "id")
    if not letter_id or not isinstance(record.get("body"), str):
        raise Malformed("it has no id or no text")
    data = fields.inner(record, "data")
    extras = {name: record[name] for name in _EXTRAS if record.get(name)}
    return Letter(
        id=letter_id,
        box=box,
        kind=fields.text(record, "kind") or fields.text(data, "kind") or "message",
        sender=_name(fields.text(record, "from")),
        to=_name(fields.text(record, "to")),
        at=fields.text(record, "createdAt"),
        text=fields.text(record, "body"),
        task_id=fields.maybe(record, "taskId") or task_id,
        status="acknowledged" if record.get("acknowledgedAt") else fields.text(record, "status"),
        urgent=record.get("priority") == "urgent",
        reply_to=fields.maybe(record, "replyTo"),
        data=msgspec.json.encode(extras).decode() if extras else "",
    )


def _name(address: str) -> str:
    """An agent is addressed as its task or as ``run:task``."""
    return address.rpartition(":")[2]


def _delivery_from(data: bytes) -> Mapping[str, str]:
    messages = fields.inner(fields.decoded_record(data), "messages")
    return {name: state for name, state in messages.items() if isinstance(state, str)}


class Mailbox:
    """``letters`` oldest first: the same tuple as long as nothing was written."""

    def __init__(self, run_dir: Path) -> None:
        self.letters: tuple[Letter, ...] = ()
        #: Those that are there, for whoever wants to notice a new letter.
        self.directories: frozenset[Path] = frozenset()
        self._run_dir = run_dir
        self._delivery = Held(run_dir, (MAILBOX, DELIVERY), _delivery_from)
        self._boxes: dict[tuple[str, ...], tuple[Held[tuple[Letter, ...]], _BoxFile]] = {}
        self._with_state: dict[tuple[str, ...], Letter] = {}
        self._listing_problem: Problem | None = None
        self._told: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The same objects while the same things are wrong."""
        found = [self._listing_problem, self._delivery.problem]
        found += [held.problem for held, _ in self._boxes.values()]
        told = tuple(problem for problem in found if problem is not None)
        return told + tuple(problem for _, box in self._boxes.values() for problem in box.problems)

    def read(self) -> bool:
        """Whether any letter is different, or anything else is wrong than before."""
        changed = self._delivery.look()
        files = self._files()
        for gone in self._boxes.keys() - files.keys():
            del self._boxes[gone]
            changed = True
        for parts, (box, task_id) in files.items():
            if parts not in self._boxes:
                file = _BoxFile(self._run_dir.joinpath(*parts), box, task_id)
                self._boxes[parts] = Held(self._run_dir, parts, file.parse, most=_LARGEST_BOX), file
            changed |= self._boxes[parts][0].look()
        before, self._told = self._told, self.problems
        return (changed and self._gather()) or self._told != before

    def _files(self) -> dict[tuple[str, ...], tuple[Box, str | None]]:
        found: dict[tuple[str, ...], tuple[Box, str | None]] = {}
        self._listing_problem = None
        try:
            names = contained.names_in(self._run_dir, MAILBOX)
            tasks = contained.names_in(self._run_dir, MAILBOX, "tasks") if "tasks" in names else []
            found.update(_boxes((MAILBOX,), names, None))
            for task_id in filter(is_task_id, tasks):
                parts = (MAILBOX, "tasks", task_id)
                found.update(_boxes(parts, contained.names_in(self._run_dir, *parts), task_id))
        except OSError as error:
            path = Path(error.filename or self._run_dir / MAILBOX)
            self._listing_problem = Problem(path, f"cannot be read: {contained.why_not(error)}")
        self.directories = frozenset(self._run_dir.joinpath(*parts[:-1]) for parts in found)
        return found

    def _gather(self) -> bool:
        states = self._delivery.value or {}
        kept: dict[tuple[str, ...], Letter] = {}
        for parts, (held, _) in self._boxes.items():
            for letter in held.value or ():
                now = replace(letter, status=states.get(letter.id, letter.status))
                key = (*parts, letter.id)
                known = self._with_state.get(key)
                kept[key] = known if known == now and known is not None else now
        self._with_state = kept
        letters = tuple(sorted(kept.values(), key=lambda letter: (letter.at, letter.id)))
        before = self.letters
        if len(letters) == len(before) and all(a is b for a, b in zip(letters, before, strict=True)):
            return False
        self.letters = letters
        return True


def _boxes(
    parts: tuple[str, ...], names: Sequence[str], task_id: str | None
) -> Iterator[tuple[tuple[str, ...], tuple[Box, str | None]]]:
    for name in names:
        # Also what was moved aside: outbox.jsonl.2026-05-15T16-24-00-000Z.archive.jsonl
        box = next((box for box in Box if name.startswith(f"{box}.jsonl")), None)
        if box is not None and name.endswith(".jsonl"):
            yield (*parts, name), (box, task_id)
