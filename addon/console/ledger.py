"""`ledger`: how much was looked at, and what came of it, over all mailboxes together."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import with_appcontext

from addon.console.session import services_here
from addon.policy.ledger import Account, account


@click.command("ledger")
@click.option("--days", type=click.IntRange(1, 3660), default=7, show_default=True, help="Up to today, in UTC.")
@with_appcontext
def ledger(days: int) -> None:
    """Print what was looked at: why, at what, how often, for how many of Gmail's units; and what came of it.

    Sums of all mailboxes and days: one mailbox's own are for its owner, on Home.
    """
    services = services_here()
    since = (services.clock.now() - timedelta(days=days - 1)).date().isoformat()
    said = account(services.store.sums(since=since))
    click.echo("why\tat\tcalls\tunits")
    for line in said.lines:
        click.echo(f"{line.why}\t{line.form}\t{line.calls}\t{line.units}")
    click.echo(f"all\t\t{said.calls}\t{said.units}")
    click.echo(_outcomes(said))


def _outcomes(said: Account) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in said.denied.items())
    denied = f"{sum(said.denied.values())} denied" + (f" ({reasons})" if reasons else "")
    return (
        f"Messages: {said.left_alone} left alone, {said.opened} opened;"
        f" {said.stored} stored, {said.known} known already, {denied}."
    )
