"""``python -m tests.model_server --port N``: the model server by hand; a line of JSON for each request it served."""

from __future__ import annotations

import argparse
import threading

from tests.model_server.server import ModelServer, log_line


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.model_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, the default: any that is free")
    with ModelServer(parser.parse_args().port, lambda served: print(log_line(served), flush=True)) as server:
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
