"""Keys that start, end and repeat runs and tasks."""

from __future__ import annotations

from crew_core.model.steering import SteerKind
from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import LOGS, MAIN, Key
from crew_tui.situation import Region

#: Where a task or its worker is selected.
TASK_SCOPE = frozenset({Region.AGENTS, Region.HEALTH})

#: In the graph c and t are its own, in Output c is, and a key that is about colours when there are some must not end a
#: run when there are none; what is done to a run there is in the menu.
RUN_SCOPE = MAIN - TASK_SCOPE - {Region.GRAPH, Region.OUTPUT}

#: In the plan X is the difference of two versions, and must not end a run that has only one.
_STOP_SCOPE = RUN_SCOPE - {Region.PLAN}

STEERING: tuple[Key, ...] = (
    Key(
        Action.NEW_RUN,
        ("n",),
        "n",
        "start a run",
        Group.STEER,
        "new run",
        when=lambda now: now.may_act,
        scope=MAIN - LOGS,
        rank=2,
    ),
    Key(
        Action.CANCEL_RUN,
        ("c",),
        "c",
        "cancel the run: end its workers now",
        Group.STEER,
        "cancel",
        when=lambda now: now.may_end_run,
        scope=RUN_SCOPE,
        rank=3,
    ),
    Key(
        Action.CANCEL_TASK,
        ("c",),
        "c",
        "cancel the selected task: end its worker now",
        Group.STEER,
        "cancel task",
        when=lambda now: now.may_end_task,
        scope=TASK_SCOPE,
        rank=3,
    ),
    Key(
        Action.STOP_RUN,
        ("X",),
        "X",
        "stop the run: let its agents end by themselves first",
        Group.STEER,
        "stop",
        when=lambda now: now.may_end_run,
        scope=_STOP_SCOPE,
        rank=4,
    ),
    Key(
        Action.STOP_TASK,
        ("X",),
        "X",
        "stop the selected task: let its agent end by itself first",
        Group.STEER,
        "stop task",
        when=lambda now: now.may_end_task,
        scope=TASK_SCOPE,
        rank=4,
    ),
    Key(
        Action.RETRY_RUN,
        ("t",),
        "t",
        "retry: run failed and cancelled tasks again",
        Group.STEER,
        "retry",
        when=lambda now: now.may_retry_run,
        scope=RUN_SCOPE,
        rank=3,
    ),
    Key(
        Action.RETRY_TASK,
        ("t",),
        "t",
        "retry the selected task",
        Group.STEER,
        "retry task",
        when=lambda now: now.may_retry_task,
        scope=TASK_SCOPE,
        rank=3,
    ),
    Key(
        Action.ALLOW,
        ("Y",),
        "Y",
        "allow what the selected agent asks for, after a question",
        Group.STEER,
        "allow",
        when=lambda now: now.may_decide,
        scope=TASK_SCOPE,
        rank=1,
    ),
    Key(
        Action.DENY,
        ("W",),
        "W",
        "deny what the selected agent asks for",
        Group.STEER,
        "deny",
        when=lambda now: now.may_decide,
        scope=TASK_SCOPE,
        rank=1,
    ),
    Key(
        Action.ANSWER_TASK,
        ("B",),
        "B",
        "answer what the selected agent asks, in words",
        Group.STEER,
        "answer",
        when=lambda now: now.open_ask is not None,
        scope=TASK_SCOPE,
        rank=1,
    ),
    Key(
        Action.MESSAGE_TASK,
        ("N",),
        "N",
        "send the selected agent a message",
        Group.STEER,
        "message",
        when=lambda now: now.takes(SteerKind.MESSAGE, SteerKind.STEER),
        scope=TASK_SCOPE,
        rank=3,
    ),
    Key(
        Action.INTERRUPT_TASK,
        ("I",),
        "I",
        "interrupt the selected agent's turn; it goes on with what you tell it",
        Group.STEER,
        "interrupt",
        when=lambda now: now.takes(SteerKind.INTERRUPT),
        scope=TASK_SCOPE,
        rank=4,
    ),
    Key(
        Action.RESUME_RUN,
        ("R",),
        "R",
        "resume an interrupted, blocked, failed or cancelled run",
        Group.STEER,
        "resume",
        when=lambda now: now.may_resume,
        scope=MAIN,
        rank=3,
    ),
)
