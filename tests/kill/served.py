"""The product as its processes serve it, on a clock that they share: days pass when a history says so.

gunicorn 'tests.kill.served:create_app()'      flask --app tests.kill.served …
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

import app
from addon.config import Config
from addon.services import build_services
from tests.fakes.clock import SharedClock

CLOCK = "SHARED_CLOCK"
"""Names the clock's file; no setting of the product's."""


def create_app() -> Flask:
    clock = SharedClock(Path(os.environ[CLOCK]))
    return app.create_app(build_services(Config.from_env(os.environ), clock=clock))
