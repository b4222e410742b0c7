"""A Gmail to develop and test against: Google's own client talks to it unmodified, on this machine only.

It behaves as Gmail does where programs get hurt, meters every call, refuses what Gmail refuses, and is moved
from outside through the control API under `/_sim/`. Mail goes between its own mailboxes only, notifications to
addresses of this machine only; it never reaches the network.
"""

from flask import Flask

from demo.simulator.clockwork import keep_time
from demo.simulator.control import control
from demo.simulator.gmail import gmail
from demo.simulator.guard import guard
from demo.simulator.oauth import oauth
from demo.simulator.world import World


def create_simulator(world: World | None = None, *, port: int) -> Flask:
    """Build the web application around a world; `port` is where it will listen, and what Host must name."""
    world = world or World()
    app = Flask("demo.simulator", static_folder=None)
    guard(app, port=port)
    keep_time(app, world)
    app.register_blueprint(gmail(world))
    app.register_blueprint(oauth(world))
    app.register_blueprint(control(world))
    return app
