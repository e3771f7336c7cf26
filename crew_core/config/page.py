"""The page `docs/configuration.md`, made from the schema: `python -m crew_core.config.page >docs/configuration.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from crew_core.config.schema import PROGRAMS, Key, keys, program_keys, sections
from crew_core.config.settings import SET_UP, ProjectRule
from crew_core.config.values import to_text

_HEAD = """\
# Configuration

Made from the schema by `python -m crew_core.config.page >docs/configuration.md`; do not edit it here.

## Where a value comes from

Of these the last one that says something counts, for each key by itself:

| Layer | Where |
|---|---|
| built in | the defaults below |
| user | `$XDG_CONFIG_HOME/crew-tui/config.toml`, mostly `~/.config/crew-tui/config.toml` |
| project | `.crew/config.toml` of the project; until you have trusted it, only what is tighter, see below |
| environment | `CREW_TUI_` and the path of the key: `CREW_TUI_LIMITS_MAX_WORKERS=2`. An empty variable says nothing |
| flag | `--set limits.maxWorkers=2`; `--max-workers`, `-minutes`, `-tokens` and `-cost` are short for four keys |

`crew-tui config list` shows each value with where it came from. A run keeps the values that it was started with.

What a flag says about `limits.maxWorkers` counts before what team and workflow say; of the other layers, team and
workflow the smallest number counts.

An unknown key or variable, a wrong type and a value out of range are errors, in one line with the file and the line,
and nothing is started. That holds for a project that nobody trusts as well: what it would tighten is not lost in
silence. A file has at most 16 KiB. In a project it may not be a link that leads out of `.crew`; your own may be a link.

## Commands

| Command | Does |
|---|---|
| `crew-tui config list` | every key with its value and where that came from |
| `crew-tui config get KEY` | the value that counts, alone |
| `crew-tui config set KEY VALUE` | writes it into your file; `--project`: into the project's |
| `crew-tui config unset KEY` | takes it out again |
| `crew-tui config path` | the two files |
| `crew-tui config schema` | this page as JSON Schema |

`set` and `unset` change one line and leave comments and all else as they are. A value that is wrong is refused before
anything is written, and so is a file that is wrong already. Writing the project's file changes what you have trusted:
look at it with `crew-tui trust PATH --diff`, accept it with `crew-tui trust PATH`.

## What a project may do

| In the tables | Before it is trusted | After |
|---|---|---|
| smaller | it may make the value smaller | anything |
| trusted | nothing | anything |
| never | nothing | nothing: the setting is about you, not about one project |

What is not taken is told when a run is started, and by `config list`.
"""

_COLUMNS = "| Key | Default | Values | Project | Meaning |\n|---|---|---|---|---|"

_RULES = {ProjectRule.SMALLER: "smaller", ProjectRule.TRUSTED: "trusted", ProjectRule.NEVER: "never"}


def page() -> str:
    """Markdown."""
    return f"{_HEAD}\n" + "\n".join(_tables())


def _tables() -> Iterator[str]:
    for section, about in sections().items():
        if section == PROGRAMS:
            yield from _programs(about)
            continue
        yield f"## {section}\n\n{about}\n\n{_COLUMNS}"
        yield from (_row(key) for key in keys().values() if key.section == section)
        yield ""


def _programs(about: str) -> Iterator[str]:
    """The settings that every program has; they have no variable."""
    names = ", ".join(f"`{name}`" for name in SET_UP)
    yield f"## {PROGRAMS}\n\n{about} NAME is one of {names}, or `acp:NAME`, which TOML wants quoted:"
    yield '`[programs."acp:goose"]`. They have no variables. More: [programs.md](programs.md).\n'
    yield "| Key | Values | Project | Meaning |\n|---|---|---|---|"
    for key in program_keys("NAME").values():
        yield f"| {' | '.join((f'`{key.path}`', key.form, _RULES[key.project], key.says))} |"
    yield ""


def _row(key: Key) -> str:
    values = f"{key.form}, or none" if key.optional else key.form
    cells = (f"`{key.path}`", f"`{to_text(key.default)}`", values, _RULES[key.project], key.says)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
