"""The text of a new project's `config.toml`: every setting that a project may make, with its default, commented out."""

from __future__ import annotations

import json
from itertools import groupby

from crew_core.config.schema import Key, Value, keys
from crew_core.config.settings import ProjectRule
from crew_core.config.values import to_text

_HEAD = """\
# Settings of this project for crew-tui; they come before each person's own.
# Take away the # in front of a setting, and of the [section] above it, to make it.
"""


def settings_template() -> str:
    """TOML that sets nothing as it stands."""
    ours = [key for key in keys().values() if key.project is not ProjectRule.NEVER]
    return _HEAD + "".join(
        f"\n# [{section}]\n" + "".join(map(_lines, of_it)) for section, of_it in groupby(ours, lambda key: key.section)
    )


def _lines(key: Key) -> str:
    # TOML has no word for nothing.
    value = f"# {key.name} is not set" if key.default is None else f"# {key.name} = {_toml(key.default)}"
    return f"#\n# {key.says}\n{value}\n"


def _toml(value: Value) -> str:
    return json.dumps(value) if isinstance(value, str) else to_text(value)
