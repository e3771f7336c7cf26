"""Source that was changed without any test beside it."""

from __future__ import annotations

from collections.abc import Collection

from crew_core.agents.offline_program.review.finding import Finding, Severity
from crew_core.agents.offline_program.review.scope import Scope
from crew_core.agents.offline_program.survey.languages import is_source, is_test, language_of, tested_stem
from crew_core.agents.offline_program.survey.listing import Listing

RULE = "untested-change"
WHY = "changed, no test is changed with it and none is named after it"

#: Languages whose files are not tested one by one.
_NOT_TESTED = frozenset({"Shell", "SQL", "HTML", "CSS", "Make", "Dockerfile", "Terraform", "Protobuf"})


def untested(scope: Scope, reviewed: Collection[str], listing: Listing) -> list[Finding]:
    """Nothing for a whole tree: there it would say something of every file."""
    if scope.whole or any(is_test(path) for path in scope.lines):
        return []
    stems = {tested_stem(path) for path in listing.paths if is_test(path)}
    found = []
    for path, ranges in sorted(scope.lines.items()):
        stem = path.rpartition("/")[2].rpartition(".")[0]
        tested = is_source(path) and language_of(path) not in _NOT_TESTED and not stem.startswith("__")
        if tested and path in reviewed and stem not in stems:
            line = ranges[0][0] if ranges else 1
            found.append(Finding(Severity.LOW, path, line, RULE, WHY, line))
    return found
