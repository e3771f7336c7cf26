"""One task from its packet to its result."""

from __future__ import annotations

from pathlib import Path

from crew_core.agents.offline_program.contracts import keep_contract
from crew_core.agents.offline_program.dispatch import role_for
from crew_core.agents.offline_program.earlier import read_earlier
from crew_core.agents.offline_program.interruption import Interruption
from crew_core.agents.offline_program.page import NO_MODEL, Page
from crew_core.agents.offline_program.plain_text import shown
from crew_core.agents.offline_program.stream import Stream
from crew_core.agents.offline_program.work import Work
from crew_core.model.packet import TaskPacket


def carry_out(packet: TaskPacket, stream: Stream, interruption: Interruption) -> bool:
    """Do the role's work and say the result; False when an ``error`` was said instead.

    :raises OSError: nobody reads the stream any more.
    """
    root = Path(packet.cwd)
    if not root.is_dir():
        stream.error("the directory of the task does not exist")
        return False
    stream.session(f"offline-{packet.run_id}-{packet.task_id}")
    stream.notice(NO_MODEL)
    earlier, fault = read_earlier(packet.inputs_path)
    if fault:
        stream.notice(fault)
    if packet.correction:
        stream.notice(f"the answer before was refused: {shown(packet.correction, 400)}")
    work = Work(packet, root, Page(stream), stream, interruption, earlier, fault)
    keep_contract(work, role_for(packet, bool(earlier))(work))
    if interruption.asked:
        stream.notice("interrupted: this is what was found until then")
    stream.result(work.page.text())
    return True
