"""`renew`: what time makes due, where no scheduler calls /jobs/renew and no watching process runs."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from addon import opting
from addon.console.session import services_here


@click.command("renew")
@with_appcontext
def renew() -> None:
    """Revoke tokens that wait for it, and clear away attempts to consent that expired."""
    revoked = opting.tidy(services_here())
    click.echo(f"{revoked} tokens are gone that waited to be revoked.")
