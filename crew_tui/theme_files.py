"""How a theme's file becomes a theme of Textual."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

from crew_tui.theme_tables import OWN, ThemeTable, table_named, wanted_table


def wanted_theme(wish: str, environment: Mapping[str, str]) -> Theme:
    """See `wanted_table`."""
    return _theme(wanted_table(wish, environment))


def theme_named(name: str, *, own_only: bool = False) -> Theme:
    """See `table_named`. :raises ThemeWrong: there is none, or its file cannot be used."""
    return _theme(table_named(name, own_only=own_only))


def themes() -> tuple[Theme, ...]:
    """Those that come with the package, the dark one first. :raises OSError: they are not there."""
    return tuple(theme_named(name, own_only=True) for name in OWN)


def _theme(made: ThemeTable) -> Theme:
    return Theme(**{**made.table, "name": made.name})
