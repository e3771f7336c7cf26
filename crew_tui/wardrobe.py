"""The themes that can be put on: read in a thread, so that trying one on asks the system for nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.theme import Theme

from crew_tui.theme_files import theme_named
from crew_tui.theme_tables import ThemeWrong, theme_names

Found = Mapping[str, Theme | ThemeWrong]


def _read_themes() -> Found:
    """Every theme that there is, or what is wrong with it. Not for the loop."""
    found: dict[str, Theme | ThemeWrong] = {}
    for name in theme_names():
        try:
            found[name] = theme_named(name)
        except ThemeWrong as error:
            found[name] = error
    return found


class Wardrobe:
    """What was read last, and the theme that was worn from the start."""

    def __init__(self, worn: Theme) -> None:
        self._found: Found = {worn.name: worn}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._found)

    def read_again(self, run_soon: Callable[[Callable[[], None]], None]) -> None:
        """Read them in a thread, again or for the first time.

        :param run_soon: hands a callback to the loop, from any thread.
        """
        from crew_tui.aside import read_aside

        read_aside(_read_themes, self._take, run_soon)

    def _take(self, found: object) -> None:
        """What `_read_themes` gave; what it gave before stays where it failed."""
        if isinstance(found, Mapping):
            self._found = found

    def theme(self, name: str) -> Theme:
        """:raises ThemeWrong: there is none of this name, or it cannot be used."""
        found = self._found.get(name)
        if isinstance(found, Theme):
            return found
        raise found or ThemeWrong(f"there is no theme {name}")
