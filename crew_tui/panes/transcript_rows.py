"""The entries of a transcript that are laid out: kept while they are near, asked for as they come into sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from crew_core.observe.transcript_index import TranscriptIndex
from crew_core.observe.transcript_told import Made, Wanted
from crew_tui.panes.transcript_lines import Laid, Look, lay_out

#: Entries that stay laid out, and rows of them; what is kept beyond a few pages makes scrolling back quiet.
_KEPT_ENTRIES, _KEPT_ROWS = 4_000, 40_000

#: Of a look that is not the present one, and of an entry that is not any more what it was.
_STALE = -1

#: An entry, and whether it is unfolded.
Name = tuple[int, bool]

Want = Callable[[Sequence[Wanted[Laid]]], None]


class TranscriptRows:
    """What is stale is shown until it is there anew: nothing that was in sight goes away for a moment."""

    def __init__(self, want: Want) -> None:
        """:param want: asks the reader; what was asked for before is not wanted any more."""
        self._want = want
        self._laid: OrderedDict[Name, tuple[int, Laid]] = OrderedDict()
        self._rows = 0
        self._pending: frozenset[Name] = frozenset()
        self.look: Look | None = None
        self._looks = 0

    def forget(self) -> None:
        """Numbers of entries mean something else now."""
        self._laid.clear()
        self._rows = 0
        self._pending = frozenset()

    def look_like(self, look: Look) -> None:
        """Everything is to be laid out anew, if that is another look."""
        if look != self.look:
            self.look = look
            self._looks += 1
            self._pending = frozenset()

    def changed(self, entries: Iterable[int]) -> None:
        """These are to be laid out anew."""
        for entry in entries:
            for name in ((entry, False), (entry, True)):
                known = self._laid.get(name)
                if known is not None:
                    self._laid[name] = (_STALE, known[1])

    def take(self, made: Sequence[Made[Laid]]) -> None:
        for each in made:
            name = (each.entry, each.unfolded)
            known = self._laid.pop(name, None)
            self._rows += len(each.what.rows) - (len(known[1].rows) if known else 0)
            self._laid[name] = (each.look, each.what)
        self._pending -= {(each.entry, each.unfolded) for each in made}
        while len(self._laid) > 1 and (len(self._laid) > _KEPT_ENTRIES or self._rows > _KEPT_ROWS):
            _, (_, oldest) = self._laid.popitem(last=False)
            self._rows -= len(oldest.rows)

    def laid(self, name: Name) -> Laid | None:
        """As it was laid out last, for whatever look."""
        known = self._laid.get(name)
        return known[1] if known else None

    def fresh(self, name: Name) -> Laid | None:
        """As it looks now."""
        known = self._laid.get(name)
        return known[1] if known and known[0] == self._looks else None

    def used(self, name: Name) -> None:
        """It is in sight: it is the last to be let go."""
        if name in self._laid:
            self._laid.move_to_end(name)

    def ask_for(self, index: TranscriptIndex, names: Iterable[Name]) -> None:
        """Have these laid out, in this order, as far as they are not as they look now."""
        look = self.look
        missing = [name for name in names if self.fresh(name) is None]
        if look is not None and missing and not self._pending.issuperset(missing):
            self._pending = frozenset(missing)
            self._want([self._wanted(index, look, *name) for name in missing])

    def _wanted(self, index: TranscriptIndex, look: Look, entry: int, unfolded: bool) -> Wanted[Laid]:
        return Wanted(self._looks, unfolded, index, entry, partial(lay_out, look=look, unfolded=unfolded))
