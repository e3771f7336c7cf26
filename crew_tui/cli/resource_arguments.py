"""The words of `teams`, `workflows`, `agents`, `skills` and `validate`."""

from __future__ import annotations

from pathlib import Path

from crew_tui.cli.parser import Adding

#: The commands, each with what it lists.
COMMANDS = {
    "teams": "teams: who works together",
    "workflows": "workflows: steps and what each waits for",
    "agents": "agents: who does a step, and how",
    "skills": "skills: advice that agents are given",
}

_MORE = """\
no WORD          all, with where each comes from
NAME             one
new NAME         make one that is right as it stands
edit NAME        open it in $VISUAL or $EDITOR; a copy if it is built in
rename OLD NEW   what names it follows
delete NAME      to the trash, if nothing names it
undo             take back the last of these

New ones are yours; with --project the project's. docs/resources.md has every
key of the files.
"""

_VALIDATE_MORE = """\
error: a run that needs it is refused. warning: it runs, and perhaps not as it
was meant. The project's files are checked whether it is trusted or not.

exit status: 1 when there are errors
"""


def add_resources(command: Adding) -> None:
    """All five commands."""
    for name, summary in COMMANDS.items():
        parser = command(name, summary, _MORE)
        words = "a name, or new, edit, rename, delete, undo with names"
        parser.add_argument("words", metavar="WORD", nargs="*", help=words)
        layer = parser.add_mutually_exclusive_group()
        layer.add_argument("--project", action="store_true", help="the project's, not yours")
        layer.add_argument("--user", action="store_true", help="yours, not the project's")
        parser.add_argument("--force", action="store_true", help="delete it though something names it")
    parser = command("validate", "check all resources: file, line, problem, remedy", _VALIDATE_MORE)
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="tell only of these")
