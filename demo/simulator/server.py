"""The simulator as a server in a thread of this process: for tests, and under `__main__` for the demo."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from demo.simulator import create_simulator, snapshot
from demo.simulator.client import Control
from demo.simulator.clockwork import ticking
from demo.simulator.meter import UNITS_PER_MINUTE
from demo.simulator.signing import SigningKey, new_key
from demo.simulator.world import World

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


class NotLoopbackError(ValueError):
    """It mints tokens and holds mail: it is not to be reached from another machine."""


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """`url` has no slash at its end; it is what GOOGLE_API_URL wants."""

    url: str
    control: Control


@contextmanager
def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    state: Path | None = None,
    seed: int | None = None,
    clock: Callable[[], float] = time.time,
    units_per_minute: int | None = UNITS_PER_MINUTE,
    fresh_key: bool = False,
) -> Iterator[Simulator]:
    """Answer until the block ends. With `state` it starts from that file, if it exists, and leaves one behind.

    Without `fresh_key` the key is made once a process, since making one takes longer than most tests.
    """
    if host not in _LOOPBACK:
        raise NotLoopbackError(host)

    def make_world(key: SigningKey) -> World:
        return World(seed=seed, clock=clock, units_per_minute=units_per_minute, key=key)

    if state and state.exists():
        world = snapshot.load(state, make_world)
    else:
        world = make_world(new_key() if fresh_key else _key_of_this_process())
    with socket.create_server(("127.0.0.1", port)) as listening, ticking(world):
        bound = listening.getsockname()[1]
        server = make_server(
            "127.0.0.1",
            bound,
            create_simulator(world, port=bound),
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )
        answering = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        answering.start()
        url = f"http://127.0.0.1:{bound}"
        try:
            yield Simulator(url=url, control=Control(url))
        finally:
            server.shutdown()
            answering.join()
            server.server_close()
            if state:
                snapshot.save(world, state)


class _QuietHandler(WSGIRequestHandler):
    # Head and body are two writes; with Nagle's algorithm each answer on a kept connection waits 44 ms.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: paths hold addresses."""


@cache
def _key_of_this_process() -> SigningKey:
    return new_key()
