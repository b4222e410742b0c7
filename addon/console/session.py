"""Who sits at the console, and what they work with."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol, cast

import click
from flask import current_app

from addon.batches import every
from addon.services import Services

_PAGE = 100


def services_here() -> Services:
    return cast("Services", current_app.extensions["services"])


def opted_in(services: Services) -> Iterator[str]:
    """`sub` of everybody whose Email is on."""
    for bell in every(lambda cursor: services.store.bells(limit=_PAGE, cursor=cursor)):
        yield bell.sub


def operator() -> str:
    """The actor of what is done here, as it is logged."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):
        # In a container the process may be a user whom nobody gave a name.
        return f"operator:{os.getuid()}"


class Bar(Protocol):
    def update(self, n_steps: int) -> None: ...


def progress(label: str, steps: int) -> AbstractContextManager[Bar]:
    """A bar beside the output, and none where nobody watches."""
    return click.progressbar(length=steps, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
