"""The completion script for zsh."""

from __future__ import annotations

from crew_tui.cli.completion_questions import LAST, RUN_IDS, TASK_STEPS
from crew_tui.cli.vocabulary import Command, Kind, Option, Value, Vocabulary

_HEAD = f"""\
#compdef crew-tui
# zsh completion of crew-tui; made by: crew-tui completion zsh
_crew_tui_run_ids() {{ {RUN_IDS} }}
_crew_tui_task_steps() {{ {TASK_STEPS} }}
_crew_tui_runs() {{
    local -a ids=({LAST} ${{(f)"$(_crew_tui_run_ids)"}})
    compadd -V runs -a ids
}}
# Behind the command, `words` begins with it: the run is the next word.
_crew_tui_tasks() {{
    local -a steps=(${{(f)"$(_crew_tui_task_steps "$words[2]")"}})
    compadd -V tasks -a steps
}}
"""

_BODY = """\
_crew_tui() {{
    local curcontext="$curcontext" state line
    typeset -A opt_args
    local -a commands=(
{commands}
    )
    _arguments -C \\
{options}
        '1: :->command' \\
        '*:: :->rest' && return
    case $state in
        command) _describe command commands ;;
        rest)
            case $line[1] in
{cases}
            esac ;;
    esac
}}
if [ "${{funcstack[1]}}" = _crew_tui ]; then _crew_tui "$@"; else compdef _crew_tui crew-tui; fi
"""


def zsh_script(of: Vocabulary) -> str:
    return _HEAD + _BODY.format(
        commands="\n".join(f"        {_quoted(f'{each.name}:{each.about}')}" for each in of.commands),
        options="\n".join(f"        {spec} \\" for option in of.options for spec in _option(option)),
        cases="\n".join(map(_case, of.commands)),
    )


def _case(command: Command) -> str:
    specs = [spec for option in command.options for spec in _option(option)]
    specs += [_quoted(f"{number}:{value.shown}:{_action(value)}") for number, value in enumerate(command.words, 1)]
    return f"                {command.name}) _arguments {' '.join(specs)} ;;"


def _option(option: Option) -> list[str]:
    """One spec for each name."""
    about = option.about.replace("[", "(").replace("]", ")").replace(":", ",")
    value = f":{option.value.shown}:{_action(option.value)}" if option.value else ""
    return [_quoted(f"{name}[{about}]{value}") for name in option.names]


def _action(value: Value) -> str:
    match value.kind:
        case Kind.WORD:
            return " "
        case Kind.CHOICE:
            return f"({' '.join(value.choices)})"
        case Kind.PATH:
            return "_files"
        case Kind.RUN:
            return "_crew_tui_runs"
        case Kind.TASK:
            return "_crew_tui_tasks"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
