"""The completion script for fish."""

from __future__ import annotations

from collections.abc import Iterator

from crew_tui.cli.completion_questions import LAST, RUN_IDS, TASK_STEPS
from crew_tui.cli.vocabulary import Command, Kind, Option, Value, Vocabulary

_HEAD = f"""\
# fish completion of crew-tui; made by: crew-tui completion fish
function __crew_tui_runs
    echo {LAST}
    {RUN_IDS}
end
function __crew_tui_tasks
    set -l given (__crew_tui_given)
    {TASK_STEPS.replace('"$1"', '"$given[2]"')}
end
# The words before the cursor that are neither options nor their values: the command first.
function __crew_tui_given
    set -l words (commandline -opc)
    set -l value no
    for word in $words[2..]
        if test $value = yes
            set value no
        else if contains -- $word VALUED
            set value yes
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end
function __crew_tui_first
    test (count (__crew_tui_given)) -eq 0
end
function __crew_tui_in
    set -l given (__crew_tui_given)
    test "$given[1]" = $argv[1]
end
function __crew_tui_at
    set -l given (__crew_tui_given)
    test (count $given) -eq $argv[2]; and test "$given[1]" = $argv[1]
end
complete -c crew-tui -e
complete -c crew-tui -f
"""


def fish_script(of: Vocabulary) -> str:
    valued = " ".join(name for option in of.all_options if option.value for name in option.names)
    return _HEAD.replace("VALUED", valued) + "\n".join(_lines(of)) + "\n"


def _lines(of: Vocabulary) -> Iterator[str]:
    for option in of.options:
        yield f"complete -c crew-tui {_option(option)}"
    for command in of.commands:
        yield f"complete -c crew-tui -n __crew_tui_first -a {command.name} -d {_quoted(command.about)}"
        yield from _command(command, of)


def _command(command: Command, of: Vocabulary) -> Iterator[str]:
    everywhere = {option.names for option in of.options}
    for option in command.options:
        if option.names not in everywhere:
            yield f"complete -c crew-tui -n '__crew_tui_in {command.name}' {_option(option)}"
    for number, value in enumerate(command.words, 1):
        if value.kind is not Kind.WORD:
            offered = " ".join(_offer(value))
            yield f"complete -c crew-tui -n '__crew_tui_at {command.name} {number}' {offered}"


def _option(option: Option) -> str:
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    value = ["-x", *_offer(option.value)] if option.value else []
    return " ".join([*names, *value, "-d", _quoted(option.about)])


def _offer(value: Value) -> list[str]:
    match value.kind:
        case Kind.WORD:
            return []
        case Kind.CHOICE:
            return ["-a", _quoted(" ".join(value.choices))]
        case Kind.PATH:
            return ["-a", _quoted("(__fish_complete_path)")]
        case Kind.RUN:
            return ["-k", "-a", _quoted("(__crew_tui_runs)")]
        case Kind.TASK:
            return ["-k", "-a", _quoted("(__crew_tui_tasks)")]


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
