"""The scenarios: what the model says next, by the last marker of the conversation and the tool results after it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from crew_core.agents.as_words import BEFORE
from tests.model_server.conversation import Conversation, Speaker, Turn
from tests.model_server.reply import Call, Ending, Part, Reply, Text, Thought
from tests.model_server.tool_choice import Deed, Wish, choose

_MARKER = re.compile(r"\[\[scn:([a-z0-9_]+)([^\]]*)\]\]")

#: ``<current_datetime>…</current_datetime>`` before what was said.
_BRACKETED = re.compile(r"\A(?:\s*<(\w+)>.*?</\1>)+", re.DOTALL)

#: So much of a person's message is repeated to show that it came.
STEERED_SHOWN = 120

ANSWER = "Hello from the scripted model. The answer is 42."

#: A tool that never ends, with a child of its own that does not either.
_ENDLESS = "tail -f /dev/null & tail -f /dev/null"

_HARMLESS = "echo hello-from-tool"


@dataclass(frozen=True, slots=True)
class Scene:
    """The scenario's name and options, and what has happened since the message that named it."""

    name: str
    options: Mapping[str, str]
    marker: str
    since: tuple[Turn, ...]
    conversation: Conversation

    @property
    def step(self) -> int:
        return sum(turn.speaker is Speaker.TOOL for turn in self.since)

    def number(self, option: str, default: float) -> float:
        return float(self.options.get(option, default))

    @property
    def steered(self) -> str:
        """A mark that names the newest message of a person since then."""
        said = [words for turn in self.since if turn.speaker is Speaker.USER and (words := _of_a_person(turn.text))]
        return f" [steered: {said[-1][:STEERED_SHOWN]}]" if said else ""

    def wish(self, deed: Deed) -> Wish:
        cwd = self.options.get("cwd", ".")
        return Wish(
            deed,
            path=f"{cwd}/{self.options.get('file', 'out.txt' if deed is Deed.WRITE else 'README.md')}",
            command=unquote(self.options.get("cmd", _HARMLESS)),
            content="written by the model\n",
            old="alpha",
            new="ALPHA",
            named=self.options.get("as", ""),
            escalated="escalated" in self.options,
        )

    def call(self, wish: Wish, number: int = 0) -> Part:
        choice = choose(wish, self.conversation.tools)
        if choice is None:
            return Text((f"No tool for {wish.deed} is offered, only: {', '.join(self.conversation.tools)}.",))
        return Call(f"call_{len(self.conversation.turns)}_{number}", choice.name, choice.arguments)

    def closing(self) -> Reply:
        results = [turn.text for turn in self.since if turn.speaker is Speaker.TOOL]
        last = results[-1] if results else ""
        return say(f"Done after {self.step} tool results, the last of {len(last)} characters.{self.steered}")


def say(text: str) -> Reply:
    return Reply((Text((text,)),))


def next_reply(conversation: Conversation, failures: Counter[str]) -> Reply:
    """``failures`` counts the failing answers given so far, by marker."""
    scene = _scene(conversation)
    if conversation.wants_json:
        told = '{"reasoning": "as scripted", "next_speaker": "user", "model_choice": "flash"}'
        return replace(say(told), scenario=scene.name, aside=True)
    if _beside(conversation) or (not conversation.tools and "notools" not in scene.options):
        return replace(say("A title"), scenario=scene.name, aside=True)
    if scene.name.startswith("err"):
        reply = _failing(scene, failures)
    else:
        reply = _SCENARIOS.get(scene.name, _unknown)(scene)
    return replace(reply, scenario=scene.name, step=scene.step, delay_s=scene.number("delay", reply.delay_s))


def _scene(conversation: Conversation) -> Scene:
    for place in reversed(range(len(conversation.turns))):
        turn = conversation.turns[place]
        found = list(_MARKER.finditer(turn.text)) if turn.speaker is Speaker.USER else []
        if found:
            name, options = found[-1].groups()
            pairs = dict(word.split("=", 1) for word in options.split() if "=" in word)
            return Scene(name, pairs, found[-1].group(), conversation.turns[place + 1 :], conversation)
    return Scene("plain", {}, "", (), conversation)


def _beside(conversation: Conversation) -> bool:
    """Claude Code asks what the person could say next, with the tools and all that was said before."""
    said = conversation.said_by(Speaker.USER)
    return bool(said) and said[-1].lstrip().startswith("[SUGGESTION MODE")


def _of_a_person(text: str) -> str:
    """Programs put texts of their own between and before those of the person, in angle brackets; we say whose it is."""
    words = _BRACKETED.sub("", text).strip().removeprefix(BEFORE)
    return "" if words.startswith("<") else words


def _plain(scene: Scene) -> Reply:
    return say(ANSWER + scene.steered)


def _think(scene: Scene) -> Reply:
    return Reply((Thought("Let me think about this."), Text(("Thought about it." + scene.steered,))))


def _tool(*deeds: Deed) -> Callable[[Scene], Reply]:
    """``n`` repeats a single deed."""

    def reply(scene: Scene) -> Reply:
        wanted = deeds * int(scene.number("n", 1))
        if scene.step >= len(wanted):
            return scene.closing()
        return Reply((Text(("I will use a tool.",)), scene.call(scene.wish(wanted[scene.step]))))

    return reply


def _multi(scene: Scene) -> Reply:
    if scene.step:
        return scene.closing()
    return Reply((scene.call(scene.wish(Deed.SHELL)), scene.call(scene.wish(Deed.READ), 1)))


def _loop(scene: Scene) -> Reply:
    return Reply((Text((f"Again, {scene.step}.",)), scene.call(scene.wish(Deed.SHELL))))


def _shell(command: str) -> Callable[[Scene], Reply]:
    def reply(scene: Scene) -> Reply:
        if scene.step:
            return scene.closing()
        return Reply((scene.call(replace(scene.wish(Deed.SHELL), command=command)),))

    return reply


def _slow(scene: Scene) -> Reply:
    words = tuple(f"word{number} " for number in range(int(scene.number("n", 120))))
    return Reply((Text(words),), delay_s=0.25)


def huge_text(size_kb: int) -> str:
    """Lines of 1 024 characters, no two alike."""
    return "".join(_huge_line(number) for number in range(size_kb))


def _huge_line(number: int) -> str:
    return f"{number:06d} {random.Random(number).randbytes(508).hex()}\n"


def _huge(scene: Scene) -> Reply:
    return Reply((Text(tuple(_huge_line(number) for number in range(int(scene.number("kb", 5_000))))),))


def _broken(text: str, ending: Ending) -> Callable[[Scene], Reply]:
    return lambda scene: Reply((Text((text,)),) if text else (), ending)


def _failing(scene: Scene, failures: Counter[str]) -> Reply:
    """``err429 fails=2 ra=1``: fails so often, with that ``retry-after``, and then answers."""
    if failures[scene.marker] >= scene.number("fails", 2):
        return say(f"Recovered after {failures[scene.marker]} failures.")
    failures[scene.marker] += 1
    return Reply(status=int(scene.name.removeprefix("err")), retry_after=scene.options.get("ra", ""))


def _unknown(scene: Scene) -> Reply:
    return say(f"There is no scenario {scene.name!r}; there is: {', '.join(_SCENARIOS)}, err and a status.")


_SCENARIOS: Mapping[str, Callable[[Scene], Reply]] = {
    "plain": _plain,
    "think": _think,
    "bash": _tool(Deed.SHELL),
    "read": _tool(Deed.READ),
    "write": _tool(Deed.WRITE),
    # Some programs edit only what has been read.
    "edit": _tool(Deed.READ, Deed.EDIT),
    "multi": _multi,
    "loop": _loop,
    "sleeptool": _shell(_ENDLESS),
    "hugetool": _shell("seq 1 800000"),
    "slow": _slow,
    "huge": _huge,
    "hang": _broken("", Ending.HANGING),
    "stall": _broken("Some of it and then silence", Ending.STALLED),
    "drop": _broken("Some of it and then a cut", Ending.CUT),
}
