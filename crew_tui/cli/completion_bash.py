"""The completion script for bash, 3.2 and later."""

from __future__ import annotations

from collections.abc import Iterator

from crew_tui.cli.completion_questions import LAST, RUN_IDS, TASK_STEPS
from crew_tui.cli.vocabulary import Command, Kind, Option, Value, Vocabulary

_HEAD = f"""\
# bash completion of crew-tui; made by: crew-tui completion bash
_crew_tui_runs() {{ echo {LAST}; {RUN_IDS}; }}
_crew_tui_tasks() {{ {TASK_STEPS}; }}
_crew_tui_offer() {{ COMPREPLY=( $(compgen -W "$1" -- "$cur") ); }}
_crew_tui_paths() {{
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=( $(compgen -f -- "$cur") )
}}
"""

_BODY = """\
_crew_tui() {{
    local cur="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="" i
    local -a given=()
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "${{COMP_WORDS[i]}}" in
            {valued}) ((i += 1)) ;;
            -*) ;;
            *) if [ -z "$command" ]; then command="${{COMP_WORDS[i]}}"; else given+=("${{COMP_WORDS[i]}}"); fi ;;
        esac
    done
    case "$command $before" in
{values}
    esac
    if [ -z "$command" ]; then
        case "$cur" in
            -*) _crew_tui_offer "{options}" ;;
            *) _crew_tui_offer "{commands}" ;;
        esac
        return
    fi
    case "$cur" in
        -*)
            case "$command" in
{command_options}
            esac
            return ;;
    esac
    case "$command ${{#given[@]}}" in
{words}
    esac
}}
complete -F _crew_tui crew-tui
"""


def bash_script(of: Vocabulary) -> str:
    valued = "|".join(name for option in of.all_options if option.value for name in option.names)
    return _HEAD + _BODY.format(
        valued=valued,
        values="\n".join(_values(of)),
        options=" ".join(_names(of.options)),
        commands=" ".join(command.name for command in of.commands),
        command_options="\n".join(
            f'                {command.name}) _crew_tui_offer "{" ".join(_names(command.options))}" ;;'
            for command in of.commands
        ),
        words="\n".join(_words(of.commands)),
    )


def _names(options: tuple[Option, ...]) -> list[str]:
    return [name for option in options for name in option.names if name.startswith("--")]


def _values(of: Vocabulary) -> Iterator[str]:
    """Cases for the value behind an option; ``return`` also where nothing can be offered."""
    for command in of.commands:
        for option in command.options:
            if option.value is not None:
                patterns = "|".join(f'"{command.name} {name}"' for name in option.names)
                yield f"        {patterns}) {_offer(option.value)}; return ;;"
    for option in of.options:
        if option.value is not None:
            patterns = "|".join(f'*" {name}"' for name in option.names)
            yield f"        {patterns}) {_offer(option.value)}; return ;;"


def _words(commands: tuple[Command, ...]) -> Iterator[str]:
    for command in commands:
        for number, value in enumerate(command.words):
            if value.kind is not Kind.WORD:
                yield f'        "{command.name} {number}") {_offer(value)} ;;'


def _offer(value: Value) -> str:
    match value.kind:
        case Kind.WORD:
            return ":"
        case Kind.CHOICE:
            return f'_crew_tui_offer "{" ".join(value.choices)}"'
        case Kind.PATH:
            return "_crew_tui_paths"
        case Kind.RUN:
            return '_crew_tui_offer "$(_crew_tui_runs)"'
        case Kind.TASK:
            return '_crew_tui_offer "$(_crew_tui_tasks "${given[0]}")"'
