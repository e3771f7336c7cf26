"""The palette and the menu: an action asked for by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.performing.look import open_run
from crew_tui.performing.transcript import open_transcript
from crew_tui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from crew_tui.app import Dashboard
    from crew_tui.screens.command_palette import Chosen


def _palette(app: Dashboard) -> None:
    from crew_tui.screens.command_palette import CommandPalette

    screen = _keyed(app)
    # The next time the palette has what a person has put there meanwhile.
    app.wardrobe.read_again(app.link.run_soon)
    palette = CommandPalette(
        screen.situation(),
        app.keymap,
        runs=app.main.runs.runs.rows,
        tasks=app.main.detail.tasks.tasks,
        themes=app.wardrobe.names,
        theme=app.theme,
        wear=app.wear,
        glyphs=app.glyphs,
    )

    def left(chosen: Chosen | None) -> None:
        if chosen is not None:
            _carry_out(app, screen, chosen)

    app.push_screen(palette, left)


def _carry_out(app: Dashboard, screen: KeyedScreen, chosen: Chosen) -> None:
    match chosen.action:
        case None:
            app.settle_theme(chosen.argument)
        case Action.OPEN_RUN if chosen.argument:
            open_run(app, Path(chosen.argument))
        case Action.TRANSCRIPT if chosen.argument:
            open_transcript(app, chosen.argument)
        case action:
            screen.do(action)


def _menu(app: Dashboard) -> None:
    from crew_tui.commands import menu
    from crew_tui.screens.picker import Picker

    screen = _keyed(app)

    def left(key: str | None) -> None:
        if key is not None:
            screen.do(Action(key))

    app.push_screen(Picker("menu", menu(screen.situation(), app.keymap)), left)


def _keyed(app: Dashboard) -> KeyedScreen:
    return app.screen if isinstance(app.screen, KeyedScreen) else app.main


COMMAND: dict[Action, Callable[[Dashboard], object]] = {Action.PALETTE: _palette, Action.MENU: _menu}
