"""`renew`: what time makes due, where no scheduler calls /jobs/renew and no watching process runs."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from addon import auditing, opting
from addon.console.session import services_here


@click.command("renew")
@with_appcontext
def renew() -> None:
    """Revoke tokens that wait for it, seal the audit log, and clear away what expired."""
    services = services_here()
    revoked = opting.tidy(services)
    sealed = auditing.seal(services.store, now=services.clock.now())
    services.store.expire_looks(now=services.clock.now())
    click.echo(f"{revoked} tokens are gone that waited to be revoked; {sealed} rows of the audit log sealed.")
