"""The words of `config`."""

from __future__ import annotations

from crew_tui.cli.parser import Adding, Parser

MORE = """\
Later counts before earlier: built in, your file, the project's file, the
environment (CREW_TUI_LIMITS_MAX_WORKERS), flags (--set limits.maxWorkers=2).
docs/configuration.md has every key.
"""


def add_config(action: Adding) -> None:
    """Each action with its own words."""
    action("list", "every setting, its value, and where that came from")
    _key(action("get", "the value of one setting, alone"))
    setting = action("set", "write a setting into your file")
    _key(setting)
    setting.add_argument("value", metavar="VALUE", help="in words: a number, a name")
    removing = action("unset", "take a setting out of your file")
    _key(removing)
    for parser in (setting, removing):
        parser.add_argument("--project", action="store_true", help="the project's file instead of yours")
    action("path", "the files that are read")
    action("schema", "the JSON Schema of the files")


def _key(parser: Parser) -> None:
    parser.add_argument("key", metavar="KEY", help="such as limits.maxWorkers")
