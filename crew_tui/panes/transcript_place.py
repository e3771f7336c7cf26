"""Where one is in a transcript, and where a step from there leads: arithmetic, no widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crew_tui.widgets.spots import START, Height, Spot, above, below


@dataclass(frozen=True, slots=True)
class Room:
    """The entries, `page` rows of which are in sight at a time. `end`: the first row of the last page."""

    count: int
    page: int
    height: Height
    end: Spot

    def bottom(self, top: Spot) -> Spot:
        """The last row of the page that begins at `top`."""
        return below(top, self.page - 1, self.count, self.height)

    def last_row(self, entry: int) -> Spot:
        """The last row of this entry."""
        return Spot(entry, self.height(entry) - 1)

    def clamped(self, spot: Spot) -> Spot:
        """The row itself, or the nearest one that there is."""
        entry = max(0, min(spot.entry, self.count - 1))
        return Spot(entry, min(spot.row, self.height(entry) - 1) if entry == spot.entry else 0)


@dataclass(frozen=True, slots=True)
class Place:
    """The row at the top, the selected entry, and whether the newest is kept in sight."""

    top: Spot = START
    cursor: int = 0
    following: bool = True

    def settled(self, room: Room) -> Place:
        """Where the page begins now that heights may be others."""
        return replace(self, top=room.end if self.following else min(room.clamped(self.top), room.end))

    def follow(self, on: bool, count: int) -> Place:
        """At the newest of so many entries from now on, or where one is."""
        return replace(self, following=on, cursor=max(0, count - 1) if on else self.cursor)

    def showing(self, spot: Spot, room: Room) -> Place:
        """With this row in sight."""
        if self.top <= spot <= room.bottom(self.top):
            return self
        return replace(self, top=above(spot, room.page // 3, room.height))

    def move(self, by: int, room: Room) -> Place:
        """The cursor by entries; through an entry that is taller than the page by half pages."""
        here, end = Spot(self.cursor, 0), room.last_row(self.cursor)
        last = room.bottom(self.top)
        if by == 1 and end > last and here <= last:
            return self.scroll(room.page // 2 or 1, room)
        if by == -1 and here < self.top <= end:
            return self.scroll(-(room.page // 2 or 1), room)
        return self._go_to(max(0, min(self.cursor + by, room.count - 1)), room)

    def _go_to(self, entry: int, room: Room) -> Place:
        top, following = self.top, self.following
        if entry < self.cursor or entry < room.count - 1:
            following = False
        first, last = Spot(entry, 0), room.last_row(entry)
        if first < top:
            top = first
        elif last > room.bottom(top):
            top = min(first, above(last, room.page - 1, room.height))
        if entry == room.count - 1 and top >= room.end:
            following = True
        return Place(top, entry, following)

    def scroll(self, by: int, room: Room) -> Place:
        """The page by rows; the cursor stays in sight."""
        if by < 0:
            top = above(self.top, -by, room.height)
        else:
            top = min(below(self.top, by, room.count, room.height), room.end)
        following = by > 0 and top >= room.end
        last = room.bottom(top).entry
        first = top.entry + (top.row > 0 and top.entry < last)
        return Place(top, last if following else max(first, min(self.cursor, last)), following)

    def fold(self, *, unfolded: bool) -> Place:
        """The selected entry was folded or unfolded."""
        top = self.top
        if not unfolded and top.entry == self.cursor:
            top = Spot(self.cursor, 0)
        return replace(self, top=top, following=self.following and not unfolded)
