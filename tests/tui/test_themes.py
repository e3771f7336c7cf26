"""The themes can be read by people, and a person's own is taken, completed, or told what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from crew_core.config import first_look
from crew_core.config.first_look import themes_home
from crew_tui.lines import AGENTS, Tone, agent_tone
from crew_tui.palette import Palette, palette_of
from crew_tui.theme_files import theme_named, themes, wanted_theme
from crew_tui.theme_tables import DARK, LIGHT, MONO, OWN, ThemeWrong, theme_names
from tests.resources.resource_files import put

COLOURED = [theme for theme in themes() if theme.name != MONO]
each_theme = pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)

#: https://www.w3.org/TR/WCAG22/#contrast-minimum, #contrast-enhanced and #non-text-contrast.
TEXT, ENHANCED, BORDER = 4.5, 7.0, 3.0


def luminance(colour: Color) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def of_style(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


def on(colour: str | None, background: str | None) -> float:
    assert colour
    assert background
    return contrast(Color.parse(colour), Color.parse(background))


def texts(palette: Palette) -> list[tuple[str, Style]]:
    """Every text as a pane paints it: plain, on the selected row, on that of a pane without focus."""
    rows = {"": Style(), " selected": palette.cursor, " selected elsewhere": palette.cursor_idle}
    return [(f"{tone}{where}", palette.style(tone, over)) for tone in palette.tones for where, over in rows.items()]


@each_theme
def test_every_text_can_be_read_wherever_it_stands(theme: Theme) -> None:
    least = ENHANCED if theme.name == "crew-contrast" else TEXT
    measured = {name: round(of_style(style), 2) for name, style in texts(palette_of(theme))}
    assert {name: ratio for name, ratio in measured.items() if ratio < least} == {}


@each_theme
def test_text_on_boxes_and_in_fields_can_be_read(theme: Theme) -> None:
    everywhere = (theme.foreground, theme.accent, theme.variables["crew-dim"], theme.variables["text-disabled"])
    for background, colours in ((theme.surface, (*everywhere, theme.warning, theme.error)), (theme.panel, everywhere)):
        assert {colour for colour in colours if on(colour, background) < TEXT} == set()


@each_theme
def test_borders_that_mean_something_are_seen(theme: Theme) -> None:
    for border in (theme.variables["crew-border-focus"], theme.warning, theme.accent):
        assert on(border, theme.background) >= BORDER
    palette = palette_of(theme)
    assert len({palette.cursor.bgcolor, palette.cursor_idle.bgcolor, palette.tones[Tone.TEXT].bgcolor}) == 3


@each_theme
def test_every_meaning_has_its_own_look(theme: Theme) -> None:
    tones = palette_of(theme).tones
    assert tones.keys() == set(Tone)
    apart = (Tone.TEXT, Tone.DIM, Tone.TITLE, Tone.RUN, Tone.WAIT, Tone.OK, Tone.WARN, Tone.FAIL, Tone.MATCH)
    assert len({str(tones[tone]) for tone in apart}) == len(apart)
    assert tones[Tone.ADDED] != tones[Tone.REMOVED]
    assert len({str(tones[tone]) for tone in AGENTS}) == len(AGENTS)


def test_the_colour_blind_theme_has_the_colours_of_okabe_and_ito() -> None:
    tones = palette_of(theme_named("crew-colour-blind")).tones
    wanted = {
        Tone.OK: "#009e73",
        Tone.FAIL: "#d55e00",
        Tone.WARN: "#e69f00",
        Tone.RUN: "#56b4e9",
        Tone.WAIT: "#cc79a7",
    }
    assert {tone: tones[tone].color.name for tone in wanted if tones[tone].color} == wanted


def test_the_mono_theme_has_no_colour_and_tells_apart_all_the_same() -> None:
    palette = palette_of(theme_named(MONO))
    styles = [*palette.tones.values(), palette.border, palette.border_focus, palette.cursor, palette.cursor_idle]
    assert all(colour is None or colour.is_default for each in styles for colour in (each.color, each.bgcolor))
    tones = palette.tones
    assert tones[Tone.DIM].dim
    assert all(tones[tone].bold for tone in (Tone.TITLE, Tone.ACCENT, Tone.WARN, Tone.FAIL, Tone.ADDED))
    assert tones[Tone.MATCH].reverse
    assert (palette.cursor.reverse, palette.cursor_idle.underline, palette.border_focus.bold) == (True, True, True)


def test_agents_after_the_eighth_begin_again() -> None:
    assert [agent_tone(place) for place in (0, 7, 8)] == [Tone.AGENT_1, Tone.AGENT_8, Tone.AGENT_1]


def test_a_wish_counts_before_the_environment_and_that_before_what_fits() -> None:
    for name in OWN:
        assert wanted_theme(name, {"TEXTUAL_THEME": LIGHT, "NO_COLOR": "1"}).name == name
        assert wanted_theme("auto", {"TEXTUAL_THEME": name}).name == name
    for wish in ("auto", "unknown", "", "../crew-light", "a/b", "x" * 300):
        assert wanted_theme(wish, {"COLORFGBG": "0;15"}).name == LIGHT
        assert wanted_theme(wish, {"TEXTUAL_THEME": "nord"}).name == DARK
        assert wanted_theme(wish, {"NO_COLOR": "1", "COLORFGBG": "0;15"}).name == MONO


def test_only_the_wanted_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    read_text = Path.read_text

    def spied(path: Path, *args: str, **options: str) -> str:
        read.append(path.name)
        return read_text(path, *args, **options)

    monkeypatch.setattr(Path, "read_text", spied)
    assert wanted_theme(LIGHT, {}).name == LIGHT
    assert read == ["crew-light.toml"]


def test_a_copy_of_ours_is_a_theme_under_its_own_name() -> None:
    for ours in OWN:
        text = (Path(first_look.__file__).parents[2] / "themes" / f"{ours}.toml").read_text()
        put(themes_home() / "dusk.toml", text)
        made = theme_named("dusk")
        assert (made.name, palette_of(made)) == ("dusk", palette_of(theme_named(ours)))


def test_what_a_persons_theme_leaves_out_is_as_in_ours() -> None:
    put(themes_home() / "dusk.toml", 'error = "#ff0000"\n[variables]\ncrew-run = "white"\nborder = "red"\n')
    made, dark = theme_named("dusk"), theme_named(DARK)
    assert (made.error, made.primary, made.dark) == ("#ff0000", dark.primary, True)
    assert made.variables == {**dark.variables, "crew-run": "white", "border": "red"}
    put(themes_home() / "dawn.toml", "dark = false\n")
    assert theme_named("dawn").background == theme_named(LIGHT).background
    put(themes_home() / "slate.toml", "ansi = true\n")
    assert theme_named("slate").variables["ansi-background"] == "ansi_default"
    assert theme_names() == (*OWN, "dawn", "dusk", "slate")


def test_a_persons_theme_counts_before_ours_of_the_same_name() -> None:
    put(themes_home() / "crew-dark.toml", 'name = "crew-dark"\nerror = "#ff0000"\n')
    assert theme_named(DARK).error == "#ff0000"
    assert theme_names() == OWN


WRONG = [
    ("dark = ", "dusk.toml:1: no TOML: Invalid value", ""),
    ('\nprimry = "red"\n', "dusk.toml: unknown key primry", "did you mean primary?"),
    ('error = "redd"\n', "dusk.toml: error is 'redd', which is no colour", ""),
    ("error = 3\n", "dusk.toml: error is 3, which is no colour", ""),
    ('dark = "no"\n', "dusk.toml: dark is 'no', which is neither true nor false", ""),
    ("text_alpha = 3\n", "dusk.toml: text_alpha is 3, which is no number from 0 to 1", ""),
    ('name = "night"\n', "dusk.toml: name is 'night'", "a theme is called as its file is; leave name out"),
    ("variables = 3\n", "dusk.toml: variables is not a table of texts", ""),
    ("[variables]\ncrew-run = 3\n", "dusk.toml: variables is not a table of texts", ""),
    ('[variables]\ncrew-rnu = "red"\n', "dusk.toml: unknown variable crew-rnu", "did you mean crew-run?"),
    ('[variables]\ncrew-run = "redd"\n', "dusk.toml: crew-run is 'redd', which is no colour", ""),
    (
        '[variables]\ncrew-run-style = "blink"\n',
        "dusk.toml: crew-run-style is 'blink', which is none of bold, dim, italic, none, reverse, underline",
        "",
    ),
    ('[variables]\nscrollbar = "nonsense"\n', "dusk.toml: scrollbar is 'nonsense', which is no colour", ""),
    ('[variables]\nscrollbar = ""\n', "dusk.toml: scrollbar is '', which is no colour", ""),
    ('[variables]\nborder = "red 5"\n', "dusk.toml: border is 'red 5', which is no colour", ""),
    ('[variables]\nborder = "redd 5%"\n', "dusk.toml: border is 'redd', which is no colour", ""),
    ('[variables]\nborder = "auto 87%"\n', "dusk.toml: border is 'auto', which is no colour", ""),
    ('[variables]\nsurface = "initial"\n', "dusk.toml: surface is 'initial', which is no colour", ""),
    ('[variables]\nnew = "red; }"\n', "dusk.toml: new is 'red; }', which is no colour", ""),
    ('[variables]\nlink-style = "bald"\n', "dusk.toml: link-style is 'bald', which is none of b, blink, bold,", ""),
    ('[variables]\nlink-style-hover = "red"\n', "dusk.toml: link-style-hover is 'red', which is none of b,", ""),
    ("#" * 20_000, "dusk.toml: is larger than 16384 bytes", ""),
]


@pytest.mark.parametrize(("text", "why", "hint"), WRONG)
def test_what_is_wrong_with_a_theme_is_one_line_with_its_file(text: str, why: str, hint: str) -> None:
    put(themes_home() / "dusk.toml", text)
    with pytest.raises(ThemeWrong) as caught:
        theme_named("dusk")
    assert caught.value.why.startswith(f"{themes_home()}/{why}")
    assert caught.value.hint == hint
    assert wanted_theme("dusk", {}).name == DARK


@pytest.mark.parametrize("theirs", BUILTIN_THEMES.values(), ids=lambda theme: theme.name)
def test_what_textual_itself_says_in_its_variables_is_right(theirs: Theme) -> None:
    said = {**theirs.to_color_system().generate(), **theirs.variables}
    put(themes_home() / "dusk.toml", "[variables]\n" + "".join(f'{name} = "{said[name]}"\n' for name in said))
    variables = theme_named("dusk").variables
    assert {name: variables[name] for name in said} == said


def test_a_theme_that_there_is_not_is_told_with_those_there_are() -> None:
    put(themes_home() / "dawn.toml", "")
    with pytest.raises(ThemeWrong) as caught:
        theme_named("dusk")
    assert caught.value.why == "there is no theme dusk"
    assert caught.value.hint == f"there is: auto, {', '.join(OWN)}, dawn"
