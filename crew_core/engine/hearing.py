"""What the run has to know of an agent's events: its messages, what it asks, what it took, which conversation it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from crew_core.engine.ledger import Ledger
from crew_core.engine.sessions import session_told
from crew_core.engine.workers import Worker
from crew_core.model import events as e
from crew_core.model.asks import Ask, AskKind
from crew_core.model.records import Message
from crew_core.model.steering import DeliveryState
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.regular import open_regular

#: Bytes of an attempt's events that are read at once.
_READ_BYTES = 1 << 20

_HEARD = frozenset(
    {Kind.MESSAGE, Kind.SESSION, Kind.PERMISSION, Kind.QUESTION, Kind.ANSWERED, Kind.DELIVERY},
)

#: How a line begins that the supervisor wrote of such an event. Most lines are text, and are not decoded.
_BEGINNINGS = tuple(f'{{"kind":"{kind}"'.encode() for kind in _HEARD)

#: Of what an agent asks; the transcript has all of it.
_ASK_CHARS = 2_000

_MOST_ASKS = 100

_MOST_OPTIONS = 20


class Hearing:
    """Journals each event once, by reading only what was appended. After a crash everything is read again."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def hear(self, worker: Worker) -> None:
        events = _appended(worker)
        for event in events:
            match event.kind:
                case Kind.MESSAGE:
                    self._message(worker, event)
                case Kind.DELIVERY:
                    self._delivery(worker, event)
                case Kind.SESSION:
                    worker.session = session_told(worker.files, event) or worker.session
                case _:
                    pass
        self._asks(worker, events)

    def _message(self, worker: Worker, event: AgentEvent) -> None:
        known = {m.id for m in self._ledger.state.messages if m.task_id == worker.task_id}
        if event.id in known or not event.id:
            return
        message = Message(
            id=event.id,
            task_id=worker.task_id,
            kind=str((event.data or {}).get("kind", "message")),
            to=event.to,
            text=event.text,
            at=event.at,
        )
        count = self._ledger.task(worker.task_id).messages + 1
        self._ledger.record(
            e.MessageReceived(received=message, messages=count), worker.task_id, provenance="live_worker"
        )

    def _delivery(self, worker: Worker, event: AgentEvent) -> None:
        """It only ever gets further: what is read again changes nothing."""
        attempt = self._ledger.task(worker.task_id).attempts[-1]
        sent = next((each for each in attempt.sent if each.steer.id == event.id), None)
        try:
            state = DeliveryState((event.data or {}).get("state", ""))
        except ValueError:
            return
        if sent is None or state.rank <= sent.state.rank:
            return
        self._ledger.record(
            e.MessageDelivery(n=worker.n, id=event.id, state=state, said=event.text),
            worker.task_id,
            message=": ".join(part for part in (state, event.text) if part),
            provenance="live_worker",
        )

    def _asks(self, worker: Worker, events: Iterable[AgentEvent]) -> None:
        """What is asked and answered within one look needs nobody."""
        asked: dict[str, AgentEvent] = {}
        answered: dict[str, str] = {}
        for event in events:
            if event.kind in (Kind.PERMISSION, Kind.QUESTION):
                asked[event.id] = event
            elif event.kind is Kind.ANSWERED:
                asked.pop(event.id, None)
                answered[event.id] = event.text
        for ask in self._ledger.task(worker.task_id).asks:
            if ask.id in answered:
                said = answered[ask.id]
                self._ledger.record(
                    e.TaskAnswered(id=ask.id, said=said),
                    worker.task_id,
                    message=said or None,
                    provenance="live_worker",
                )
        open_asks = {ask.id for ask in self._ledger.task(worker.task_id).asks}
        for event in list(asked.values())[: _MOST_ASKS - len(open_asks)]:
            if event.id not in open_asks:
                ask = _ask_of(event)
                said = f"{ask.kind}: {ask.line}"
                self._ledger.record(e.TaskAsked(ask=ask), worker.task_id, message=said, provenance="live_worker")


def _ask_of(event: AgentEvent) -> Ask:
    return Ask(
        id=event.id,
        kind=AskKind.PERMISSION if event.kind is Kind.PERMISSION else AskKind.QUESTION,
        text=event.text if len(event.text) <= _ASK_CHARS else f"{event.text[:_ASK_CHARS]}…",
        tool=event.tool,
        since=event.at,
        options=tuple(_options((event.data or {}).get("options"))),
    )


def _options(found: object) -> Iterator[str]:
    """The words for them: programs give words, or records that have a name."""
    if not isinstance(found, Sequence) or isinstance(found, str):
        return
    for each in found[:_MOST_OPTIONS]:
        name = each.get("label") or each.get("name") if isinstance(each, dict) else each
        if isinstance(name, str) and name:
            yield name[:_ASK_CHARS]


def _appended(worker: Worker) -> list[AgentEvent]:
    """What matters here of the complete lines that were appended since the last call."""
    found: list[AgentEvent] = []
    try:
        with open_regular(worker.files.events) as file:
            file.seek(worker.events_offset)
            rest = b""
            while chunk := file.read(_READ_BYTES):
                lines = (rest + chunk).split(b"\n")
                rest = lines.pop()
                found.extend(_understood(lines))
            worker.events_offset = file.tell() - len(rest)
    except FileNotFoundError:
        return []
    return found


def _understood(lines: list[bytes]) -> Iterator[AgentEvent]:
    for line in lines:
        if not line.startswith(_BEGINNINGS):
            continue
        try:
            event = msgspec.json.decode(line, type=AgentEvent)
        except (ValueError, RecursionError):
            continue
        if event.kind in _HEARD:
            yield event
