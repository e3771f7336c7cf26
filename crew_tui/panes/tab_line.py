"""The names of the tabs, the open one marked, with what waits for the person in the others."""

from __future__ import annotations

from collections.abc import Mapping

from crew_core.model.status import TaskStatus
from crew_core.observe.slices import Liveness, RunSlice, TasksSlice
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line, Piece, Tone, limited, line
from crew_tui.panes.evidence import every_doubt
from crew_tui.situation import Region

#: Number, name, short name and shortest name of each tab.
_TAB_NAMES = {
    Region.AGENTS: ("1", "Agents", "Agents", "Ag"),
    Region.PROGRESS: ("2", "Progress", "Prog", "Pr"),
    Region.MAIL: ("3", "Mail", "Mail", "Ml"),
    Region.OUTPUT: ("4", "Output", "Out", "Out"),
    Region.HEALTH: ("5", "Health", "Hlth", "He"),
    Region.PLAN: ("7", "Plan", "Plan", "Pl"),
    Region.GRAPH: ("8", "Graph", "Graph", "Gr"),
}

#: More letters or tasks than these nobody counts.
_MOST = 99

Badges = Mapping[Region, str]


def badges_of(run: RunSlice, tasks: TasksSlice, glyphs: Glyphs) -> Badges:
    """What stands behind names of tabs: only what is read of every selected run, so that it is never out of date."""
    badges = {}
    if waiting := _waiting(run, tasks):
        badges[Region.AGENTS] = f"{glyphs.attention}{min(waiting, _MOST)}"
    if run.unread:
        badges[Region.MAIL] = f"{glyphs.dot}{run.unread if run.unread <= _MOST else f'{_MOST}+'}"
    if run.live is Liveness.INTERRUPTED or run.problems or every_doubt(run, tasks):
        badges[Region.HEALTH] = glyphs.attention
    if run.plan_waits:
        badges[Region.PLAN] = glyphs.attention
    return badges


def _waiting(run: RunSlice, tasks: TasksSlice) -> int:
    """Tasks that ask the person; those of other programs write letters, which are counted where they are."""
    if run.foreign or run.run is None or run.run.status.ended:
        return 0
    return sum(task.status is TaskStatus.WAITING or bool(task.asks) for task in tasks.tasks)


def tab_line(tab: Region, width: int, badges: Badges) -> Line:
    pieces: list[Piece] = []
    for region, name in _tab_names(tab, width, badges).items():
        before, behind, tone = ("[", "]", Tone.ACCENT) if region is tab else (" ", " ", Tone.DIM)
        badge = badges.get(region, "")
        pieces += [(f"{before}{name}", tone), (badge, Tone.WARN), (behind, tone)]
    return line(*limited(pieces, width))


def tab_at(cell: int, tab: Region, width: int, badges: Badges) -> Region | None:
    """The tab whose name stands at this cell of the line for `tab`."""
    end = 0
    for region, name in _tab_names(tab, width, badges).items():
        end += len(name) + len(badges.get(region, "")) + 2
        if cell < end:
            return region
    return None


def _tab_names(tab: Region, width: int, badges: Badges) -> dict[Region, str]:
    """The longest names that fit. That of the open tab is never shortened as far as its neighbours' are."""
    whole = {region: f"{number} {name}" for region, (number, name, _, _) in _TAB_NAMES.items()}
    short = {region: f"{number} {name}" for region, (number, _, name, _) in _TAB_NAMES.items()}
    shortest = {region: f"{number}{name}" for region, (number, _, _, name) in _TAB_NAMES.items()}
    close = {region: f"{number}{name}" for region, (number, _, name, _) in _TAB_NAMES.items()}
    open_whole = {tab: whole[tab]}
    choices = (whole, short | open_whole, short, close | open_whole, shortest | open_whole)
    room = width - sum(map(len, badges.values()))
    fitting = (names for names in choices if sum(len(name) + 2 for name in names.values()) <= room)
    return next(fitting, shortest)
