"""The themes as tables: which ones there are, which one fits, and what may stand in their files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.errors import StyleSyntaxError
from rich.style import Style

from crew_core.config.file import ConfigError, parse_settings, read_settings_text
from crew_core.config.first_look import AUTO, is_name, themes_home
from crew_tui.lines import Tone

DARK, LIGHT, MONO = "crew-dark", "crew-light", "crew-mono"

#: Those that come with the package.
OWN = (DARK, LIGHT, "crew-contrast", "crew-colour-blind", MONO)

_ATTRIBUTES = frozenset({"bold", "dim", "italic", "underline", "reverse", "not", "none"})

#: Variables of Textual that are a style; all others are colours.
_IS_STYLE = re.compile(r"(.*-)?style(-hover)?")
#: Those that colour nothing but texts: they may also be `auto`, which is whatever can be read there.
_OF_TEXT = re.compile(r"text(-.*)?|link-color(-hover)?|.*-(foreground|color)")
_SHARE = re.compile(r"[0-9]+(\.[0-9]+)?%")

_PREFIX = "crew-"
#: What `[variables]` may say to panes, besides a style for each tone.
_COLOURS = frozenset(
    {"dim", "border", "border-focus", "cursor", "cursor-text", "cursor-idle", "match-background"}
    | {tone.value for tone in Tone if tone not in (Tone.TEXT, Tone.TITLE, Tone.ACCENT, Tone.OK, Tone.WARN, Tone.FAIL)}
)
_STYLES = frozenset(
    f"{name}-style" for name in (*Tone, "border", "border-focus", "cursor", "cursor-idle") if name != Tone.TEXT
)


class ThemeWrong(Exception):
    """A theme that cannot be used. `why` is one line, with the file if there is one."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ThemeTable:
    """`table` is what the file says, complete, with Textual's names; the colours that panes need are read from it."""

    name: str
    table: Mapping[str, Any]

    @property
    def variables(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.table["variables"]
        return found

    @property
    def foreground(self) -> str | None:
        return self.table.get("foreground")

    @property
    def background(self) -> str | None:
        return self.table.get("background")

    @property
    def accent(self) -> str | None:
        return self.table.get("accent")

    @property
    def success(self) -> str | None:
        return self.table.get("success")

    @property
    def warning(self) -> str | None:
        return self.table.get("warning")

    @property
    def error(self) -> str | None:
        return self.table.get("error")


def theme_names() -> tuple[str, ...]:
    """Our own themes, then the person's by name. Lists their directory."""
    theirs = {path.stem for path in themes_home().glob("*.toml") if is_name(path.stem)}
    return (*OWN, *sorted(theirs.difference(OWN)))


def wanted_table(wish: str, environment: Mapping[str, str]) -> ThemeTable:
    """The theme called `wish`, else the one that `TEXTUAL_THEME` names, else what fits. Raises nothing.

    Reads no file but that theme's own and, for what a person's own theme leaves out, the one that it begins from.
    """
    for name in (wish, environment.get("TEXTUAL_THEME", "")):
        try:
            return table_named(name)
        except ThemeWrong:
            # Whoever wished for it is told after the first frame.
            continue
    return table_named(fitting_name(environment), own_only=True)


def fitting_name(environment: Mapping[str, str]) -> str:
    """Without colour where NO_COLOR is set; light where the terminal says that its background is."""
    if environment.get("NO_COLOR"):
        return MONO
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in ("7", "15") else DARK


def table_named(name: str, *, own_only: bool = False) -> ThemeTable:
    """A person's own theme counts before ours of the same name.

    :raises ThemeWrong: there is none, or its file cannot be used.
    """
    if name == AUTO or not is_name(name):
        raise ThemeWrong(f"{name or '(empty)'} is no name of a theme")
    path = themes_home() / f"{name}.toml"
    if not own_only and path.is_file():
        return ThemeTable(name, _complete(_table(path)))
    if name in OWN:
        return ThemeTable(name, _own_table(name))
    raise ThemeWrong(f"there is no theme {name}", f"there is: {', '.join((AUTO, *theme_names()))}")


def _own_table(name: str) -> dict[str, Any]:
    path = files("crew_tui") / "themes" / f"{name}.toml"
    return parse_settings(Path(str(path)), path.read_text("utf-8"))


def _table(path: Path) -> dict[str, Any]:
    try:
        table = parse_settings(path, read_settings_text(path))
    except ConfigError as error:
        raise ThemeWrong(error.why) from error
    checks = _checks()
    for key, value in table.items():
        check = checks.get(key)
        if check is None:
            raise ThemeWrong(f"{path}: unknown key {key}", _meant(key, checks))
        wrong = check(value)
        if wrong:
            raise ThemeWrong(f"{path}: {key} is {wrong}")
    if table.get("name", path.stem) != path.stem:
        raise ThemeWrong(f"{path}: name is {table['name']!r}", "a theme is called as its file is; leave name out")
    _check_variables(path, table.get("variables", {}))
    return table


def _complete(table: dict[str, Any]) -> dict[str, Any]:
    """What a person's theme leaves out is as in ours."""
    base = _own_table(MONO if table.get("ansi") else DARK if table.get("dark", True) else LIGHT)
    variables = {**base.pop("variables"), **table.get("variables", {})}
    return {**base, **table, "variables": variables}


def _check_variables(path: Path, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        known = name.removeprefix(_PREFIX)
        if known == name:
            wrong = _not_for_textual(name, value)
        elif known in _COLOURS:
            wrong = _not_colour(value)
        elif known in _STYLES:
            wrong = _not_style(value)
        else:
            raise ThemeWrong(f"{path}: unknown variable {name}", _meant(name, (_PREFIX + each for each in _known())))
        if wrong:
            raise ThemeWrong(f"{path}: {name} is {wrong}")


def _not_for_textual(name: str, value: str) -> str:
    """What is wrong with a variable of Textual's own, which has many: a style sheet with a wrong one cannot be read."""
    if _IS_STYLE.fullmatch(name):
        from textual.css.constants import VALID_STYLE_FLAGS

        return _not_style(value, VALID_STYLE_FLAGS)
    colour, *share = value.split() or [""]
    if len(share) > 1 or not all(map(_SHARE.fullmatch, share)):
        return _not_colour(value)
    if colour == "auto" and _OF_TEXT.fullmatch(name):
        return ""
    return "" if value == "initial" and name.startswith("link-") else _not_colour(colour)


def _known() -> list[str]:
    return sorted(_COLOURS | _STYLES)


def _meant(word: str, known: Any) -> str:
    from crew_core.config.spelling import nearest

    return nearest(word, known)


def _not_colour(value: object) -> str:
    """What is wrong with it; empty if it is a colour."""
    # Loaded only for a person's own theme: it is half of Textual.
    from textual.color import Color, ColorParseError

    try:
        Color.parse(value if isinstance(value, str) else "")
    except ColorParseError:
        return f"{value!r:.40}, which is no colour"
    return ""


def _not_style(value: object, attributes: Set[str] = _ATTRIBUTES) -> str:
    words = value.split() if isinstance(value, str) else []
    try:
        Style.parse(" ".join(words))
    except StyleSyntaxError:
        words = []
    if words and attributes >= set(words):
        return ""
    return f"{value!r:.40}, which is none of {', '.join(sorted(attributes - {'not'}))}"


def _not_yes_or_no(value: object) -> str:
    return "" if isinstance(value, bool) else f"{value!r:.40}, which is neither true nor false"


def _not_share(value: object) -> str:
    right = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return "" if right else f"{value!r:.40}, which is no number from 0 to 1"


def _not_text(value: object) -> str:
    return "" if isinstance(value, str) else f"{value!r:.40}, which is no text"


def _not_texts(value: object) -> str:
    right = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    return "" if right else "not a table of texts"


_SHARES = ("luminosity_spread", "text_alpha")


def _checks() -> Mapping[str, Callable[[object], str]]:
    from dataclasses import fields

    from textual.theme import Theme

    return {
        **{each.name: _not_colour for each in fields(Theme)},
        **dict.fromkeys(_SHARES, _not_share),
        "dark": _not_yes_or_no,
        "ansi": _not_yes_or_no,
        "name": _not_text,
        "variables": _not_texts,
    }
