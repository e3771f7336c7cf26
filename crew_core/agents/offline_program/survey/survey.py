"""Everything that is known of the directory at first sight, gathered once for a task."""

from __future__ import annotations

from dataclasses import dataclass

from crew_core.agents.offline_program.git import Git
from crew_core.agents.offline_program.survey.documents import Document, documents_of
from crew_core.agents.offline_program.survey.entry_points import EntryPoint, entry_points
from crew_core.agents.offline_program.survey.focus import Focus, focus_of, narrowed
from crew_core.agents.offline_program.survey.history import History, history_of
from crew_core.agents.offline_program.survey.languages import is_source
from crew_core.agents.offline_program.survey.listing import Listing, list_files
from crew_core.agents.offline_program.survey.scan import FileFacts, Scan, ranked, scan
from crew_core.agents.offline_program.survey.tests_found import Tests, tests_of
from crew_core.agents.offline_program.work import Work


@dataclass(frozen=True, slots=True)
class Survey:
    """``all_files`` is the whole directory; the rest is about what the focus leaves of it."""

    git: Git
    all_files: Listing
    listing: Listing
    focus: Focus
    scan: Scan
    ranked: tuple[tuple[FileFacts, float], ...]
    entries: tuple[EntryPoint, ...]
    tests: Tests
    documents: tuple[Document, ...]
    history: History | None

    @property
    def has_source(self) -> bool:
        return any(is_source(path) for path in self.listing.paths)


def survey_of(work: Work) -> Survey:
    """Look at the directory."""
    git = Git(work)
    listing = list_files(work, git)
    focus = focus_of(work.packet, listing)
    looked_at = narrowed(listing, focus)
    scanned = scan(work, looked_at, focus.words)
    history = history_of(git, looked_at)
    with work.stream.tool("read", "settings, tests and documents"):
        return Survey(
            git=git,
            all_files=listing,
            listing=looked_at,
            focus=focus,
            scan=scanned,
            ranked=tuple(ranked(scanned, focus.words)),
            entries=tuple(entry_points(work.root, looked_at)),
            tests=tests_of(work.root, looked_at),
            documents=tuple(documents_of(work.root, looked_at)),
            history=history,
        )
