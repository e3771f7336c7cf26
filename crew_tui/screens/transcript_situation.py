"""What decides which keys of a transcript do something now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crew_core.observe.slices import TasksSlice
from crew_tui.actions import Action
from crew_tui.situation import Region, Situation
from crew_tui.subjects import attempt_beside, task_beside

if TYPE_CHECKING:
    from crew_tui.panes.transcript import TranscriptPane


def transcript_situation(pane: TranscriptPane, tasks: TasksSlice, *, leading_out: Iterable[Action]) -> Situation:
    """:param leading_out: what can be done with a file that can be read."""
    offers = _of_entries(pane) | _of_subject(pane, tasks)
    contents = pane.contents
    if pane.subject.attempt is not None and contents is not None and contents.path is not None and not contents.failed:
        offers |= set(leading_out)
    return Situation(region=Region.TRANSCRIPT, rows=pane.count, offers=frozenset(offers))


def _of_entries(pane: TranscriptPane) -> set[Action]:
    offers: set[Action] = set()
    if pane.count:
        offers |= {Action.SEARCH, Action.WRAP, Action.COPY}
    if pane.may_turn_all(unfolded=True):
        offers.add(Action.UNFOLD_ALL)
    if pane.may_turn_all(unfolded=False):
        offers.add(Action.FOLD_ALL)
    if pane.subject.grows and pane.count:
        offers.add(Action.FOLLOW)
    if pane.foldable:
        offers.add(Action.FOLD)
    if pane.edits:
        offers.add(Action.DIFF)
    if pane.matches.any:
        offers |= {Action.NEXT_MATCH, Action.PREVIOUS_MATCH}
    return offers


def _of_subject(pane: TranscriptPane, tasks: TasksSlice) -> set[Action]:
    """What leads to the attempts and tasks beside it."""
    subject = pane.subject
    offers: set[Action] = set()
    if subject.attempt is not None:
        offers.add(Action.RAW_OUTPUT)
    if task_beside(tasks, subject, 1) is not None:
        offers |= {Action.NEXT_AGENT, Action.PREVIOUS_AGENT}
    if attempt_beside(subject, 1) is not None:
        offers.add(Action.NEXT_ATTEMPT)
    if attempt_beside(subject, -1) is not None:
        offers.add(Action.PREVIOUS_ATTEMPT)
    return offers
