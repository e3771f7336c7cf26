"""A program that wears one of the themes, and may be given another while it runs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome, NoColor
from textual.theme import Theme

from crew_tui.glyphs import Glyphs
from crew_tui.palette import Palette, palette_of
from crew_tui.theme_tables import ThemeWrong
from crew_tui.wardrobe import Wardrobe
from crew_tui.widgets.ascii_filter import AsciiFilter
from crew_tui.widgets.strip_pane import StripPane

_COLOURLESS = NoColor()
_ASCII = AsciiFilter()


class ThemedApp(App[None]):
    """Knows the colours and shapes of all that is on screen."""

    def __init__(self, theme: Theme, glyphs: Glyphs) -> None:
        """:param theme: worn from the start."""
        super().__init__()
        self.glyphs = glyphs
        self.wardrobe = Wardrobe(theme)
        self.register_theme(theme)
        self._begin_with(theme)

    def _begin_with(self, theme: Theme) -> None:
        """As setting `theme` would, without having the style sheet parsed twice before the first frame."""
        self.set_reactive(App.theme, theme.name)
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda _: self._redress())

    @property
    def palette(self) -> Palette:
        """Of the theme that is worn now."""
        return palette_of(self.current_theme)

    def _put_on(self, name: str) -> None:
        self.register_theme(self.wardrobe.theme(name))
        self.theme = name

    def wear(self, name: str) -> str:
        """Put a theme on for the time being; what is wrong with it, if anything."""
        try:
            self._put_on(name)
        except ThemeWrong as error:
            return error.why
        return ""

    def _redress(self) -> None:
        for screen in self.screen_stack:
            for pane in screen.query(StripPane):
                pane.dress(self.palette)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = list(super().get_line_filters())
        if self.current_theme.ansi:
            # Of a terminal's own colours there is no grey: they would become black on black. Nor is it known which they
            # are, so that they stay as they are.
            filters = [each for each in filters if not isinstance(each, Monochrome | ANSIToTruecolor)]
            filters += [_COLOURLESS] if self.no_color else []
        return [*filters, _ASCII] if self.glyphs.instead else filters
