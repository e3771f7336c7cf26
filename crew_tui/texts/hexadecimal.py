"""What is no text: its size in words and its first bytes, as numbers and as what is printable of them."""

from __future__ import annotations

from collections.abc import Sequence

from crew_tui.lines import BLANK, Line, Tone, line, text_line
from crew_tui.texts.sizes import byte_count

#: Bytes that are shown: enough to recognise a format.
SHOWN = 512

#: Cells of a byte as number and character, and of what stands before them.
_CELLS, _BEFORE = 4, 12


def hexadecimal_lines(head: bytes, size_bytes: int, width: int) -> Sequence[Line]:
    """:param head: the first bytes of it."""
    each = max(4, min(16, (width - _BEFORE) // _CELLS // 4 * 4))
    lines = [text_line(f" binary, {byte_count(size_bytes)}", Tone.WARN), BLANK]
    for at in range(0, len(head), each):
        some = head[at : at + each]
        numbers = some.hex(" ").ljust(3 * each)
        printable = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in some)
        lines.append(line((f" {at:08x}  ", Tone.DIM), (numbers, Tone.TEXT), (f" {printable}", Tone.DIM)))
    if size_bytes > len(head):
        lines.append(text_line(" the rest is not shown", Tone.DIM))
    return lines
