"""`completion`: the script that teaches a shell the words of this program."""

from __future__ import annotations

from crew_tui.cli.call import Call
from crew_tui.cli.completion_bash import bash_script
from crew_tui.cli.completion_fish import fish_script
from crew_tui.cli.completion_zsh import zsh_script
from crew_tui.cli.json_form import document
from crew_tui.cli.vocabulary import vocabulary

_SCRIPTS = {"bash": bash_script, "zsh": zsh_script, "fish": fish_script}


def completion(call: Call) -> int:
    """Print it."""
    script = _SCRIPTS[call.options.shell](vocabulary())
    if call.json:
        document({"completion": {"shell": call.options.shell, "script": script}})
    else:
        print(script, end="", flush=True)
    return 0
