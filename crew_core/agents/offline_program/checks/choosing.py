"""Which checks of a project are run: a small set, and no tests twice."""

from __future__ import annotations

from crew_core.agents.offline_program.checks.check import Found
from crew_core.agents.offline_program.checks.environment import Scratch
from crew_core.agents.offline_program.checks.make_checks import make_checks
from crew_core.agents.offline_program.checks.node_checks import node_checks
from crew_core.agents.offline_program.checks.other_checks import ecosystem_checks, last_resorts
from crew_core.agents.offline_program.checks.python_checks import python_checks
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.work import Work


def find_checks(work: Work, listing: Listing, scratch: Scratch | None) -> Found:
    """Tools that are called directly come first: what they print is known. Make and CI scripts fill what is left.

    With ``scratch`` None only files are read.
    """
    found = python_checks(work, listing, scratch) + node_checks(work, listing) + ecosystem_checks(work, listing)
    found += make_checks(work, listing, found)
    return found + last_resorts(work, listing, found)
