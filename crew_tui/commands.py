"""Everything that can be asked for by its name: the lines of the palette and of the menu. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crew_core.model.state import Task
from crew_core.observe.slices import RunRow
from crew_tui.actions import Action, Group
from crew_tui.choosing import Choice
from crew_tui.glyphs import UNICODE, Glyphs, sign_of
from crew_tui.keymap.entry import Key
from crew_tui.keymap.names import shown_key
from crew_tui.keymap.places import place_words
from crew_tui.keymap.reasons import OF_TASKS, why_not
from crew_tui.keymap.table import Keymap
from crew_tui.lines import Tone
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.situation import Situation
from crew_tui.text import clean

#: Commands asked for lately that come first.
_RECENT = 5

#: Runs that are listed for what has been typed; whoever wants another one types on.
_MOST_RUNS = 100

#: A command of more places needs no word about them: one is mostly in one.
_FEW_PLACES = 4

#: What comes first as long as nothing is typed. Moving is what nobody looks up by name.
_ORDER = (Group.STEER, Group.LOOK, Group.FIND, Group.PROGRAM, Group.MOVE)


class Kind(StrEnum):
    """What a line of the palette stands for. Its key is the kind, a colon, and which one."""

    ACTION = "action"
    RUN = "run"
    THEME = "theme"
    TASK = "task"
    #: What may follow the word; choosing it writes the word.
    INTO = "into"


@dataclass(frozen=True, slots=True)
class Named:
    """A line of the palette taken apart."""

    kind: Kind
    word: str


def named(key: str) -> Named:
    kind, _, word = key.partition(":")
    return Named(Kind(kind), word)


def actions(now: Situation, keymap: Keymap, recent: Iterable[str] = ()) -> tuple[Choice, ...]:
    """One line for each action: lately used ones, then those that can be done now, then the others with the reason."""
    choices = {choice.key: choice for choice in _choices(now, keymap, _ORDER)}
    first = [key for key in recent if key in choices and choices[key].enabled][:_RECENT]
    rest = [choice for key, choice in choices.items() if key not in first]
    return (
        *(choices[key] for key in first),
        *(choice for choice in rest if choice.enabled),
        *(choice for choice in rest if not choice.enabled),
    )


#: In the menu: what is done to a run or a task, then what is read about it, then what it is taken to.
_MENU = (
    Action.ALLOW,
    Action.DENY,
    Action.ANSWER_TASK,
    Action.MESSAGE_TASK,
    Action.INTERRUPT_TASK,
    Action.CANCEL_TASK,
    Action.STOP_TASK,
    Action.RETRY_TASK,
    Action.CANCEL_RUN,
    Action.STOP_RUN,
    Action.RETRY_RUN,
    Action.RESUME_RUN,
    Action.TRANSCRIPT,
    Action.SUMMARY,
    Action.ARTIFACTS,
    Action.STATUS_TEXT,
    Action.MANIFEST,
    Action.AGENTS_TEXT,
    Action.AGENT_EVENTS,
    Action.RAW_OUTPUT,
    Action.REPLAY,
    Action.COPY,
    Action.EDITOR,
    Action.SHELL,
)


def menu(now: Situation, keymap: Keymap) -> tuple[Choice, ...]:
    """What can be done to the selected run and task; what cannot is dim and says why. A key is an action's name."""
    found = {choice.key: choice for choice in _choices(now, keymap, tuple(Group))}
    wanted = [found[f"{Kind.ACTION}:{action}"] for action in _MENU if f"{Kind.ACTION}:{action}" in found]
    kept = [each for each in wanted if now.task is not None or named(each.key).word not in OF_TASKS]
    able = [each for each in kept if each.enabled]
    return tuple(_as_action(each) for each in (*able, *(each for each in kept if not each.enabled)))


def _as_action(choice: Choice) -> Choice:
    return Choice(named(choice.key).word, choice.label, choice.hint, choice.why_not, choice.sign, choice.also)


def _choices(now: Situation, keymap: Keymap, order: Sequence[Group]) -> list[Choice]:
    """For each action the entry that would be used, in the order of their groups, then of the table."""
    best: dict[Action, tuple[Key, str]] = {}
    for entry in keymap.entries:
        reason = why_not(entry, now)
        known = best.get(entry.action)
        if known is None or (known[1] and not reason):
            # At its own place, and not at that of an entry which holds elsewhere.
            best.pop(entry.action, None)
            best[entry.action] = (entry, reason)
    best.pop(Action.PALETTE, None)
    ordered = sorted(best.values(), key=lambda each: order.index(each[0].group))
    return [_choice(entry, reason) for entry, reason in ordered]


def _choice(entry: Key, reason: str) -> Choice:
    asks = "…" if entry.group is Group.STEER else ""
    keys = shown_key(entry.keys[0]) if entry.keys else ""
    place = place_words(entry.scope) if len(entry.scope) <= _FEW_PLACES else ""
    return Choice(
        f"{Kind.ACTION}:{entry.action}",
        f"{entry.says}{asks}",
        f"{place}  {keys}".strip(),
        reason,
        also=f"{entry.action} {entry.short}",
    )


def into(*, runs: bool, themes: bool, tasks: bool) -> tuple[Choice, ...]:
    """The words after which something else is named."""
    wanted = (
        (runs, Choice(f"{Kind.INTO}:{Kind.RUN} ", "run … : go to a run", "by id or goal")),
        (tasks, Choice(f"{Kind.INTO}:{Kind.TASK} ", "task … : transcript of a task", "by name")),
        (themes, Choice(f"{Kind.INTO}:{Kind.THEME} ", "theme … : other colours", "as you move")),
    )
    return tuple(choice for there, choice in wanted if there)


def theme_choices(names: Iterable[str], now: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"{Kind.THEME}:{name}", f"theme {name}", "now" if name == now else "") for name in names)


def task_choices(tasks: Iterable[Task], glyphs: Glyphs = UNICODE, *, prefix: str = "task ") -> tuple[Choice, ...]:
    """Tasks to choose one from: `task 04_tests`, with who works on it and its status."""
    choices = []
    for task in tasks:
        sign = sign_of(task.status, glyphs)
        key = f"{Kind.TASK}:{task.id}" if prefix else task.id
        hint = f"{clean(task.agent)} · {sign.word}"
        choices.append(Choice(key, f"{prefix}{clean(task.id)}", hint, sign=(sign.shape, sign.tone)))
    return tuple(choices)


class RunFinder:
    """Finds runs by any of their words. Made once: thousands of runs are looked through at each key."""

    def __init__(self, rows: Sequence[RunRow], glyphs: Glyphs = UNICODE) -> None:
        self._rows = rows
        self._glyphs = glyphs
        self._folded = [
            " ".join((Kind.RUN, row.run_id, row.goal, row.workflow, row.team, row.project, row.status or "")).casefold()
            for row in rows
        ]

    def find(self, query: str) -> tuple[Choice, ...]:
        """The first hundred that have every word of `query`."""
        words = query.casefold().split()
        found: list[Choice] = []
        for row, folded in zip(self._rows, self._folded, strict=True):
            if all(word in folded for word in words):
                found.append(self._choice(row))
                if len(found) == _MOST_RUNS:
                    break
        return tuple(found)

    def _choice(self, row: RunRow) -> Choice:
        sign = sign_of(row.status, self._glyphs)
        return Choice(
            f"{Kind.RUN}:{row.path}",
            f"run {row.run_id[-SHORT_ID:]} {clean(row.goal)}",
            f"{clean(row.workflow)} · {sign.word}",
            sign=(sign.shape, sign.tone if row.status is not None else Tone.FAIL),
            also=f"{row.run_id} {clean(row.team)} {clean(row.project)}",
        )
