"""What no program should print, and what an adapter must bear: junk between its lines, damaged bytes, any shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.agents.recorded import lines

_PLACE = st.integers(0, 1 << 30)

#: (place, a line that nobody understands)
junk = st.lists(
    st.tuples(
        _PLACE,
        st.sampled_from(
            [b"not json\n", b"[]\n", b'{"type":"new_thing","x":1}\n', b"{}\n", b'{"type":\n', b"\xff\xfe{\n", b"null\n"]
        ),
    ),
    max_size=20,
)

#: (place, the byte that stands there instead)
damage = st.lists(st.tuples(_PLACE, st.integers(0, 255)), max_size=30)


def with_junk(data: bytes, strange: Sequence[tuple[int, bytes]]) -> bytes:
    """The same lines with those between them."""
    mixed = lines(data)
    for place, line in strange:
        mixed.insert(place % (len(mixed) + 1), line)
    return b"".join(mixed)


def damaged(data: bytes, bytes_instead: Sequence[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, byte in bytes_instead:
        changed[place % len(changed)] = byte
    return bytes(changed)


def of_any_shape(*words: str) -> st.SearchStrategy[bytes]:
    """Lines of JSON objects that are made of a program's own words, put together in any way."""
    word = st.sampled_from(words)
    value: st.SearchStrategy[Any] = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | word | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(word, inner, max_size=5),
        max_leaves=20,
    )
    shapes = st.lists(st.dictionaries(word, value, max_size=6), max_size=6)
    return shapes.map(lambda found: b"".join(json.dumps(shape).encode() + b"\n" for shape in found))
