"""What is under review: the uncommitted change, else the commits of this branch, else the whole tree."""

from __future__ import annotations

import os
from dataclasses import dataclass

from crew_core.agents.offline_program.git import Git
from crew_core.agents.offline_program.plain_text import shown
from crew_core.agents.offline_program.review.patch import Ranges, changed_lines
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.tool_run import Ended

_PATCH_BYTES = 24 * 1024 * 1024

#: Where a branch may have begun, in this order.
_TRUNKS = ("origin/HEAD", "main", "master", "trunk")

#: No settings of the repository may change what a patch looks like, and no program of its own compares.
_PLAIN = (
    "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--relative",
    "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", "--diff-filter=d",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """``lines``: path → changed lines; None for a file that is new as a whole. ``whole``: all files of the tree."""

    told: str
    lines: dict[str, Ranges | None]
    whole: bool = False
    cut: bool = False

    def has(self, path: str, first: int, last: int) -> bool:
        """Whether something from one line to another belongs to what is under review."""
        if self.whole:
            return True
        ranges = self.lines.get(path, ())
        return ranges is None or any(begin <= last and first <= end for begin, end in ranges)


def scope_of(git: Git, listing: Listing) -> Scope:
    """Decided by asking git; without git, or without a commit, everything is under review."""
    if not git.usable:
        return _tree(listing, git.fault)
    if not git.probe("rev-parse", "--verify", "--quiet", "HEAD").ok:
        return _tree(listing, "there is no commit yet")
    changed, cut = _patch(git, "HEAD")
    fresh = git.ask("ls-files", "-z", "--others", "--exclude-standard")
    lines: dict[str, Ranges | None] = {**changed}
    lines |= dict.fromkeys(os.fsdecode(name) for name in fresh.output.split(b"\0")[:-1])
    lines = {path: ranges for path, ranges in lines.items() if path in listing}
    if lines:
        return Scope("the uncommitted change: working tree with index and untracked files against HEAD", lines, cut=cut)
    return _committed(git, listing)


def _committed(git: Git, listing: Listing) -> Scope:
    head = _commit(git, "HEAD")
    for trunk in _TRUNKS:
        base = git.probe("merge-base", trunk, "HEAD")
        begin = base.output.decode("ascii", "replace").strip()
        if base.ok and begin and begin != head:
            lines, cut = _patch(git, begin, "HEAD")
            told = f"the commits since {shown(trunk, 40)} ({begin[:12]}..{head[:12]})"
            return Scope(told, {path: ranges for path, ranges in lines.items() if path in listing}, cut=cut)
    if not _commit(git, "HEAD~1"):
        return _tree(listing, "there is one commit only")
    lines, cut = _patch(git, "HEAD~1", "HEAD")
    kept: dict[str, Ranges | None] = {path: ranges for path, ranges in lines.items() if path in listing}
    return Scope(f"the last commit ({head[:12]}); nothing is uncommitted", kept, cut=cut)


def _tree(listing: Listing, why: str) -> Scope:
    return Scope(f"the whole tree: {why}", dict.fromkeys(listing.paths), whole=True)


def _commit(git: Git, name: str) -> str:
    run = git.probe("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return run.output.decode("ascii", "replace").strip() if run.ok else ""


def _patch(git: Git, *commits: str) -> tuple[dict[str, Ranges | None], bool]:
    run = git.ask("diff", *_PLAIN, *commits, "--", ".", room_bytes=_PATCH_BYTES)
    lines = changed_lines(run.output)
    return {os.fsdecode(path): ranges for path, ranges in lines.items()}, run.ended is Ended.SAID_ENOUGH
