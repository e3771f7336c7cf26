"""The built-in agent as a process: orders, environment, signals, the first event, the exit status."""

from __future__ import annotations

import os
import sys

from crew_core.agents.builtin_program.endpoint import find_endpoint
from crew_core.agents.builtin_program.failure import Ended, Failed
from crew_core.agents.builtin_program.limits import read_limits
from crew_core.agents.builtin_program.orders import read_orders
from crew_core.agents.builtin_program.stream import Stream

USAGE = "usage: python -P -m crew_core.agents.builtin_program ORDERS.json"

#: As a shell counts the end by a signal.
_INTERRUPTED, _TERMINATED = 130, 143


def main(arguments: list[str]) -> int:
    """Exit status 0: there is an answer. 1: an ``error`` event says why not. 2: called wrongly. 130: interrupted."""
    stream = Stream()
    try:
        if len(arguments) != 1:
            stream.error(USAGE)
            return 2
        return _work(arguments[0], stream)
    except BrokenPipeError:
        return 1
    except Failed as error:
        stream.error(str(error))
        return 1
    except (OSError, ValueError) as error:
        stream.error(f"the built-in agent cannot work: {error}")
        return 1


def _work(path: str, stream: Stream) -> int:
    """The session is told first, before anything that takes time to import."""
    orders = read_orders(path)
    session_id = orders.resume or os.urandom(8).hex()
    endpoint = find_endpoint(os.environ, orders.model)
    limits = read_limits(os.environ)
    stream.hide(endpoint.key)
    stream.session(session_id, orders.cwd, endpoint.model)
    from crew_core.agents.builtin_program.attention import Attention, Interrupted
    from crew_core.agents.builtin_program.children import Children
    from crew_core.agents.builtin_program.work import Means, carry_out

    attention, children = Attention(), Children()

    def terminate() -> None:
        children.end_all()
        os._exit(_TERMINATED)

    attention.install(terminate)
    try:
        answer = carry_out(orders, session_id, Means(endpoint, limits, attention, children, stream))
    except Ended:
        stream.error("interrupted")
        return _INTERRUPTED
    except Interrupted as interrupted:
        stream.delivery(interrupted.said.id, "taken")
        stream.error("interrupted before the model was asked")
        return 1
    finally:
        children.end_all()
    stream.result(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
