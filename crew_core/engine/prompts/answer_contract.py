"""What an answer must be like, by what its step wants; ``answers`` reads what is asked for here."""

from __future__ import annotations

import msgspec

from crew_core.engine.foreign_text import code_block
from crew_core.model.packet import PacketRole, TaskPacket
from crew_core.model.plan import Wants
from crew_core.model.status import Access

_LAST_MESSAGE = (
    "Your last message is the answer. The tasks that follow see it, and nothing else of what you said or ran. Begin "
    "with the result: where it is too long to hand on whole, its middle is left out."
)

_VERDICT = """\
End with one of these lines, outside of any code block. If there are several, the last one counts.

    VERDICT: PASS
    VERDICT: FAIL: why
    VERDICT: NOT VERIFIED: why

- PASS: you saw yourself that everything asked for holds, and the answer says how. Never on somebody's word.
- FAIL: something asked for does not hold. The task fails with it.
- NOT VERIFIED: you could not see it, for example because nothing may be run here."""


def answer_block(packet: TaskPacket) -> str:
    return f"# Answer\n\n{_contract(packet)}"


def _contract(packet: TaskPacket) -> str:
    match packet.wants:
        case Wants.ANSWER:
            return _answer(packet.access)
        case Wants.VERDICT:
            return f"{_LAST_MESSAGE}\n\n{_VERDICT}"
        case Wants.PLAN:
            return _plan(packet)
        case Wants.LIST:
            return _list(packet)


def _answer(access: Access) -> str:
    if access is Access.WRITE:
        what = "List every file that you changed; say how you know that it is right"
    else:
        what = "Name files with their lines; say how you know what you say"
    return f"{_LAST_MESSAGE} {what}, and what you did not do or could not check."


def _plan(packet: TaskPacket) -> str:
    most = _counted(packet.max_items, "task")
    return f"""\
Your last message is the plan: in a few sentences why, then one fenced JSON block. Its tasks are started as they stand \
there. Write phases, each of which begins when all of the one before is done:

{code_block("json", _example_of_phases(packet.roles))}

or tasks, each of which begins when those that it depends on are done:

{code_block("json", _example_of_tasks(packet.roles))}

- At most {most}. Fewer are better: split what can be done side by side, not what one agent would do in one go. Tasks \
that change files in one directory wait for each other.
- An agent is told the text of its task, the goal, this answer, and those of the tasks that it depends on. Say in the \
text which files, what the result must be, and how to see that it is right.
- Give each task one of these roles:
{_roles(packet.roles)}"""


def _roles(roles: tuple[PacketRole, ...]) -> str:
    return "\n".join(f"  - `{role.name}` ({_may(role.access)}){_about(role)}" for role in roles) or "  - none"


def _may(access: Access) -> str:
    return "reads only" if access is Access.READ else "may change files"


def _about(role: PacketRole) -> str:
    return f": {role.description}" if role.description else ""


def _example_of_phases(roles: tuple[PacketRole, ...]) -> str:
    reader, writer = _reader_and_writer(roles)
    phases = [
        {"name": "find out", "tasks": [{"role": reader, "task": "…"}, {"role": reader, "task": "…"}]},
        {"name": "build", "tasks": [{"role": writer, "task": "…"}]},
    ]
    return '{"phases": [\n' + ",\n".join(f"  {_json(phase)}" for phase in phases) + "\n]}"


def _example_of_tasks(roles: tuple[PacketRole, ...]) -> str:
    reader, writer = _reader_and_writer(roles)
    tasks: list[dict[str, object]] = [
        {"id": "api", "role": reader, "task": "…"},
        {"id": "fix", "role": writer, "task": "…", "dependsOn": ["api"]},
    ]
    return '{"tasks": [\n' + ",\n".join(f"  {_json(task)}" for task in tasks) + "\n]}"


def _reader_and_writer(roles: tuple[PacketRole, ...]) -> tuple[str, str]:
    """Roles that fit the examples, which are therefore right plans."""
    names = [role.name for role in roles] or ["…"]
    readers = [role.name for role in roles if role.access is Access.READ]
    writers = [role.name for role in roles if role.access is Access.WRITE]
    return (readers or names)[0], (writers or names)[0]


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def _list(packet: TaskPacket) -> str:
    most = _counted(packet.max_items, "string")
    return f"""\
{_LAST_MESSAGE}

End with one fenced JSON array of strings, the only JSON in the answer:

{code_block("json", '["…", "…"]')}

- One agent is started for each string, and it alone says what that agent's part is: name files, modules or questions, \
so that no two agents do the same.
- At most {most}; those beyond are left out. An empty array says that there is nothing to do."""


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
