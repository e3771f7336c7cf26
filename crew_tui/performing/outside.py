"""Actions that leave the dashboard for a moment: clipboard, editor, shell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crew_tui.actions import Action

if TYPE_CHECKING:
    from crew_core.observe.slices import Problem
    from crew_tui.app import Dashboard
    from crew_tui.outside.copying import Copyable


#: Of so many files with which something is wrong one can be copied: one for each that is told of.
_MOST_PROBLEMS = 3


def copy_one_of(app: Dashboard, copyables: Sequence[Copyable]) -> None:
    """Ask which of them, where there is a choice, and hand it to the clipboard."""
    from crew_tui.outside.copying import copy_choices
    from crew_tui.screens.picker import Picker

    def chosen(key: str | None) -> None:
        if key is not None:
            _copy(app, copyables[int(key)].text)

    if len(copyables) == 1:
        _copy(app, copyables[0].text)
    elif copyables:
        app.push_screen(Picker("copy", copy_choices(copyables)), chosen)


def _copy(app: Dashboard, text: str) -> None:
    from crew_tui.outside.clipboard import copy

    app.notify_briefly(copy(app, text))


def _copy_selected(app: Dashboard) -> None:
    from crew_tui.outside.copying import of_problem, of_run, of_task

    main = app.main
    now, run_dir = main.situation(), Path(main.runs.selected)
    goal = now.run.goal if now.run else ""
    of_the_task = of_task(run_dir, now.task, foreign=now.foreign) if now.task else ()
    wrong = [each for problem in _problems(app, run_dir)[:_MOST_PROBLEMS] for each in of_problem(problem)]
    copy_one_of(app, (*main.detail.copyables(), *of_the_task, *of_run(run_dir, goal, foreign=now.foreign), *wrong))


def edit_file(app: Dashboard, path: Path, *, own: bool = False) -> None:
    """:param own: a file of the person's, to be changed in its place; every other one is opened as a copy."""
    from crew_tui.outside.editor import open_in_editor

    _away(app, lambda: open_in_editor(app, path, own=own))


def page_file(app: Dashboard, path: Path) -> None:
    from crew_tui.outside.pager import open_in_pager

    _away(app, lambda: open_in_pager(app, path))


def _edit_selected(app: Dashboard) -> None:
    """The file with which something is wrong; else the journal of the run: what all views are made from."""
    run_dir = Path(app.main.runs.selected)
    # What is wrong with a directory is not to be seen in an editor.
    wrong = (problem.path for problem in _problems(app, run_dir) if problem.path.suffix)
    edit_file(app, next(wrong, run_dir / "events.jsonl"))


def _problems(app: Dashboard, run_dir: Path) -> tuple[Problem, ...]:
    """What could not be read of the selected run, as far as it has been read."""
    run = app.main.detail.run
    return run.problems if run.path == run_dir else ()


def _shell(app: Dashboard) -> None:
    from crew_tui.outside.shell import open_shell

    now, run_dir = app.main.situation(), Path(app.main.runs.selected)
    there = now.task.cwd if now.task else now.run.cwd if now.run else str(run_dir)
    _away(app, lambda: open_shell(app, Path(there), run_dir.name))


def _away(app: Dashboard, leave: Callable[[], str]) -> None:
    app.alerting.suspend()
    try:
        told = leave()
    finally:
        app.alerting.resume()
    if told:
        app.notify_briefly(told)


def _turn_mouse(app: Dashboard) -> None:
    """Most terminals select text only while no program has the mouse."""
    from textual.drivers.linux_driver import LinuxDriver

    app.mouse_is_ours = not app.mouse_is_ours
    driver = app._driver
    if isinstance(driver, LinuxDriver):
        # Whoever begins without it may want it later.
        driver._mouse = True
        turn = driver._enable_mouse_support if app.mouse_is_ours else driver._disable_mouse_support
        turn()
    app.notify_briefly(
        "the dashboard has the mouse" if app.mouse_is_ours else "the terminal has the mouse; M takes it back"
    )


OUTSIDE: dict[Action, Callable[[Dashboard], object]] = {
    Action.COPY: _copy_selected,
    Action.EDITOR: _edit_selected,
    Action.SHELL: _shell,
    Action.MOUSE: _turn_mouse,
}
