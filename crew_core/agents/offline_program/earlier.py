"""The results of earlier tasks, as the inputs file of an attempt has them."""

from __future__ import annotations

from pathlib import Path

import msgspec

#: Results are cut to a budget before they are written; a file beyond this is none of the coordinator's.
_INPUTS_BYTES = 64 * 1024 * 1024

#: Of a result that was cut, so much of the whole is read.
_WHOLE_BYTES = 1024 * 1024


class Earlier(msgspec.Struct, frozen=True, rename="camel"):
    """One task that ended before. ``text`` may lack its middle; then ``cut_bytes`` is above 0."""

    task_id: str
    role: str = ""
    status: str = ""
    text: str = ""
    size_bytes: int = 0
    cut_bytes: int = 0
    path: str = ""
    error: str = ""

    def whole(self) -> str:
        """Its text, from the whole result where the text was cut and the result can be read."""
        if not self.cut_bytes or not self.path:
            return self.text
        try:
            with Path(self.path).open("rb") as file:
                return file.read(_WHOLE_BYTES).decode("utf-8", "replace")
        except (OSError, ValueError):
            return self.text


class _Inputs(msgspec.Struct, frozen=True, rename="camel"):
    inputs: tuple[Earlier, ...] = ()


def read_earlier(path: str) -> tuple[tuple[Earlier, ...], str]:
    """The results, and why there are none when the file cannot be used; no file means no earlier task."""
    if not path or not Path(path).exists():
        return (), ""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_INPUTS_BYTES + 1)
        if len(data) > _INPUTS_BYTES:
            return (), "the inputs file is too large"
        return msgspec.json.decode(data, type=_Inputs).inputs, ""
    except (OSError, ValueError, RecursionError) as error:
        return (), f"the inputs file cannot be read: {error}"
