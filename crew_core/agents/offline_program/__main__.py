"""The offline agent as a process: signals, stdout, the packet's file, the exit status."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from pathlib import Path

import msgspec

from crew_core.agents.offline_program.carrying_out import carry_out
from crew_core.agents.offline_program.interruption import Interruption
from crew_core.agents.offline_program.plain_text import shown
from crew_core.agents.offline_program.stream import Stream
from crew_core.model.packet import TaskPacket
from crew_core.store.subreaper import become_subreaper

USAGE = "usage: python -P -m crew_core.agents.offline_program PACKET.json"


def main(arguments: list[str]) -> int:
    """Exit status 0: there is a result. 1: an ``error`` event says why not. 2: called wrongly."""
    stream = Stream(_write)
    if len(arguments) != 1:
        stream.error(USAGE)
        return 2
    interruption = Interruption()
    interruption.install()
    # What a check leaves behind becomes a child of this process, and can be ended.
    become_subreaper()
    # Parsing the project's source may warn; that is no news about this program.
    warnings.simplefilter("ignore")
    try:
        packet = msgspec.json.decode(Path(arguments[0]).read_bytes(), type=TaskPacket)
    except (OSError, ValueError, RecursionError) as error:
        stream.error(f"the task packet cannot be read: {error}")
        return 1
    try:
        return 0 if carry_out(packet, stream, interruption) else 1
    except BrokenPipeError:
        return 1
    except Exception as error:
        traceback.print_exc()
        stream.error(f"the offline agent failed: {type(error).__name__}: {shown(str(error), 400)}")
        return 1


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
