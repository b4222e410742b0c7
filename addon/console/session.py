"""Who sits at the console, and what they work with."""

from __future__ import annotations

import getpass
from typing import cast

from flask import current_app

from addon.services import Services


def services_here() -> Services:
    return cast("Services", current_app.extensions["services"])


def operator() -> str:
    """The actor of what is done here, as it is logged."""
    return f"operator:{getpass.getuser()}"
