"""What happens by itself: scheduled mail goes out, late notifications arrive, changes are told of.

Before and after every request, so that tests see it without waiting, and a few times a second in between.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

from flask import Flask, Response

from demo.simulator import sending
from demo.simulator.world import World

_TICK_S = 0.25


def pass_time(world: World) -> None:
    """Do what is due by the simulator's clock."""
    with world.lock:
        sending.send_due(world)
        world.pubsub.pass_time()
        world.pubsub.look(world.mailboxes.values())


def keep_time(app: Flask, world: World) -> None:
    @app.before_request
    def catch_up() -> None:
        pass_time(world)

    @app.after_request
    def tell(response: Response) -> Response:
        pass_time(world)
        response.date = datetime.fromtimestamp(world.now(), UTC)
        return response


@contextmanager
def ticking(world: World) -> Iterator[None]:
    """Let time pass, also while nobody asks; in the end what is not delivered is given up."""
    stop = Event()

    def tick() -> None:
        while not stop.wait(_TICK_S):
            pass_time(world)

    ticks = Thread(target=tick, daemon=True)
    ticks.start()
    try:
        yield
    finally:
        stop.set()
        ticks.join()
        world.pubsub.close()
