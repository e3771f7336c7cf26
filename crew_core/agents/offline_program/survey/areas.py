"""The parts of a repository that one task can look at: folders with source, or its files where there are few."""

from __future__ import annotations

from collections import Counter

from crew_core.agents.offline_program.survey.languages import foreign, is_source, is_test, language_of
from crew_core.agents.offline_program.survey.survey import Survey

#: A folder with more of the source than this is no part but nearly the whole: its own folders are the parts.
_SHARE = 0.4

_DEPTH = 4


def areas(survey: Survey, limit: int) -> tuple[str, ...]:
    """At most ``limit`` paths that exist, those with most to do with the goal first, tests last."""
    empty = {file.path for file in survey.scan.files if not file.lines}
    paths = [path for path in survey.listing.paths if is_source(path) and not foreign(path) and path not in empty]
    if not paths:
        paths = [path for path in survey.listing.paths if language_of(path) and not foreign(path)]
    parts = _parts(paths, "", 0) if len(paths) > limit else list(paths)
    relevance = dict.fromkeys(parts, 0.0)
    for file, score in survey.ranked:
        for part in parts:
            if file.path == part or file.path.startswith(part + "/"):
                relevance[part] += score
    sizes = {part: sum(path == part or path.startswith(part + "/") for path in paths) for part in parts}
    parts.sort(key=lambda part: (is_test(part) or is_test(part + "/"), -relevance[part], -sizes[part], part))
    return tuple(parts[:limit])


def _parts(paths: list[str], within: str, depth: int) -> list[str]:
    """The folders (and files) directly below ``within``; one that has nearly everything is opened in turn."""
    heads = Counter(_head(path, within) for path in paths)
    parts = []
    for head, number in heads.items():
        inside = [path for path in paths if path.startswith(head + "/")]
        if inside and number > _SHARE * len(paths) and depth < _DEPTH and len(inside) > 1:
            parts += _parts(inside, head + "/", depth + 1)
        else:
            parts.append(head)
    return parts


def _head(path: str, within: str) -> str:
    return within + path[len(within) :].partition("/")[0]
