"""`renew`: what time makes due, where no scheduler calls /jobs/renew and no watching process runs."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import with_appcontext

from addon import renewing
from addon.console.session import services_here

_AT_MOST = timedelta(minutes=10)


@click.command("renew")
@with_appcontext
def renew() -> None:
    """Watch mailboxes on, revoke tokens that wait for it, seal the audit log, clear away what expired.

    Go on with what follows from links and imports of candidates, where that was cut short.
    """
    services = services_here()
    done = renewing.renew(services, until=services.clock.now() + _AT_MOST)
    click.echo(
        f"{done.revoked} tokens are gone that waited to be revoked; {done.sealed} rows of the audit log sealed."
    )
    click.echo(f"Gmail was asked to go on telling of {done.renewed} mailboxes.")
    if done.woken:
        click.echo(f"Waiting conversations taken up, of a link or an import that was cut short: {done.woken}.")
    if done.dropped:
        click.echo(f"Conversations no longer about a candidate whose address was taken away: {done.dropped}.")
    if done.more:
        click.echo("Time was up; run again for the rest.")
