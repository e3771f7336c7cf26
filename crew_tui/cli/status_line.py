"""`status --format`: one line about all active runs, or about one, for the status bar of another program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crew_core.observe.listing import RunIndex
from crew_core.observe.run_row import row_of
from crew_core.observe.slices import Liveness, RunRow
from crew_core.ops.errors import InputWrong
from crew_tui.cli.call import Call

#: A status bar asks every few seconds and waits: of a long history only so many runs are looked at, newest first.
LOOKED_AT = 200

#: Words with the colour that tmux gives them; None for its own.
Words = Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over runs that are not over: `running`, `waiting`, `done` and `total` are tasks, the others are runs."""

    active: int = 0
    running: int = 0
    waiting: int = 0
    done: int = 0
    total: int = 0
    needs_you: int = 0


def status(call: Call) -> int:
    """`status`, with `--format` or without: what a status bar does not need is not even loaded for it.

    :raises InputWrong: without either RUN or a format. :raises OpsError: there is no such run, or nothing to read.
    """
    if call.options.format is not None:
        return status_line(call)
    if call.options.run is None:
        raise InputWrong("status", "RUN is missing", "see: crew-tui status --help")
    if call.options.all:
        raise InputWrong("status", "--all without --format", "see: crew-tui list --all")
    from crew_tui.cli.status import status_of_run

    return status_of_run(call)


def status_line(call: Call) -> int:
    """Print it; nothing to tell is an empty line. :raises NotFound: there is no such run."""
    if call.options.run is not None and call.options.all:
        raise InputWrong("status", "RUN with --all", "leave one out")
    if call.json and call.options.format != "json":
        raise InputWrong("status", f"--json with --format {call.options.format}", "use: --format json")
    rows, name = _rows(call), ""
    if call.options.run is not None:
        name = rows[0].workflow
    summary = summary_of(rows)
    match call.options.format:
        case "json":
            from crew_tui.cli.json_form import document

            document({"summary": summary, "text": starship_line(words_of(summary, rows, name))})
        case "tmux":
            print(tmux_line(words_of(summary, rows, name)))
        case _:
            print(starship_line(words_of(summary, rows, name)))
    return 0


def _rows(call: Call) -> Sequence[RunRow]:
    if call.options.run is not None:
        from crew_core.ops.find import find_run

        return (row_of(find_run(call.options.run, call.start)),)
    from crew_core.ops.scopes import scopes_of

    scopes = scopes_of(call.start)
    return RunIndex(scopes[-1 if call.options.all else 0].find()).read(LOOKED_AT).rows


def summary_of(rows: Iterable[RunRow]) -> Summary:
    """What is going on. Of a run that waits for a person nothing is going on."""
    live = [row for row in rows if row.live is Liveness.LIVE]
    running = sum(row.running for row in live)
    return Summary(
        active=len(live),
        running=running,
        waiting=sum(row.total - row.done for row in live) - running,
        done=sum(row.done for row in live),
        total=sum(row.total for row in live),
        needs_you=sum(row.needs_you for row in rows),
    )


def words_of(summary: Summary, rows: Sequence[RunRow], name: str = "") -> Words:
    """`3 running · 1 waiting · 3/7 · 1 needs you`. `name`: the one run that was asked for, whatever its state is."""
    words: list[tuple[str, str | None]] = []
    if summary.active:
        words.append((f"{summary.running} running", "cyan" if summary.running else None))
        words += [(f"{summary.waiting} waiting", None), (f"{summary.done}/{summary.total}", None)]
    elif name and rows[0].status is not None:
        words += [(_ended_word(rows[0]), None), (f"{rows[0].done}/{rows[0].total}", None)]
    if summary.needs_you:
        words.append((f"{summary.needs_you} need{'s' if summary.needs_you == 1 else ''} you", "yellow"))
    return [(f"{_clean(name)}: {words[0][0]}", words[0][1]), *words[1:]] if name and words else words


def _ended_word(row: RunRow) -> str:
    return "interrupted" if row.live is Liveness.INTERRUPTED else str(row.status)


def _clean(name: str) -> str:
    # Cell widths and all that are not needed for counts, and take longer to load than the rest.
    from crew_tui.text import clean, cut

    return cut(clean(name), 24)


def starship_line(words: Words) -> str:
    """Plain: starship gives a module its own style."""
    return " · ".join(text for text, _ in words)


def tmux_line(words: Words) -> str:
    """With tmux's colours; `#` would begin a format of its own."""
    return " · ".join(_coloured(text.replace("#", "##"), colour) for text, colour in words)


def _coloured(text: str, colour: str | None) -> str:
    return f"#[fg={colour}]{text}#[default]" if colour else text
