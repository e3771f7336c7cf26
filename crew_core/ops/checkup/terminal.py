"""What the terminal can show."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator, Mapping

from crew_core.ops.checkup.finding import Finding, ok, warn

#: What the dashboard's panes need side by side.
_COLUMNS, _LINES = 80, 24


def findings(environment: Mapping[str, str]) -> Iterator[Finding]:
    size = _size()
    if size is None:
        yield ok("terminal", "none here: commands work, the dashboard needs one")
    elif size.columns < _COLUMNS or size.lines < _LINES:
        said = f"{size.columns}x{size.lines}: panes are left out"
        yield warn("terminal", said, f"make it {_COLUMNS}x{_LINES} or larger")
    else:
        yield ok("terminal", f"{size.columns}x{size.lines}")
    yield _kind(environment)
    yield _colours(environment)
    yield _encoding()


def _size() -> os.terminal_size | None:
    for descriptor in (0, 1, 2):
        try:
            return os.get_terminal_size(descriptor)
        except OSError:
            # This one is a pipe, a file, or closed.
            continue
    return None


def _kind(environment: Mapping[str, str]) -> Finding:
    term = environment.get("TERM", "")
    if term in ("", "dumb"):
        why = f"TERM is {term or 'not set'}: the dashboard cannot move the cursor"
        return warn("TERM", why, "export TERM=xterm-256color, if the terminal is one")
    inside = [name for name, variable in (("tmux", "TMUX"), ("screen", "STY")) if environment.get(variable)]
    return ok("TERM", f"{term}{', inside ' + inside[0] if inside else ''}")


def _colours(environment: Mapping[str, str]) -> Finding:
    if environment.get("NO_COLOR"):
        return ok("colours", "none, because NO_COLOR is set")
    if environment.get("COLORTERM") in ("truecolor", "24bit"):
        return ok("colours", "all")
    term = environment.get("TERM", "")
    return ok("colours", "256" if "256" in term else "few" if term not in ("", "dumb") else "none")


def _encoding() -> Finding:
    encoding = locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "") != "utf8":
        return warn("characters", f"{encoding}: shapes are shown in ASCII", "export LC_ALL=C.UTF-8")
    return ok("characters", encoding)
