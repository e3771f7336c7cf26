"""What a person can do here, by name; the keys for it are in the key table."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What a key can do."""

    UP = "up"
    DOWN = "down"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    HOME = "home"
    END = "end"
    OPEN_RUN = "open_run"
    OPEN_OUTPUT = "open_output"
    BACK = "back"
    NEXT_REGION = "next_region"
    PREVIOUS_REGION = "previous_region"
    TAB_AGENTS = "tab_agents"
    TAB_PROGRESS = "tab_progress"
    TAB_OUTPUT = "tab_output"
    FOLLOW = "follow"
    ZOOM = "zoom"
    NEW_RUN = "new_run"
    CANCEL_RUN = "cancel_run"
    CANCEL_TASK = "cancel_task"
    STOP_RUN = "stop_run"
    STOP_TASK = "stop_task"
    RETRY_RUN = "retry_run"
    RETRY_TASK = "retry_task"
    RESUME_RUN = "resume_run"
    RELOAD = "reload"
    HELP = "help"
    QUIT = "quit"


class Group(StrEnum):
    """Sections of the help."""

    MOVE = "Move"
    LOOK = "Look"
    STEER = "Steer"
    PROGRAM = "Program"
