"""The page `docs/keys.md`, made from the key table: `python -m crew_tui.keymap.docs >docs/keys.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from crew_tui.actions import Group
from crew_tui.keymap.entry import Key
from crew_tui.keymap.fixed import FIXED
from crew_tui.keymap.names import shown_key
from crew_tui.keymap.overrides import RESERVED
from crew_tui.keymap.places import place_words
from crew_tui.keymap.table import DEFAULT

_HEAD = """\
# Keys

Made from the key table by `python -m crew_tui.keymap.docs >docs/keys.md`; do not edit it here.

`?` shows the same in the dashboard, beginning with the place where you are. The last line of the screen has the keys
that do something right now. `:` runs every command by its name.

## Keys of your own

The table `[ui.keys]` of your `config.toml` gives an action other keys, by the action's name from the tables below:

```toml
[ui.keys]
cancel-run = "f8"
next-tab = ["l", "ctrl+right"]
mark-all = []
```

They replace the keys that the action has; an empty list takes them all away, and the command is still in the palette.
A key is a character, or a name: `f5`, `enter`, `pageup`, `ctrl+x`, `shift+f2`, also as it stands here: `PgUp`,
`Ctrl-X`. One key may do different things in different places. Where two actions would have the same key in the same
place, the one that you have changed keeps its own keys; that, and words that name no action or no key, are told when
the dashboard has started, and in the help. RESERVED cannot be given to anything.
"""

_COLUMNS = "| Keys | Action | Where | Does |\n|---|---|---|---|"


def page() -> str:
    """Markdown."""
    reserved = ", ".join(f"`{shown_key(key)}`" for key in sorted(RESERVED))
    head = _HEAD.replace("RESERVED", reserved)
    return f"{head}\n" + "\n".join(_tables())


def _tables() -> Iterator[str]:
    for group in Group:
        yield f"## {group}\n\n{_COLUMNS}"
        yield from (_row(entry) for entry in DEFAULT.entries if entry.group is group)
        yield ""
    yield "## The same for everybody\n"
    for section in FIXED:
        yield f"{section.place}:\n\n| Keys | Does |\n|---|---|"
        yield from (f"| {fixed.keys} | {_cell(fixed.says)} |" for fixed in section.keys)
        yield ""


def _row(entry: Key) -> str:
    keys = " ".join(f"`{shown_key(key)}`" for key in entry.keys)
    return f"| {keys} | `{entry.action}` | {place_words(entry.scope)} | {_cell(entry.says)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.write(page())
