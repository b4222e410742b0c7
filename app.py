"""The add-on's backend, tied together: the one file that imports everything.

gunicorn --worker-class gthread --threads 8 'app:create_app()'        flask --app app --help
"""

from __future__ import annotations

import os

import click
from flask import Flask

from addon.config import Config, ConfigError
from addon.console import COMMANDS
from addon.services import Services, build_services
from addon.web import errors
from addon.web.consent import consent
from addon.web.health import health
from addon.web.jobs import jobs
from addon.web.metrics import metrics
from addon.web.push import push
from addon.web.sidebar import sidebar
from storage.port import StoreError

_NEVER_STARTS = 4
"""Gunicorn's own word for an app that does not load: it ends, and does not start worker after worker for ever.

A store that does not answer may answer the next one.
"""
LARGEST_BODY = 256 * 1024
"""Bytes; an event of Google's is a few thousand."""


def create_app(services: Services | None = None) -> Flask:
    """Build the application; without `services` they are wired from the environment."""
    app = errors.App(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # It would send on to a path with one slash, and say the host and the query it was asked with.
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider has it; cards are measured so
    app.extensions["services"] = services or _services_from_environment()
    errors.register(app)
    for door in (sidebar, push, jobs, metrics, consent, health):
        app.register_blueprint(door)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _services_from_environment() -> Services:
    """What cannot start says why in a sentence, not in a traceback."""
    try:
        return build_services(Config.from_env(os.environ))
    except ConfigError as error:
        click.echo(str(error), err=True)
        raise SystemExit(_NEVER_STARTS) from None
    except StoreError as error:
        raise SystemExit(str(error)) from None
