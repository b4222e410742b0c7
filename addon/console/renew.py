"""`renew`: what time makes due, where no scheduler calls /jobs/renew and no watching process runs."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import with_appcontext

from addon import auditing, opting
from addon import sync as syncing
from addon.console.session import services_here

_AT_MOST = timedelta(minutes=10)


@click.command("renew")
@with_appcontext
def renew() -> None:
    """Watch mailboxes on, revoke tokens that wait for it, seal the audit log, clear away what expired."""
    services = services_here()
    now = services.clock.now()
    revoked = opting.tidy(services)
    sealed = auditing.seal(services.store, now=now)
    services.store.expire_looks(now=now)
    renewed = syncing.renew_watches(services, until=now + _AT_MOST)
    click.echo(f"{revoked} tokens are gone that waited to be revoked; {sealed} rows of the audit log sealed.")
    click.echo(f"Gmail was asked to go on telling of {renewed.mailboxes} mailboxes.")
    if renewed.more:
        click.echo("Time was up; run again for the rest.")
