"""Markdown as lines of a pane: headings, lists, quotes, code, tables; no HTML, no pictures, nothing to click."""
