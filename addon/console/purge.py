"""`purge` and `hold`: what is destroyed when its time is over, and what is kept from it."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import with_appcontext

from addon import holding, purging
from addon.console.session import operator, services_here

_ONE_RUN = timedelta(minutes=10)


@click.command("purge")
@with_appcontext
def purge() -> None:
    """Destroy what was removed or taken out, and can no longer be undone."""
    services = services_here()
    purged = purging.purge_due(services, until=services.clock.now() + _ONE_RUN)
    click.echo(f"{purged.done} conversation{'' if purged.done == 1 else 's'}: what was due is gone.")
    if purged.more:
        click.echo("Time was up; run again for the rest.")


@click.command("hold")
@click.argument("switch", metavar="on|off", type=click.Choice(["on", "off"]))
@click.argument("conversation")
@with_appcontext
def hold(switch: str, conversation: str) -> None:
    """Put a conversation under legal hold, or end it: removed it is hidden, and destroyed only after the hold."""
    try:
        id_ = holding.hold(conversation, services_here(), on=switch == "on", actor=operator())
    except holding.UnknownConversationError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{id_} is {'on hold' if switch == 'on' else 'no longer on hold'}.")
