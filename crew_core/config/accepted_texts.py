"""What accepted files said, kept so that a later change can be shown; of large and binary ones only the size."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

#: Of one file, and of all files of a project; what people write as instructions is far smaller.
LARGEST_TEXT_BYTES = 262_144
LARGEST_PROJECT_BYTES = 4_194_304


class Kept(msgspec.Struct, frozen=True, rename="camel"):
    """``text`` None: ``why`` says why it is not kept."""

    size_bytes: int
    text: str | None = None
    why: str = ""


class KeptTexts(msgspec.Struct, frozen=True, rename="camel"):
    """By the path below ``.crew``."""

    files: dict[str, Kept] = {}
    schema_version: int = 1


def texts_of(crew: Path, paths: Mapping[str, Path], digests: Mapping[str, str]) -> KeptTexts:
    """The texts of ``paths``, which must have the ``digests``: what has changed since is not kept."""
    left = LARGEST_PROJECT_BYTES
    files: dict[str, Kept] = {}
    for name, digest in digests.items():
        if name not in paths:
            continue
        try:
            kept = _kept(crew, paths[name], digest, left)
        except OSError as error:
            kept = Kept(0, why=f"cannot be read: {error.strerror or error}")
        if kept is not None:
            files[name] = kept
            left -= kept.size_bytes if kept.text is not None else 0
    return KeptTexts(files)


def _kept(crew: Path, path: Path, digest: str, left: int) -> Kept | None:
    """None: it is no file, and what it is instead stands in place of its digest; or it changes at this moment."""
    if not path.is_file():
        return None
    size_bytes = path.stat().st_size
    if path.is_symlink() and not path.resolve().is_relative_to(crew.resolve()):
        # It may lead to a secret, which is to stand neither here nor on a screen.
        return Kept(size_bytes, why="a link that leads out of .crew")
    if size_bytes > min(LARGEST_TEXT_BYTES, left):
        return Kept(size_bytes, why="too large to be shown")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Kept(size_bytes, why="binary")
    return Kept(size_bytes, why="binary") if "\0" in text else Kept(size_bytes, text)
