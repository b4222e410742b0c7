"""`candidates`: the add-on's own directory."""

from __future__ import annotations

import sys
from typing import TextIO

import click
from flask.cli import AppGroup

from addon.batches import every
from addon.candidates import FileError, import_csv
from addon.console.session import operator, services_here

_PAGE = 100

candidates = AppGroup("candidates", help="The add-on's own directory of candidates.")


@candidates.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="strict"))
def import_candidates(file: TextIO) -> None:
    """Add and update candidates from a CSV file: name, addresses, headline, stage, owner, url, external_id."""
    try:
        done = import_csv(file, services_here(), actor=operator())
    except FileError as error:
        raise click.ClickException(str(error)) from None
    for row in done.bad:
        click.echo(f"line {row.line}: {row.wrong}", err=True)
    if done.unread:
        click.echo(f"Columns that were not read: {', '.join(done.unread)}.", err=True)
    click.echo(f"{done.new} new, {done.changed} changed, {done.unchanged} as before, {len(done.bad)} left out.")
    if done.followed.admitted or done.followed.offered:
        click.echo(
            f"{done.followed.admitted} waiting conversations come in now; "
            f"{done.followed.offered} older ones are offered to their owners."
        )
    sys.exit(1 if done.bad else 0)


@candidates.command("list")
def list_candidates() -> None:
    """Every candidate: id, name, addresses, between tabs."""
    store = services_here().store
    for candidate in every(lambda cursor: store.all_candidates(limit=_PAGE, cursor=cursor)):
        # A name's own tabs and line breaks would make two of one.
        name = " ".join(candidate.name.split())
        click.echo("\t".join([candidate.id, name, " ".join(candidate.addresses)]))
