"""`python -m demo.simulator --port N [--state FILE]`: the simulator as a process, until SIGTERM or Ctrl-C."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from demo.simulator.meter import UNITS_PER_MINUTE
from demo.simulator.server import NotLoopbackError, serve
from demo.simulator.snapshot import SnapshotError


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.simulator", description="A Gmail on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1 or localhost, nothing else")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="start from this file and write it on a graceful stop")
    parser.add_argument("--units-per-minute", type=int, default=UNITS_PER_MINUTE)
    asked = parser.parse_args(arguments)
    stop = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    try:
        with serve(
            host=asked.host,
            port=asked.port,
            state=asked.state,
            units_per_minute=asked.units_per_minute,
            fresh_key=True,
        ) as simulator:
            print(f"Gmail simulator on {simulator.url}", flush=True)
            stop.wait()
    except NotLoopbackError as error:
        print(f"Refused to listen on {error}: loopback only.", file=sys.stderr)
        return 2
    except SnapshotError as error:
        print(f"{error} is not a snapshot of this simulator.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
