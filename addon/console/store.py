"""`store`: the store as a whole."""

from __future__ import annotations

from contextlib import closing

import click
from flask.cli import AppGroup

from addon.console.session import operator, progress, services_here
from storage import copying, open_store, open_transfer
from storage.records import Act
from storage.sealing import Sealer
from storage.transfer import Collection, Transfer

store = AppGroup("store", help="The store as a whole.")


@store.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--resume", is_flag=True, help="Go on with a copy that was cut short.")
def copy_store(source: str, target: str, *, resume: bool) -> None:
    """Copy a whole store into an empty one: FROM and TO are what STORE_URL may be.

    Stop everything that uses either first. Both are sealed with SEAL_KEYS. At the end both are read again and
    compared; printed is each collection with its number of rows and its digest.
    """
    services = services_here()
    sealer, emulator = Sealer(services.config.seal_keys), services.config.firestore_emulator
    with (
        closing(open_transfer(source, sealer, make=False, firestore_emulator=emulator)) as ours,
        closing(open_transfer(target, sealer, make=True, firestore_emulator=emulator)) as theirs,
    ):
        _copy(ours, theirs, resume=resume)
    with closing(open_store(target, sealer, firestore_emulator=emulator)) as copied:
        copied.record(Act(actor=operator(), verb="store-copy", at=services.clock.now()))
    click.echo("Copied and compared: both hold the same.")


def _copy(ours: Transfer, theirs: Transfer, *, resume: bool) -> None:
    note = copying.begin(ours, theirs, resume=resume)
    reads = 3 * sum(map(ours.count, Collection))  # to copy, and to compare both sides
    with progress("Copying", reads) as bar:
        copying.copy(ours, theirs, note, seen=bar.update)
        compared = copying.compare(ours, theirs, seen=bar.update)
    for collection, (here, there) in compared.items():
        same = here.sum if here == there else f"{here.sum} is not {there.sum} of {there.rows}"
        click.echo(f"{collection.value}\t{here.rows}\t{same}")
    copying.finish(theirs, compared)
