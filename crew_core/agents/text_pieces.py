"""Bytes in any cutting to text in whole lines, in fixed memory."""

from __future__ import annotations

import codecs

#: An unfinished last line is told after this many characters, so that a line of any length needs fixed memory.
LONGEST_PIECE = 65_536


class TextPieces:
    """``add`` gives what is complete; all pieces together are the text, whatever the cutting was.

    What is no UTF-8 is replaced by U+FFFD, as ``bytes.decode("utf-8", "replace")`` does; a character that is
    cut in two waits for its rest. Lines end at the newline character and nowhere else.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def add(self, data: bytes) -> str:
        text = self._rest + self._decoder.decode(data)
        cut = text.rfind("\n") + 1
        if len(text) - cut >= LONGEST_PIECE:
            cut = len(text)
        self._rest = text[cut:]
        return text[:cut]

    def end(self) -> str:
        """What is left when nothing more comes."""
        text, self._rest = self._rest + self._decoder.decode(b"", final=True), ""
        return text
