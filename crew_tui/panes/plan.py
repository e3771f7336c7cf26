"""What the selected run means to do: its phases with their tasks, and whether somebody has to approve that."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import partial

from rich.cells import cell_len

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.observe.slices import RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import Approval, PlanItem, PlanPhase, PlanSlice
from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs, Sign, sign_of
from crew_tui.lines import (
    BLANK,
    MARK,
    Column,
    Kept,
    Line,
    Tone,
    columns,
    endless,
    line,
    paragraph,
    ruled,
    spread,
    text_line,
    wrapped,
)
from crew_tui.panes import plan_revision
from crew_tui.panes.agents import task_sign
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.plan_folding import PlanFolding, key_of
from crew_tui.quantities import age, elapsed, plural
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.widgets.view import View

NO_PLAN = "This workflow has no plan step: its tasks are those of the graph."

#: In a list of what a task waits for, more are counted.
_MOST_AFTER = 3


def approval_lines(approval: Approval, run: RunSlice, frame: Frame) -> tuple[Line, ...]:
    """What was decided, when and by whom; or that it is still to be."""
    word = clean(approval.status)
    since = age(elapsed(approval.at, None, frame.now)) if approval.at else ""
    when = "" if not since else " just now" if since == "now" else f" {since} ago"
    by = f" by {clean(approval.by)}" if approval.by else ""
    match word:
        case "pending":
            since = f" for {since}" if since and since != "now" else ""
            where = " Decide where it was started." if run.foreign else ""
            said = f"{frame.glyphs.attention} approval pending{since}: tasks that change files wait for it.{where}"
            tone = Tone.WARN
        case "approved":
            said, tone = f"{frame.glyphs.statuses['completed']} approved{by}{when}", Tone.OK
        case "cancelled" | "rejected":
            said, tone = f"{frame.glyphs.statuses['cancelled']} {word}{by}{when}", Tone.WARN
        case _:
            said, tone = f"{frame.glyphs.unknown} {word or 'unknown'}{by}{when}", Tone.DIM
    return wrapped(said, frame.width, tone, most=2)


def phase_sign(members: Sequence[Task | None], glyphs: Glyphs) -> Sign:
    """That of what matters most in it; a phase without tasks is still to come."""
    statuses = {task.status for task in members if task is not None}
    order = (TaskStatus.RUNNING, TaskStatus.WAITING, TaskStatus.FAILED, TaskStatus.CANCELLED)
    found = next((status for status in order if status in statuses), None)
    if found is None and (TaskStatus.QUEUED in statuses or None in members or not members):
        found = TaskStatus.QUEUED
    return sign_of(found or (TaskStatus.COMPLETED if TaskStatus.COMPLETED in statuses else TaskStatus.SKIPPED), glyphs)


def phase_line(phase: PlanPhase, members: Sequence[Task | None], frame: Frame, *, folded: bool = False) -> Line:
    """It can be selected and folded, unless there is nothing in it."""
    sign = phase_sign(members, frame.glyphs)
    fold = frame.glyphs.folded if folded else frame.glyphs.unfolded
    done = sum(task is not None and task.status.ended for task in members)
    name = clean(phase.name) or "phase"
    return line(
        (MARK, Tone.DIM),
        (f"{fold if members else ' '} ", Tone.DIM),
        (f"{sign.shape} ", sign.tone),
        (name, Tone.TITLE),
        (f"  {done}/{len(members)}", Tone.DIM),
        key=key_of(phase) if members else "",
    )


def item_line(item: PlanItem, task: Task | None, frame: Frame, *, widest: int, key: str, doubted: bool = False) -> Line:
    """A task of the plan; one that is no task yet has neither shape nor word of a status."""
    planned = Sign(frame.glyphs.dot, "planned", Tone.DIM)
    sign = task_sign(task, frame.glyphs, doubted=doubted) if task else planned
    return columns(
        (
            Column("", 3),
            Column(sign.shape, 1, sign.tone),
            Column(clean(item.title) or clean(item.task_id or ""), 20, grows=True),
            Column(clean(item.task_id or ""), widest, Tone.DIM, priority=3),
            Column(sign.word, 10, sign.tone, priority=1),
            Column(clean(item.role), 12, Tone.DIM, priority=4),
            Column(after_words(item, task, whole=endless(frame.width)), 24, Tone.DIM, priority=2),
        ),
        frame.width,
        key=key,
    )


def after_words(item: PlanItem, task: Task | None, *, whole: bool = False) -> str:
    """What it waits for (with `whole` all of it), or where it came from when an answer brought it."""
    if task is not None and task.for_each:
        return f"once for each of {clean(task.for_each)}"
    if task is not None and task.added_by:
        return f"added by {clean(task.added_by)}"
    names = [clean(name) for name in item.after]
    named = names if whole else names[:_MOST_AFTER]
    more = f" +{len(names) - len(named)}" if len(names) > len(named) else ""
    return f"after {', '.join(named)}{more}" if names else ""


#: Of an item while nothing is known of it.
COMING = (
    Column(" ", 2),
    Column("", 1),
    Column("", 20, grows=True),
    Column("", 8, priority=3),
    Column("", 10, priority=1),
    Column("", 12, priority=4),
    Column("", 24, priority=2),
)


def plan_lines(
    shown: PlanSlice | None, tasks: TasksSlice, frame: Frame, kept: Kept[Line], folded: Set[str] = frozenset()
) -> tuple[Line, ...]:
    """Phases with their items, without those of `folded` ones; unchanged lines are the same objects as before."""
    if shown is None or shown.state is SliceState.LOADING:
        return loading(frame, "the plan", COMING)
    if shown.state is SliceState.ERROR:
        return (BLANK, text_line(" The plan cannot be read.", Tone.FAIL))
    if not shown.phases:
        return (BLANK, *paragraph(NO_PLAN, frame.width, Tone.DIM))
    known = {task.id: task for task in tasks.tasks}
    ids = [clean(item.task_id or "") for phase in shown.phases for item in phase.items]
    widest = min(max(8, *map(cell_len, ids), 0), max(8, frame.width // 5))
    lines: list[Line] = []
    for number, phase in enumerate(shown.phases):
        members = tuple(known.get(item.task_id or "") for item in phase.items)
        hidden = key_of(phase) in folded
        made_from = (phase, tuple(each and each.status for each in members), frame.width, frame.glyphs, hidden)
        lines.append(kept.get(number, made_from, partial(phase_line, phase, members, frame, folded=hidden)))
        if hidden:
            continue
        for place, (item, task) in enumerate(zip(phase.items, members, strict=True)):
            key = item.task_id if task else f"{number}.{place}"
            doubted = task is not None and task.id in tasks.doubts
            make = partial(item_line, item, task, frame, widest=widest, key=key or "", doubted=doubted)
            lines.append(kept.get((number, place), (item, task, doubted, widest, frame.width, frame.glyphs), make))
    return tuple(lines)


class PlanPane(DetailPane):
    """Tab 7. The selection is a phase, a task's id, or the place of an item that is no task yet."""

    TAB = Region.PLAN
    LAYOUT = COMING
    SELECTABLE = True
    SHOWS = frozenset({SliceName.PLAN})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._folding = PlanFolding()
        self.forget()

    def forget(self) -> None:
        self._kept: Kept[Line] = Kept()
        self._changes: Kept[tuple[Line, ...]] = Kept()
        self._comparing = False

    @property
    def _plan(self) -> PlanSlice | None:
        return self.slice(PlanSlice, SliceName.PLAN)

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        plan = self._plan
        if plan is None:
            return ()
        approval = approval_lines(plan.approval, run, frame) if plan.approval else ()
        head = (*conditions(plan.state, (), frame), *approval, *_whole(plan, tasks, frame))
        return (*head, *ruled(frame.glyphs.rule, frame.width)) if head else ()

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        plan = self._plan
        lines = plan_lines(plan, tasks, frame, self._kept, self._folding.folded(run.path))
        if plan is None or not plan.phases:
            return View(lines)
        note = clean(plan.source.name) if plan.source else plural(len(plan.phases), "phase")
        if not plan.revisions:
            return View(lines, note=note)
        version = f"v{max(each.version for each in plan.revisions)} {frame.glyphs.dot} "
        return View((*lines, *self._compared(plan, frame)), note=version + note)

    def _compared(self, plan: PlanSlice, frame: Frame) -> tuple[Line, ...]:
        """What the newest version has changed, where it is asked for; a text without an end has it always."""
        if not (self._comparing or endless(frame.width)):
            return ()
        make = partial(plan_revision.revision_lines, plan.revisions, frame)
        return self._changes.get("", (plan.revisions, frame.width), make)

    # What can be done with it

    @property
    def chosen_task(self) -> str:
        known = {task.id for task in self.tasks.tasks}
        return self.selected if self.selected in known else ""

    @property
    def folded(self) -> bool | None:
        plan = self._plan
        if plan is None or self.selected not in map(key_of, plan.phases):
            return None
        return self.selected in self._folding.folded(self.run.path)

    def offers(self) -> frozenset[Action]:
        plan = self._plan
        return frozenset({Action.PLAN_DIFF} if plan is not None and plan.phases and plan.revisions else ())

    def perform(self, action: Action) -> bool:
        """On a phase, what opens a task folds it, or unfolds it."""
        if action in self.offers():
            self._compare()
            return True
        if action is not Action.OPEN_OUTPUT or self.folded is None:
            return False
        self._folding.turn(self.run.path, self.selected)
        self.rebuild()
        return True

    def _compare(self) -> None:
        """Show what the newest version has changed, all of it in sight that fits; or hide it."""
        self._comparing = not self._comparing
        self.rebuild()
        if self._comparing:
            self.move_end()
            self.select(plan_revision.key_of(0))


def _whole(plan: PlanSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
    """How much of it is done, and what is planned but no task yet."""
    items = [item for phase in plan.phases for item in phase.items]
    if not items:
        return ()
    known = {task.id: task for task in tasks.tasks}
    found = [known.get(item.task_id or "") for item in items]
    done = sum(task is not None and task.status.ended for task in found)
    planned = sum(task is None for task in found)
    left = ((f"{done}/{plural(len(items), 'item')} done", Tone.TEXT),)
    right = f"{planned} planned, not tasks yet" if planned else ""
    return (spread(left, ((right, Tone.DIM),), frame.width),)
